//! People nobody named beforehand: `Mr. Wren`, `my name is Tobias Wren`, `meine Frau, Renate`.

use std::ops::Range;

use regex::Regex;

use crate::redaction::RedactionError;
use crate::redaction::boundaries::before;

/// Words that may introduce a name, in lower case: titles, sentences, relations.
pub(crate) const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mister", "dr", "prof", "herr", "herrn", "frau",
];
pub(crate) const SENTENCES: &[&str] = &[
    "my name is",
    "my name's",
    "mein name ist",
    "ich heiße",
    "hier spricht",
];
pub(crate) const GREETINGS: &[&str] = &[
    "this is", "i'm", "i’m", "i am", "ich bin", "hier ist", "it's", "it’s",
];
pub(crate) const RELATIONS: &[&str] = &[
    "wife",
    "husband",
    "son",
    "daughter",
    "partner",
    "neighbour",
    "neighbor",
    "brother",
    "sister",
    "mother",
    "father",
    "boss",
    "colleague",
    "lawyer",
    "solicitor",
    "attorney",
    "accountant",
    "assistant",
    "manager",
    "friend",
    "meine frau",
    "mein mann",
    "mein sohn",
    "meine tochter",
    "mein kollege",
    "meine kollegin",
    "mein chef",
    "meine chefin",
];
pub(crate) const REQUESTS: &[&str] = &[
    "ask for",
    "speak to",
    "speak with",
    "attention",
    "attn",
    "signed by",
];

/// Capitalised words that follow such a word without being a name.
const NO_NAME: &[&str] = &[
    "Doktor",
    "Professor",
    "Präsident",
    "Kollege",
    "Kollegin",
    "Right",
    "Speaker",
    "President",
    "Chairman",
    "The",
    "And",
    "But",
    "So",
    "Yes",
    "No",
    "Okay",
    "Well",
    "What",
    "When",
    "Who",
    "How",
    "That",
    "This",
    "It",
    "We",
    "They",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "German",
    "English",
    "American",
    "French",
    "Suite",
    "Apt",
    "Unit",
    "Great",
    "Good",
    "Sorry",
    "Thanks",
    "Everything",
    "Doing",
];

/// What introduces a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Introduction {
    /// A title right before it.
    Title,
    /// A sentence that can only go on with a name.
    Sentence,
    /// A sentence that may go on with a name: a word after it has to tell.
    Greeting,
    /// A relation or a calling.
    Relation,
    /// A request for somebody: both names have to be said.
    Request,
}

impl Introduction {
    /// Whether its pattern may match here: where it does, this is true. Cheaper than the pattern.
    fn may_precede(self, rest: &[u8]) -> bool {
        let skipped: &[u8] = match self {
            Self::Greeting => &[],
            Self::Title => b".",
            Self::Sentence | Self::Relation | Self::Request => b",:",
        };
        let rest = skipped.iter().fold(rest, |rest, sign| {
            rest.strip_prefix(&[*sign]).unwrap_or(rest)
        });
        match rest {
            // Beyond ASCII there are other spaces and capitals.
            [128..=u8::MAX, ..] => true,
            [first, second, ..] if first.is_ascii_whitespace() || *first == b'\x0b' => {
                let is_small = || {
                    [&b"is"[..], b"ist", b"named", b"called"]
                        .iter()
                        .any(|word| rest.get(1..).is_some_and(|rest| rest.starts_with(word)))
                };
                second.is_ascii_uppercase()
                    || !second.is_ascii()
                    || (!matches!(self, Self::Greeting | Self::Title) && is_small())
            }
            _ => false,
        }
    }
}

/// Rules for introductions.
#[derive(Debug)]
pub(crate) struct Introductions {
    titled: Regex,
    named: Regex,
    greeted: Regex,
}

impl Introductions {
    pub(crate) fn new() -> Result<Self, RedactionError> {
        let name = r"(?:\p{Lu}['’])?\p{Lu}\p{Ll}+(?:\p{Lu}\p{Ll}+)?(?:-\p{Lu}\p{Ll}+)?";
        let names = format!(
            r"({name}(?:\s(?:(?:van|von|de|der|den|da|la|bin|al|el)\s){{0,2}}{name}){{0,2}})"
        );
        let compiled = |pattern: &str| super::compiled("PERSON", pattern);
        Ok(Self {
            titled: compiled(&format!(r"^\.?\s(?:(?:Dr|Prof)\.?\s){{0,2}}{names}"))?,
            named: compiled(&format!(r"^,?:?\s(?:(?:is|ist|named|called)\s)?{names}"))?,
            greeted: compiled(&format!(
                r"^\s{names}(?:\s(?:from|with|calling|speaking|here|von|vom|aus|at)\b|,?\sam\sApparat)"
            ))?,
        })
    }

    /// The name after an introduction that stands at a range.
    pub(crate) fn name(
        &self,
        text: &str,
        found: &Range<usize>,
        introduction: Introduction,
    ) -> Option<Range<usize>> {
        let rest = text.get(found.end..)?;
        if !introduction.may_precede(rest.as_bytes()) || !may_be_a_name(rest) {
            return None;
        }
        let regex = match introduction {
            Introduction::Title => &self.titled,
            Introduction::Greeting => &self.greeted,
            Introduction::Sentence | Introduction::Relation | Introduction::Request => &self.named,
        };
        let name = regex.captures(rest)?.get(1)?;
        let words: Vec<_> = name.as_str().split_whitespace().collect();
        let is_capital = text.get(found.start..)?.starts_with(char::is_uppercase);
        let is_german = text.get(found.clone())?.to_lowercase().starts_with("mein");
        let is_whole = words.len() > 1;
        let is_likely = match introduction {
            Introduction::Title => is_capital && before(text, found.start) != Some('.'),
            Introduction::Sentence | Introduction::Greeting => true,
            Introduction::Relation => is_whole || !is_german,
            Introduction::Request => is_whole,
        };
        let is_name = is_likely && !words.first().is_some_and(|first| NO_NAME.contains(first));
        is_name.then(|| found.end + name.start()..found.end + name.end())
    }
}

/// Whether a capital letter follows, perhaps after one more small word; cheaper than the patterns.
fn may_be_a_name(rest: &str) -> bool {
    let mut words = rest
        .split([' ', ',', ':', '.'])
        .filter(|word| !word.is_empty())
        .take(2);
    words.any(|word| !word.starts_with(|c: char| c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_pattern_is_spared_a_text_that_it_matches(
            rest in r"[.,]?[:.]?[ \u{a0}\t\u{b}]?((is|ist|named|called|Dr|Prof)[. ])?(Al|Él|O'Al|ал)[a-e]{1,2}[ ,](from|am Apparat)?",
        ) {
            static ALL: std::sync::LazyLock<Introductions> =
                std::sync::LazyLock::new(|| Introductions::new().unwrap());
            use Introduction::{Greeting, Relation, Request, Sentence, Title};
            for (regex, introductions) in [
                (&ALL.titled, &[Title][..]), (&ALL.greeted, &[Greeting]), (&ALL.named, &[Sentence, Relation, Request]),
            ] {
                for introduction in introductions {
                    let may_match = introduction.may_precede(rest.as_bytes());
                    prop_assert!(may_match || !regex.is_match(&rest), "{introduction:?} {rest:?}");
                }
            }
        }
    }
}
