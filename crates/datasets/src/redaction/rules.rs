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
use super::triggers::{Trigger, Triggers};
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

    /// All that the rules find in a text; spans may overlap.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>) {
        let mut found = Vec::new();
        self.find_at_triggers(text, &mut found);
        emails::find(text, &mut found);
        if text.bytes().any(|b| b.is_ascii_digit()) {
            self.find_beside_digits(text, &mut found);
        }
        for pattern in &self.custom {
            pattern.find(text, &mut found);
        }
        spans.extend(found.into_iter().filter(|span| self.has(&span.kind)));
    }

    fn find_at_triggers(&self, text: &str, spans: &mut Vec<Span>) {
        let mut has_spoken_web = false;
        let mut webs = Webs::default();
        let mut dictated = 0;
        for (trigger, range) in self.triggers.find(text) {
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
        let seen: Vec<Trigger> = self
            .beside_digits
            .find(text)
            .map(|(trigger, _)| trigger)
            .collect();
        self.addresses
            .find(text, seen.contains(&Trigger::Address), spans);
        if seen.contains(&Trigger::Birth) {
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
