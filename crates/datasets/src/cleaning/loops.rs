//! Loops: phrases that a recogniser says again and again: [`Runs`] sees them, [`append`] cuts them.
//!
//! A phrase of 1 to [`LONGEST`] words that stands more than [`ALLOWED`] times in a row is kept once, its last copy. Words are
//! compared by their numbers, hence apart from case and punctuation. `no no no` stays; so does a phrase that is nothing but
//! digits or words for them, for `zero zero zero zero` is part of a telephone number.
//!
//! The words are read once, from left to right. After each, the text so far holds no loop, so that what was cut brings
//! forth none, and cutting twice is cutting once.

use super::words::NEVER_LOOPS;

/// Most words of a phrase.
pub(super) const LONGEST: usize = 8;
/// How often a phrase may stand in a row.
pub(super) const ALLOWED: u32 = 3;

/// How many words a phrase has, for each place in [`Runs`].
const PERIODS: [u32; LONGEST] = [8, 7, 6, 5, 4, 3, 2, 1];

/// English and German words for digits.
const DIGITS: &[&str] = &[
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double",
    "triple", "hundred", "thousand", "null", "eins", "zwei", "zwo", "drei", "vier", "fünf",
    "sechs", "sieben", "acht", "neun",
];

/// For each length of a phrase, how many of the last words repeat the word that stands so far before them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Runs([u32; LONGEST]);

impl Runs {
    /// Goes on by the words from `from` on; `true` if a loop ends at one of them.
    pub(super) fn advance(&mut self, words: &[u32], from: usize) -> bool {
        let mut found = false;
        let early = from.max(LONGEST);
        for end in from + 1..=early.min(words.len()) {
            found |= self.step(words.get(..end).unwrap_or_default());
        }
        let late = words.get(early.saturating_sub(LONGEST)..);
        for [before @ .., word] in late.unwrap_or_default().array_windows::<{ LONGEST + 1 }>() {
            found |= self.add(*word, before);
        }
        found
    }

    /// Goes on by the last of the words.
    fn step(&mut self, words: &[u32]) -> bool {
        let Some((word, before)) = words.split_last() else {
            return false;
        };
        // A word that never loops equals none, hence not this either.
        let mut padded = [NEVER_LOOPS; LONGEST];
        for (to, from) in padded.iter_mut().rev().zip(before.iter().rev()) {
            *to = *from;
        }
        self.add(*word, &padded)
    }

    /// Goes on by a word after those before it.
    fn add(&mut self, word: u32, before: &[u32; LONGEST]) -> bool {
        // All ones if the word may loop.
        let may_loop = (word & NEVER_LOOPS).wrapping_sub(1);
        let mut found = 0;
        for ((run, old), period) in self.0.iter_mut().zip(before).zip(PERIODS) {
            let same = if *old == word { may_loop } else { 0 };
            *run = (*run + 1) & same;
            found |= u32::from(*run >= period * ALLOWED);
        }
        found != 0
    }

    /// The runs at the end of the words.
    fn at_end_of(words: &[u32]) -> Self {
        let mut runs = Self::default();
        let reach = LONGEST * (ALLOWED as usize + 2);
        let words = words
            .get(words.len().saturating_sub(reach)..)
            .unwrap_or(words);
        runs.advance(words, 0);
        runs
    }

    /// The length of the shortest phrase at the end of the text that has been said once more than allowed.
    fn looping(&self, text: &str) -> Option<usize> {
        let mut runs = self.0.iter().zip(PERIODS).rev();
        let is_loop = |(run, period): &(&u32, u32)| {
            **run >= period * ALLOWED && !text.rsplit(' ').take(*period as usize).all(is_digit)
        };
        runs.find(is_loop).map(|(_, period)| period as usize)
    }
}

/// What [`append`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) loops: u64,
    pub(super) words: u64,
}

/// Adds a text to another word by word and cuts every loop that arises.
///
/// `words` holds the numbers of the words of `text`, and of the turns before it up to `start`; `numbers` those of `added`.
pub(super) fn append(
    text: &mut String,
    words: &mut Vec<u32>,
    start: usize,
    (added, numbers): (&str, &[u32]),
) -> (Runs, Cut) {
    let mut cut = Cut::default();
    let mut runs = Runs::at_end_of(words.get(start..).unwrap_or_default());
    // Where the last cut ended and how long its phrase is: further copies go as well.
    let mut last: Option<(usize, usize)> = None;
    for (word, number) in added.split(' ').zip(numbers) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        words.push(*number);
        runs.step(words.get(start..).unwrap_or_default());
        let more = last
            .filter(|(end, period)| words.len() == end + period && runs.repeats_phrase(*period));
        let (copies, period) = match (runs.looping(text), more) {
            (Some(period), _) => (ALLOWED as usize, period),
            (None, Some((_, period))) => (1, period),
            (None, None) => continue,
        };
        cut.loops += u64::from(more.is_none());
        cut.words += (copies * period) as u64;
        words.truncate(words.len() - copies * period);
        cut_before_last(text, copies * period, period);
        runs = Runs::at_end_of(words.get(start..).unwrap_or_default());
        last = Some((words.len(), period));
    }
    (runs, cut)
}

