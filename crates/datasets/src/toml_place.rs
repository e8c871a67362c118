//! Where a fault of a TOML file stands: [`place`].

use std::ops::Range;

/// Line and column of a fault, both from 1, the column in characters; of the first byte if the parser names no place.
pub(crate) fn place(text: &str, span: Option<Range<usize>>) -> (usize, usize) {
    let start = span.map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn lines_and_characters_count_from_one() {
        let text = "a = 1\nbü = 2\n";
        assert_eq!(place(text, Some(0..1)), (1, 1));
        assert_eq!(place(text, Some(6..9)), (2, 1));
        assert_eq!(place(text, Some(12..13)), (2, 6));
        assert_eq!(place(text, Some(99..99)), (3, 1));
        assert_eq!(place(text, None), (1, 1));
    }
}
