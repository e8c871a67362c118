//! Ids in brackets, such as `[e1, e4]`: [`Piece`].

/// A piece of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// A group of ids.
    Ids(Vec<&'a str>),
}

/// A text as words and groups of ids, in order. What stands in brackets and is no list of ids (`[sic]`) stays words.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut words, mut at) = (Vec::new(), 0, 0);
    while let Some(open) = find(text, at, '[') {
        at = open + 1;
        let Some(close) = find(text, at, ']') else {
            break;
        };
        if let Some(ids) = text.get(at..close).and_then(ids) {
            push_words(&mut pieces, text.get(words..open));
            pieces.push(Piece::Ids(ids));
            at = close + 1;
            words = at;
        }
    }
    push_words(&mut pieces, text.get(words..));
    pieces
}

fn find(text: &str, from: usize, what: char) -> Option<usize> {
    Some(from + text.get(from..)?.find(what)?)
}

fn push_words<'a>(pieces: &mut Vec<Piece<'a>>, words: Option<&'a str>) {
    pieces.extend(words.filter(|it| !it.trim().is_empty()).map(Piece::Words));
}

/// The ids of what stands in brackets: words of letters, digits, `-`, `_`, `.` and `:`, each with a digit in it.
fn ids(inside: &str) -> Option<Vec<&str>> {
    let ids = inside.split([',', ';', ' ']).filter(|id| !id.is_empty());
    let ids: Vec<&str> = ids.collect();
    let is_id = |id: &&str| {
        id.contains(|c: char| c.is_ascii_digit())
            && id
                .chars()
                .all(|c| c.is_alphanumeric() || "-_.:".contains(c))
    };
    (!ids.is_empty() && ids.iter().all(is_id)).then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::Piece::{Ids, Words};
    use super::*;

    #[test]
    fn ids_are_parted_from_words() {
        assert_eq!(
            pieces("A [sic] b [e1, e4][E2;e3]. [ c"),
            [
                Words("A [sic] b "),
                Ids(vec!["e1", "e4"]),
                Ids(vec!["E2", "e3"]),
                Words(". [ c"),
            ]
        );
        assert_eq!(pieces("[[e1]]"), [Words("["), Ids(vec!["e1"]), Words("]")]);
        assert_eq!(pieces(" "), []);
    }
}
