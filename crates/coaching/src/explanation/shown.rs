//! What of a text can be shown: nothing that hides, and in Markdown nothing that is markup.

use std::borrow::Cow;

/// Characters that are not seen or turn the direction of what stands beside them. Joiners stay: emoji and several scripts
/// need them.
fn is_hidden(c: char) -> bool {
    let is_mark = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    is_mark || (c.is_control() && c != '\n')
}

/// The same with a blank for every character that hides, line breaks kept.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_hidden) {
        Cow::Owned(text.replace(is_hidden, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// The same on one line.
pub(crate) fn one_line(text: &str) -> String {
    let seen = visible(text);
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same on one line of Markdown, where none of it is markup: no link, no emphasis, no HTML, no table.
pub(super) fn markdown(text: &str) -> String {
    let line = one_line(text);
    let mut safe = String::with_capacity(line.len());
    for (at, c) in line.char_indices() {
        let rest = line.get(at..).unwrap_or_default();
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Bare addresses become links at many places; these do not.
            '@' => safe.push_str("&#64;"),
            ':' if rest.starts_with("://") => safe.push_str("&#58;"),
            '.' if ends_in_www(&safe) => safe.push_str("&#46;"),
            c if "\\`*_[]#|~$".contains(c) => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    // A dash, a plus or a number in front would begin a list or a rule.
    match safe.chars().next() {
        Some('-' | '+' | '=') => format!("\\{safe}"),
        _ => safe,
    }
}

fn ends_in_www(text: &str) -> bool {
    let last = text.len().checked_sub(3).and_then(|at| text.get(at..));
    last.is_some_and(|last| last.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_hides_is_not_shown() {
        assert_eq!(visible("a\u{202e}b\u{1b}[31m\nc"), "a b [31m\nc");
        assert_eq!(one_line(" a\n\n b\u{e0041} "), "a b");
        assert_eq!(visible("👩\u{200d}💻"), "👩\u{200d}💻");
    }

    #[test]
    fn hostile_markdown_is_text() {
        assert_eq!(
            markdown("![x](http://y) <b>\n# c | d"),
            "!\\[x\\](http&#58;//y) &lt;b&gt; \\# c \\| d"
        );
        assert_eq!(markdown("- item"), "\\- item");
        assert_eq!(markdown("Www.x.de: a@b"), "Www&#46;x.de: a&#64;b");
    }

    proptest! {
        #[test]
        fn no_markup_and_no_line_survives(text: String) {
            let safe = markdown(&text);
            let markup = safe.contains(['<', '>', '\n', '\r', '\u{1b}']) || safe.contains("://");
            prop_assert!(!markup);
        }
    }
}
