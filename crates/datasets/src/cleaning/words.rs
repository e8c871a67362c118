//! The words of a text as numbers, by which they are compared: [`push_words`].
//!
//! The number of a word disregards the case of ASCII letters and the ASCII punctuation around it. Its lowest bit says that the
//! word takes no part in a loop: it stands within brackets, or is nothing but punctuation.

/// The bit of a word that takes no part in a loop.
pub(super) const NEVER_LOOPS: u32 = 1;

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const SEED: u64 = 0x2545_F491_4F6C_DD1D;
/// Eight spaces; also the bits that make ASCII letters small.
const SPACES: u64 = 0x2020_2020_2020_2020;
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Adds the number of each word of a text with clean white space.
pub(super) fn push_words(text: &str, words: &mut Vec<u32>) {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let (number, end) = short(rest).unwrap_or_else(|| {
            let end = end_of_word(rest);
            (number(rest, end), end)
        });
        words.push(number);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

/// The number and the length of the first word, if it has at most seven bytes, and at most one of them is punctuation at
/// its end: most have.
fn short(text: &[u8]) -> Option<(u32, usize)> {
    let eight = u64::from_le_bytes(*text.first_chunk::<8>()?);
    let end = spaces(eight).trailing_zeros() as usize / 8;
    let is_mark = |at: usize| {
        let [byte, ..] = (eight >> (8 * at % 64)).to_le_bytes();
        is_mark(byte)
    };
    if end == 0 || end == 8 || is_mark(0) {
        return None;
    }
    let length = end - usize::from(is_mark(end - 1));
    if is_mark(length.wrapping_sub(1)) {
        return None;
    }
    let letters = eight & (u64::MAX >> (64 - 8 * length));
    Some((folded(added(SEED ^ length as u64, letters)), end))
}

/// The highest bit of the first byte that is a space, perhaps with those of others after it; zero if none is.
const fn spaces(eight: u64) -> u64 {
    // A byte that is a space becomes zero, and of the zeros the lowest is marked for certain.
    let zeros = eight ^ SPACES;
    zeros.wrapping_sub(ONES) & !zeros & HIGHS
}

/// Length of the first word: eight bytes are looked at together.
fn end_of_word(text: &[u8]) -> usize {
    let mut end = 0;
    while let Some(eight) = text.get(end..).and_then(|rest| rest.first_chunk::<8>()) {
        let marks = spaces(u64::from_le_bytes(*eight));
        if marks != 0 {
            return end + marks.trailing_zeros() as usize / 8;
        }
        end += 8;
    }
    let tail = text.get(end..).unwrap_or_default();
    end + tail
        .iter()
        .position(|byte| *byte == b' ')
        .unwrap_or(tail.len())
}

/// The number of the word that ends at `end`.
fn number(text: &[u8], mut end: usize) -> u32 {
    let mut start = 0;
    let is_mark = |at: usize| text.get(at).is_some_and(|byte| is_mark(*byte));
    while start < end && is_mark(end - 1) {
        end -= 1;
    }
    while start < end && is_mark(start) {
        start += 1;
    }
    if start == end {
        return NEVER_LOOPS;
    }
    let mut hash = SEED ^ (end - start) as u64;
    while start < end {
        let rest = text.get(start..).unwrap_or_default();
        hash = added(hash, load(rest, (end - start).min(8)));
        start += 8;
    }
    folded(hash)
}

/// A hash with up to eight bytes more, whose letters become small.
const fn added(hash: u64, letters: u64) -> u64 {
    let hash = (hash ^ (letters | SPACES)).wrapping_mul(MULTIPLIER);
    hash ^ hash >> 29
}

/// The number of a word by its hash.
fn folded(hash: u64) -> u32 {
    let folded = hash ^ hash >> 32;
    u32::try_from(folded & u64::from(!NEVER_LOOPS)).unwrap_or_default()
}

const fn is_mark(byte: u8) -> bool {
    !is_letter(byte) && byte.is_ascii_punctuation()
}

const fn is_letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
}

/// The first so many bytes, 1 to 8, as a number.
fn load(bytes: &[u8], count: usize) -> u64 {
    if let Some(eight) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*eight) & (u64::MAX >> (64 - 8 * count));
    }
    let one = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
    bytes.iter().take(count).rev().fold(0, one)
}

/// Whether two words are the same, apart from whether they may loop.
pub(super) const fn is_same(a: u32, b: u32) -> bool {
    a | NEVER_LOOPS == b | NEVER_LOOPS
}

pub(super) const fn is_bracket(byte: u8) -> bool {
    matches!(byte, b'[' | b']' | b'(' | b')' | b'<' | b'>' | b'*')
}

/// Marks words with brackets, and those between an opening and the next closing one of its kind, as never looping.
pub(super) fn shield(text: &str, words: &mut [u32]) {
    // Word after which a bracket stands open, and which.
    let mut open: Option<(usize, u8)> = None;
    for (place, word) in text.split(' ').enumerate() {
        for byte in word.bytes().filter(|byte| is_bracket(*byte)) {
            let from = match (open, byte) {
                (Some((from, b'[')), b']')
                | (Some((from, b'(')), b')')
                | (Some((from, b'<')), b'>')
                | (Some((from, b'*')), b'*') => from,
                _ => place,
            };
            for number in words.get_mut(from..=place).unwrap_or_default() {
                *number |= NEVER_LOOPS;
            }
            open = Some((place, byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<u32> {
        let mut words = Vec::new();
        push_words(text, &mut words);
        words
    }

    #[test]
    fn case_and_punctuation_do_not_tell_words_apart() {
        assert_eq!(
            words("Okay, \"don't\" STOP! ..."),
            words("okay don't stop -")
        );
        assert_ne!(words("okay"), words("okey"));
        assert_ne!(words("dont"), words("don't"));
        assert_eq!(words("a b c").len(), 3);
        assert!(words("").is_empty());
    }

    proptest! {
        #[test]
        fn every_word_has_its_number(parts in prop::collection::vec("[a-zé]{1,20}", 1..9), last in 0usize..9) {
            let text = parts.join(" ");
            let numbers = words(&text);
            let one_by_one: Vec<_> = parts.iter().flat_map(|part| words(part)).collect();
            prop_assert_eq!(&numbers, &one_by_one);
            let upper = words(&text.to_ascii_uppercase());
            prop_assert_eq!(&numbers, &upper);
            let other = &parts[last % parts.len()];
            for (part, number) in parts.iter().zip(&numbers) {
                prop_assert_eq!(part == other, words(other)[0] == *number);
            }
        }
    }

    #[test]
    fn brackets_and_what_they_hold_never_loop() {
        let text = "a (b c) d ] e [f (g";
        let mut marked = words(text);
        shield(text, &mut marked);
        let marks: Vec<_> = marked.iter().map(|word| word & NEVER_LOOPS).collect();
        assert_eq!(marks, [0, 1, 1, 0, 1, 0, 1, 1]);
    }
}
