//! Words of a text for counting: [`words`], and their hashes.

/// Longest word kept, in characters; the rest of a longer one is dropped.
const LONGEST: usize = 40;

/// The lower-cased words of a text: runs of letters and digits with apostrophes inside; each sign of a script that does
/// not part words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) is a word. Linear in the text.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words {
        chars: text.chars().peekable(),
    }
}

/// The iterator of [`words`].
#[derive(Debug)]
pub(crate) struct Words<'t> {
    chars: std::iter::Peekable<std::str::Chars<'t>>,
}

impl Iterator for Words<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let first = self.chars.find(|c| c.is_alphanumeric())?;
        let mut word = String::new();
        word.extend(first.to_lowercase());
        if stands_alone(first) {
            return Some(word);
        }
        let mut length = 1;
        while let Some(next) = self.chars.next_if(|c| continues(*c)) {
            if length < LONGEST {
                match next {
                    '\u{2019}' => word.push('\''),
                    next => word.extend(next.to_lowercase()),
                }
                length += 1;
            }
        }
        word.truncate(word.trim_end_matches('\'').len());
        Some(word)
    }
}

fn continues(c: char) -> bool {
    (c.is_alphanumeric() && !stands_alone(c))
        || matches!(c, '\'' | '\u{2019}' | '\u{300}'..='\u{36f}')
}

fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A number for a text that is the same on every machine: FNV-1a, 64 bits, its halves folded and mixed once more.
pub(crate) fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// The first characters of a text, at most so many bytes.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// The last characters of a text, at most so many bytes.
pub(crate) fn tail(text: &str, bytes: usize) -> &str {
    let from = text.ceil_char_boundary(text.len().saturating_sub(bytes));
    text.get(from..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_signs_stand_alone() {
        let of = |text: &str| words(text).collect::<Vec<_>>();
        assert_eq!(
            of("Alright, let\u{2019}s GO-- 50% 'off'!"),
            ["alright", "let's", "go", "50", "off"]
        );
        assert_eq!(of("買います ok"), ["買", "い", "ま", "す", "ok"]);
        assert_eq!(of(&"é".repeat(100)), ["é".repeat(40)]);
        assert!(of(" ... ''").is_empty());
    }

    proptest! {
        #[test]
        fn cutting_keeps_an_end_of_the_text(text: String, bytes in 0usize..40) {
            prop_assert!(text.starts_with(head(&text, bytes)) && head(&text, bytes).len() <= bytes);
            prop_assert!(text.ends_with(tail(&text, bytes)) && tail(&text, bytes).len() <= bytes);
        }

        #[test]
        fn no_word_is_empty_or_endless(text: String) {
            for word in words(&text) {
                prop_assert!(!word.is_empty() && word.chars().count() <= 3 * LONGEST);
            }
        }
    }
}
