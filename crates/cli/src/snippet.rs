//! A bit of what was said, fit for one line of a terminal.

use upturn::retrieval::SaidNext;

/// Characters of what was said in a line.
const SNIPPET: usize = 96;

/// What was said in a moment, under its citation, and how the seller went on.
pub(crate) fn quoted(text: &str, next: Option<&SaidNext>) -> String {
    let said = snippet(text, SNIPPET);
    let next = next.map(|next| {
        let said = snippet(&next.text, SNIPPET);
        format!("\n         then the seller: {said}")
    });
    format!("         {said}{}", next.unwrap_or_default())
}

/// The first `most` characters on one line, without control characters; an ellipsis stands for the rest.
pub(crate) fn snippet(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line
        .chars()
        .filter(|c| !c.is_control())
        .take(most)
        .collect();
    if line.chars().filter(|c| !c.is_control()).count() > most {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::snippet;

    #[test]
    fn what_was_said_cannot_move_the_cursor_or_break_the_line() {
        assert_eq!(
            snippet("seller: hi\n\u{1b}[2Jbuyer:  yes", 80),
            "seller: hi [2Jbuyer: yes"
        );
    }

    #[test]
    fn the_end_of_a_long_text_is_an_ellipsis() {
        assert_eq!(snippet("äöü", 3), "äöü");
        assert_eq!(snippet("äöüß", 3), "äöü…");
    }
}
