//! Where words begin and end.

use std::ops::Range;

/// Whether a character is part of a word. `_` is not: it divides words in ids and names of files. Letters of scripts
/// that put no space between words are none either, so that a name is found among them.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// The character that ends at a place.
pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character that begins at a place.
pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Whether no word goes on across either end.
pub(crate) fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    !before(text, range.start).is_some_and(is_word) && !after(text, range.end).is_some_and(is_word)
}

/// The same range, widened to whole words where an end stands within one.
pub(crate) fn widened(text: &str, range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    if after(text, start).is_some_and(is_word) {
        let head = text.get(..start).unwrap_or_default();
        start = head.trim_end_matches(is_word).len();
    }
    if before(text, end).is_some_and(is_word) {
        let tail = text.get(end..).unwrap_or_default();
        end += tail.len() - tail.trim_start_matches(is_word).len();
    }
    start..end
}

/// Up to so many bytes that end at a place.
pub(crate) fn window_before(text: &str, at: usize, bytes: usize) -> &str {
    let mut start = at.saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..at).unwrap_or_default()
}

/// Up to so many bytes that begin at a place.
pub(crate) fn window_after(text: &str, at: usize, bytes: usize) -> &str {
    let mut end = text.len().min(at + bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(at..end).unwrap_or_default()
}
