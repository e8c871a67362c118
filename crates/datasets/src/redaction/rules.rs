//! All rules together: [`Rules`].

use std::collections::BTreeSet;
use std::ops::Range;

use super::finders::addresses::Addresses;
use super::finders::birth_dates::BirthDates;
use super::finders::custom::Pattern;
use super::finders::introductions::{Introduction, Introductions};
use super::finders::spoken_webs::SpokenWebs;
use super::finders::webs::Webs;
use super::finders::{digits, emails, networks, spoken_digits, webs};
use super::span::Span;
use super::triggers::{Found, Trigger, Triggers};
use super::{RedactionError, RedactionKind, RedactionOptions};

/// What finds personal data without knowing anybody's name.
#[derive(Debug)]
pub(crate) struct Rules {
    kinds: BTreeSet<RedactionKind>,
    triggers: Triggers,
    beside_digits: Triggers,
    addresses: Addresses,
    birth_dates: BirthDates,
    introductions: Introductions,
    spoken_webs: SpokenWebs,
    custom: Vec<Pattern>,
}

impl Rules {
    /// # Errors
    ///
    /// Those of the options' patterns.
    pub(crate) fn new(options: &RedactionOptions) -> Result<Self, RedactionError> {
        let custom = Pattern::all(&options.custom)?;
        let mut kinds = options.kinds.clone();
        kinds.extend(custom.iter().map(|pattern| pattern.kind().clone()));
        Ok(Self {
            kinds,
            custom,
            triggers: Triggers::of_any_text()?,
            beside_digits: Triggers::beside_digits()?,
            addresses: Addresses::new()?,
            birth_dates: BirthDates::new()?,
            introductions: Introductions::new()?,
            spoken_webs: SpokenWebs::new()?,
        })
    }

    pub(crate) fn has(&self, kind: &RedactionKind) -> bool {
        self.kinds.contains(kind)
    }

    /// Whether a placeholder of this name may be one of ours.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        RedactionKind::is_taken(name)
            || self
                .custom
                .iter()
                .any(|pattern| pattern.kind().as_str() == name)
    }

    /// All that the rules find in a text; spans may overlap. Adds to `at_work` the places of triggers, but those of words
    /// that do not count.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>, at_work: &mut Vec<Range<usize>>) {
        let from = spans.len();
        self.find_at_triggers(text, spans, at_work);
        emails::find(text, spans);
        if has_digit(text) {
            self.find_beside_digits(text, spans);
        }
        for pattern in &self.custom {
            pattern.find(text, spans);
        }
        if spans.len() > from {
            let found = spans.split_off(from);
            spans.extend(found.into_iter().filter(|span| self.has(&span.kind)));
        }
    }

    /// Whether rules may find something in a text that has none of the triggers.
    pub(crate) fn need_no_trigger(&self, text: &str) -> bool {
        !self.custom.is_empty()
            || has_digit(text)
            || memchr::memchr(b'@', text.as_bytes()).is_some()
    }

    fn find_at_triggers(&self, text: &str, spans: &mut Vec<Span>, at_work: &mut Vec<Range<usize>>) {
        let mut has_spoken_web = false;
        let mut webs = Webs::default();
        let mut dictated = 0;
        for found in self.triggers.find(text) {
            if found.counts || !found.is_word {
                at_work.push(found.range.clone());
            }
            if !found.counts {
                continue;
            }
            let Found { trigger, range, .. } = found;
            match trigger {
                Trigger::Scheme => spans.extend(webs.find(text, &range, webs::with_scheme)),
                Trigger::Www => spans.extend(webs.find(text, &range, webs::with_www)),
                Trigger::Domain => spans.extend(webs.find(text, &range, webs::bare)),
                Trigger::SpokenWeb => has_spoken_web = true,
                Trigger::Digit if range.start < dictated => {} // Part of the number before.
                Trigger::Digit => {
                    let (span, next) = spoken_digits::at(text, range.start);
                    dictated = next;
                    spans.extend(span);
                }
                Trigger::Introduction(kind) => spans.extend(self.introduced(text, &range, kind)),
                Trigger::Address | Trigger::Birth => {}
            }
        }
        if has_spoken_web {
            self.spoken_webs.find(text, spans);
        }
    }

    fn find_beside_digits(&self, text: &str, spans: &mut Vec<Span>) {
        digits::find(text, spans);
        networks::find_version_6(text, spans);
        let (mut has_hint, mut has_birth) = (false, false);
        for found in self.beside_digits.find(text).filter(|found| found.counts) {
            has_hint |= found.trigger == Trigger::Address;
            has_birth |= found.trigger == Trigger::Birth;
            if has_hint && has_birth {
                break;
            }
        }
        self.addresses.find(text, has_hint, spans);
        if has_birth {
            self.birth_dates.find(text, spans);
        }
    }

    fn introduced(
        &self,
        text: &str,
        range: &Range<usize>,
        introduction: Introduction,
    ) -> Option<Span> {
        let name = self.introductions.name(text, range, introduction)?;
        Some(Span::new(name, RedactionKind::Person))
    }
}

/// Whether a text has a digit; sixteen bytes are looked at together, without a way out between them.
fn has_digit(text: &str) -> bool {
    let any = |bytes: &[u8]| bytes.iter().fold(false, |any, b| any | b.is_ascii_digit());
    let (whole, rest) = text.as_bytes().as_chunks::<16>();
    whole.iter().any(|bytes| any(bytes)) || any(rest)
}