impl Runs {
    /// Whether the last phrase of this length repeats the one before it.
    fn repeats_phrase(&self, period: usize) -> bool {
        let runs = self.0.iter().zip(PERIODS);
        runs.filter(|(_, length)| *length as usize == period)
            .any(|(run, length)| *run >= length)
    }
}

/// Whether a word is a number, or says a digit.
fn is_digit(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
    bare.bytes().any(|byte| byte.is_ascii_digit())
        || DIGITS.iter().any(|digit| digit.eq_ignore_ascii_case(bare))
}

/// Takes `count` words out of a text, those before its last `kept`.
fn cut_before_last(text: &mut String, count: usize, kept: usize) {
    let to = start_of_last(text, kept);
    let from = start_of_last(text, kept + count);
    text.replace_range(from..to, "");
}

/// Where the last so many words begin.
fn start_of_last(text: &str, words: usize) -> usize {
    let spaces = memchr::memrchr_iter(b' ', text.as_bytes());
    spaces
        .skip(words - 1)
        .map(|space| space + 1)
        .next()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::words;
    use super::*;

    fn cut(text: &str) -> String {
        let mut numbers = Vec::new();
        words::push_words(text, &mut numbers);
        let fires = Runs::default().advance(&numbers, 0);
        let (mut left, mut kept) = (String::new(), Vec::new());
        let (_, cut) = append(&mut left, &mut kept, 0, (text, &numbers));
        if cut.loops > 0 {
            assert!(fires, "{text}");
        }
        assert_eq!(
            numbers.len() - kept.len(),
            usize::try_from(cut.words).unwrap(),
            "{text}"
        );
        assert_eq!(left.split(' ').count(), kept.len(), "{text}");
        left
    }

    #[test]
    fn a_phrase_said_more_than_three_times_is_kept_once() {
        assert_eq!(cut("Okay, okay, okay, okay. So"), "okay. So");
        assert_eq!(cut("Thank you. ".repeat(7).trim_end()), "Thank you.");
        assert_eq!(cut("we we we we want want want want it"), "we want it");
        let long = "one of the best things that you do ";
        assert_eq!(
            cut((long.repeat(40) + "now").as_str()),
            long.to_owned() + "now"
        );
    }

    #[test]
    fn what_is_said_three_times_stays() {
        for text in ["no no no", "a b a b a b", "yes", "very very very good very"] {
            assert_eq!(cut(text), text);
        }
    }

    #[test]
    fn numbers_stay() {
        for text in [
            "5 5 5 5 5",
            "Zero, zero, zero, zero, zero.",
            "5 zero 5 zero 5 zero 5 zero",
        ] {
            assert_eq!(cut(text), text);
        }
        assert_eq!(cut("call 5 call 5 call 5 call 5"), "call 5");
    }

    /// Whether the words hold four copies of a phrase in a row anywhere, by the definition.
    fn has_loop(words: &[&str]) -> bool {
        (1..=LONGEST).any(|period| {
            words.windows(4 * period).any(|window| {
                let (first, rest) = window.split_at(period);
                rest.chunks(period).all(|copy| copy == first)
            })
        })
    }

    proptest! {
        #[test]
        fn no_loop_is_left_and_none_is_seen_where_there_is_none(text in "[ab]( [abc]){0,60}") {
            let words: Vec<_> = text.split(' ').collect();
            let left = cut(&text);
            prop_assert!(!has_loop(&left.split(' ').collect::<Vec<_>>()), "{} -> {}", text, left);
            if has_loop(&words) {
                prop_assert!(left.len() < text.len());
            } else {
                prop_assert_eq!(left, text);
            }
        }

        #[test]
        fn the_quick_look_sees_exactly_the_texts_with_a_loop(text in "[ab]( [ab]){0,40}", cut in 0usize..41) {
            let parts: Vec<_> = text.split(' ').collect();
            let mut numbers = Vec::new();
            words::push_words(&text, &mut numbers);
            let mut runs = Runs::default();
            let half = cut.min(numbers.len());
            let first = runs.advance(&numbers[..half], 0);
            let second = runs.advance(&numbers, half);
            prop_assert_eq!(first || second, has_loop(&parts));
        }
    }
}
