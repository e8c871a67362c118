//! The words and signs that make a rule look at a text: [`Triggers`], one pass of an automaton.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::RedactionError;
use super::boundaries::stands_alone;
use super::finders::introductions::{self, Introduction};
use super::finders::{addresses, birth_dates, spoken_digits, webs};

/// What a trigger calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// `://`.
    Scheme,
    /// `www.`.
    Www,
    /// A top-level domain.
    Domain,
    /// ` dot ` or ` (at) `.
    SpokenWeb,
    /// A digit's word.
    Digit,
    /// A street's word, or one for a postal code.
    Address,
    /// A word of birth.
    Birth,
    /// Words before a name.
    Introduction(Introduction),
}

/// Finds all triggers of a text.
///
/// Two of them: triggers of rules that need a digit are looked for in texts with digits only.
#[derive(Debug)]
pub(crate) struct Triggers {
    automaton: AhoCorasick,
    /// What each pattern calls for, and whether it is one word of letters.
    patterns: Vec<(Trigger, bool)>,
}

/// A place at which the words or signs of a trigger stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) trigger: Trigger,
    pub(crate) range: Range<usize>,
    /// Whether it counts: words stand alone, but for those of streets, which may end a longer word.
    pub(crate) counts: bool,
    /// Whether it is one word of letters.
    pub(crate) is_word: bool,
}

impl Triggers {
    /// Those that count in every text.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Names`]; never, since the words are fixed.
    pub(crate) fn of_any_text() -> Result<Self, RedactionError> {
        Self::new(words())
    }

    /// Those that count in texts with digits.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Names`]; never, since the words are fixed.
    pub(crate) fn beside_digits() -> Result<Self, RedactionError> {
        Self::new(
            [
                of(birth_dates::WORDS, Trigger::Birth),
                of(addresses::HINTS, Trigger::Address),
            ]
            .concat(),
        )
    }

    fn new(words: Vec<(&'static str, Trigger)>) -> Result<Self, RedactionError> {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|(word, _)| word));
        let is_word = |word: &str| word.chars().all(char::is_alphabetic);
        Ok(Self {
            automaton: automaton.map_err(|_| RedactionError::Names { count: words.len() })?,
            patterns: words
                .into_iter()
                .map(|(word, trigger)| (trigger, is_word(word)))
                .collect(),
        })
    }

    /// Triggers in their order, those that do not count as well.
    pub(crate) fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Found> + 't {
        self.automaton.find_iter(text).filter_map(|found| {
            let (trigger, is_word) = *self.patterns.get(found.pattern().as_usize())?;
            let range = found.start()..found.end();
            let counts = match trigger {
                Trigger::Scheme
                | Trigger::Www
                | Trigger::Domain
                | Trigger::SpokenWeb
                | Trigger::Address => true,
                Trigger::Digit | Trigger::Birth | Trigger::Introduction(_) => {
                    stands_alone(text, &range)
                }
            };
            Some(Found {
                trigger,
                range,
                counts,
                is_word,
            })
        })
    }
}

fn of(words: &[&'static str], trigger: Trigger) -> Vec<(&'static str, Trigger)> {
    words.iter().map(|word| (*word, trigger)).collect()
}

fn words() -> Vec<(&'static str, Trigger)> {
    let introduced = |words, introduction| of(words, Trigger::Introduction(introduction));
    // A single `o` stands in every other word; no dictation begins with it.
    let digits = spoken_digits::WORDS.iter().filter(|(word, _)| *word != "o");
    [
        of(&["://"], Trigger::Scheme),
        of(&["www."], Trigger::Www),
        of(webs::DOMAINS, Trigger::Domain),
        of(
            &[" dot ", " punkt ", "(at)", "[at]", "{at}", "( at )"],
            Trigger::SpokenWeb,
        ),
        digits.map(|(word, _)| (*word, Trigger::Digit)).collect(),
        of(&["double", "triple", "treble", "doppel"], Trigger::Digit),
        introduced(introductions::TITLES, Introduction::Title),
        introduced(introductions::SENTENCES, Introduction::Sentence),
        introduced(introductions::GREETINGS, Introduction::Greeting),
        introduced(introductions::RELATIONS, Introduction::Relation),
        introduced(introductions::REQUESTS, Introduction::Request),
    ]
    .concat()
}
