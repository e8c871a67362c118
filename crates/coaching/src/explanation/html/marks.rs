//! Names in our sentences, set apart from the words around them: [`with_code`].

use maud::{Markup, html};

/// A sentence of ours on one line, in which what stands in backticks is code: an id, a stage. What was said stands in quotation
/// marks, and backticks in it are those of whoever said it.
pub(super) fn with_code(sentence: &str) -> Markup {
    html! {
        @for piece in pieces(sentence) {
            @match piece {
                Piece::Words(text) => (text),
                Piece::Name(text) => code { (text) },
            }
        }
    }
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Words(&'a str),
    Name(&'a str),
}

fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (sentence, 0);
    while let Some(at) = rest.get(from..).and_then(|it| it.find(['`', '“'])) {
        let at = from + at;
        let behind = rest.get(at..).unwrap_or_default();
        if behind.starts_with('“') {
            from = at + quotation(behind);
        } else if let Some(name) = name(behind) {
            pieces.extend(rest.get(..at).map(Piece::Words));
            pieces.push(Piece::Name(name));
            rest = behind.get(name.len() + 2..).unwrap_or_default();
            from = 0;
        } else {
            from = at + 1;
        }
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|it| *it != Piece::Words(""));
    pieces
}

/// Bytes up to the last mark that closes: what was said may hold such marks itself. The mark alone where nothing closes it.
fn quotation(text: &str) -> usize {
    let last = text.rfind('”').map(|at| at + '”'.len_utf8());
    last.unwrap_or('“'.len_utf8())
}

/// What stands behind a backtick up to one that no letter follows; an id may hold backticks itself.
fn name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('`')?;
    let closes = |(at, _): &(usize, &str)| {
        let next = inside.get(at + 1..).and_then(|it| it.chars().next());
        *at > 0 && !next.is_some_and(char::is_alphanumeric)
    };
    let (end, _) = inside.match_indices('`').find(closes)?;
    inside.get(..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(sentence: &str) -> String {
        with_code(sentence).into_string()
    }

    #[test]
    fn names_are_code_and_what_was_said_is_not() {
        assert_eq!(
            shown("The seller of `c-1`, which was won, said: “use `sudo`, or `x`” (stage `demo`)"),
            "The seller of <code>c-1</code>, which was won, said: “use `sudo`, or `x`” (stage <code>demo</code>)"
        );
        assert_eq!(shown("`a`b` and `"), "<code>a`b</code> and `");
        assert_eq!(shown("``"), "``");
        assert_eq!(shown("“open `x`"), "“open <code>x</code>");
        assert_eq!(
            shown("“He said ”no” to `x`” of `c`"),
            "“He said ”no” to `x`” of <code>c</code>"
        );
    }

    #[test]
    fn a_name_is_text_and_no_markup() {
        assert_eq!(shown("`<b>`"), "<code>&lt;b&gt;</code>");
    }

    proptest! {
        #[test]
        fn no_word_is_lost(sentence in "[a-z<`“” ]{0,40}") {
            let text = |piece: Piece<'_>| match piece {
                Piece::Words(text) => text.to_owned(),
                Piece::Name(text) => format!("`{text}`"),
            };
            let again: String = pieces(&sentence).into_iter().map(text).collect();
            prop_assert_eq!(again, sentence);
        }
    }
}
