//! Words that name an outcome, and the words of ids and file names: [`is_label_word`], [`is_label_in_name`], [`name_words`].

use super::tokens::{tail, words};

/// Longest id or path looked at, in bytes from its end.
const LONGEST_NAME: usize = 256;

/// Words that say how a deal ended, in lower case.
const LABEL_WORDS: &[&str] = &[
    "accepted",
    "bought",
    "churned",
    "closed",
    "closedlost",
    "closedwon",
    "converted",
    "declined",
    "disqualified",
    "fail",
    "failed",
    "failure",
    "gewonnen",
    "lose",
    "loss",
    "lost",
    "perdido",
    "perdu",
    "purchased",
    "refused",
    "rejected",
    "sold",
    "succeeded",
    "success",
    "successful",
    "unconverted",
    "unsold",
    "unsuccessful",
    "verloren",
    "win",
    "won",
];

/// Words that do so in the name of a call or file, but may honestly be a value of a column.
const NAME_LABEL_WORDS: &[&str] = &[
    "false", "neg", "negative", "no", "pos", "positive", "true", "yes",
];

/// Stands for a name that ends in `1`, as in `call-17-1`.
pub(crate) const ENDS_IN_ONE: &str = "(ends in 1)";
/// Stands for a name that ends in `0`.
pub(crate) const ENDS_IN_ZERO: &str = "(ends in 0)";

/// Whether a word names an outcome wherever it stands.
pub(crate) fn is_label_word(word: &str) -> bool {
    LABEL_WORDS.binary_search(&word).is_ok()
}

/// Whether a word of an id or a path names an outcome.
pub(crate) fn is_label_in_name(word: &str) -> bool {
    let is_digit = word == ENDS_IN_ONE || word == ENDS_IN_ZERO;
    is_digit || is_label_word(word) || NAME_LABEL_WORDS.contains(&word)
}

/// The words of an id or a path, each once: parted at signs, at a change from small to capital letters, and between
/// letters and digits; a final part `0` or `1` has a word of its own.
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let name = tail(name, LONGEST_NAME);
    let mut parted = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for c in name.chars() {
        let is_hump = before.is_lowercase() && c.is_uppercase();
        let is_edge = (before.is_alphabetic() && c.is_numeric())
            || (before.is_numeric() && c.is_alphabetic());
        if is_hump || is_edge {
            parted.push(' ');
        }
        parted.push(c);
        before = c;
    }
    let mut found: Vec<String> = words(&parted).collect();
    let digit = match found.last().map(String::as_str) {
        Some("1") if found.len() > 1 => Some(ENDS_IN_ONE),
        Some("0") if found.len() > 1 => Some(ENDS_IN_ZERO),
        _ => None,
    };
    found.extend(digit.map(str::to_owned));
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(LABEL_WORDS.is_sorted());
        assert!(is_label_word("won") && is_label_word("closedlost") && !is_label_word("wonder"));
    }

    #[test]
    fn names_part_at_signs_humps_and_digits() {
        assert_eq!(
            name_words("out/callWon17_1"),
            ["(ends in 1)", "1", "17", "call", "out", "won"]
        );
        assert_eq!(name_words("call-0"), ["(ends in 0)", "0", "call"]);
        assert_eq!(name_words("1"), ["1"]);
    }
}
