//! Names of people of a call, and where they stand: [`People`], [`Names`].

mod common_words;
mod in_metadata;
mod meaning;
mod people;
mod spellings;

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

pub(crate) use in_metadata::of as in_metadata;
pub(crate) use people::People;

use super::boundaries::{before, is_word, stands_alone};
use super::{RedactionError, RedactionKind, span::Span};

/// When a part of a name counts where it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// In capitals or not.
    Anywhere,
    /// Spelt exactly so: names that were only introduced in the call.
    AsWritten,
    /// With a capital letter where a name is likely: it is a common word too.
    WhereLikely,
}

/// Finds the names of one call.
///
/// No automaton: that of a call takes longer to build than the call to search. Two bytes at the start of a word decide
/// whether any name is compared with it.
#[derive(Debug)]
pub(crate) struct Names {
    /// For each first byte of a name, in capitals or not, the [`bit`]s of the second ones.
    seconds: [u32; 256],
    patterns: BTreeMap<[u8; 2], Vec<(String, Rule)>>,
}

impl Names {
    /// Most names of a call. Each may be compared with each word.
    const MOST: usize = 10_000;

    /// None if there is no name.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Names`].
    pub(crate) fn new(people: &People) -> Result<Option<Self>, RedactionError> {
        let count = people.patterns().len();
        if count > Self::MOST {
            return Err(RedactionError::Names { count });
        }
        let mut names = Self {
            seconds: [0; 256],
            patterns: BTreeMap::new(),
        };
        for (pattern, rule) in people.patterns() {
            let Some(head) = head(pattern.as_bytes()) else {
                continue;
            };
            let [first, second] = head;
            for first in [first, first.to_ascii_uppercase()] {
                if let Some(bits) = names.seconds.get_mut(usize::from(first)) {
                    *bits |= bit(second);
                }
            }
            names
                .patterns
                .entry(head)
                .or_default()
                .push((pattern.clone(), *rule));
        }
        Ok((!names.patterns.is_empty()).then_some(names))
    }

    /// All names in a text; longer ones and their parts alike.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>) {
        // All ones where a word may begin: after anything but a letter or digit of ASCII.
        let mut may_begin = u32::MAX;
        for (at, [first, second]) in text.as_bytes().array_windows().enumerate() {
            let seconds = self.seconds.get(usize::from(*first)).copied();
            if seconds.unwrap_or_default() & bit(*second) & may_begin != 0 {
                let head = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
                self.compare(text, at, head, spans);
            }
            may_begin = u32::from(first.is_ascii_alphanumeric()).wrapping_sub(1);
        }
    }

    /// Adds the names that begin at a place.
    fn compare(&self, text: &str, at: usize, head: [u8; 2], spans: &mut Vec<Span>) {
        if !text.is_char_boundary(at) || before(text, at).is_some_and(is_word) {
            return;
        }
        for (pattern, rule) in self.patterns.get(&head).into_iter().flatten() {
            let range = at..at + pattern.len();
            let Some(written) = text.get(range.clone()) else {
                continue;
            };
            let counts = written.eq_ignore_ascii_case(pattern)
                && stands_alone(text, &range)
                && match rule {
                    Rule::Anywhere => true,
                    Rule::AsWritten => written == pattern,
                    Rule::WhereLikely => meaning::is_a_person(text, &range),
                };
            if counts {
                spans.push(Span::new(range, RedactionKind::Person));
            }
        }
    }
}

/// The first two bytes, ASCII in lower case.
fn head(bytes: &[u8]) -> Option<[u8; 2]> {
    match bytes {
        [first, second, ..] => Some([first.to_ascii_lowercase(), second.to_ascii_lowercase()]),
        _ => None,
    }
}

/// One bit of 32 for each byte; a letter has the same as its capital.
const fn bit(byte: u8) -> u32 {
    1 << (byte & 31)
}

/// Finds values that were found elsewhere in the call.
#[derive(Debug)]
pub(crate) struct Values(AhoCorasick);

impl Values {
    /// Fewest and most bytes of a value that is looked for again. What is longer is found by its rule.
    pub(crate) const LENGTHS: std::ops::RangeInclusive<usize> = 5..=256;

    /// # Errors
    ///
    /// [`RedactionError::Names`].
    pub(crate) fn new(values: &[(&str, RedactionKind)]) -> Result<Self, RedactionError> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // The quickest to build: it serves one call.
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(values.iter().map(|(value, _)| value));
        automaton.map(Self).map_err(|_| RedactionError::Names {
            count: values.len(),
        })
    }

    /// All values in a text that stand alone in it, those within others too: the longer one may be glued to a word.
    pub(crate) fn find(&self, text: &str, values: &[(&str, RedactionKind)], spans: &mut Vec<Span>) {
        for found in self.0.find_overlapping_iter(text) {
            let range = found.start()..found.end();
            let kind = values.get(found.pattern().as_usize()).map(|(_, kind)| kind);
            if let Some(kind) = kind
                && stands_alone(text, &range)
            {
                spans.push(Span::new(range, kind.clone()));
            }
        }
    }
}
