//! What is known of a call that is scored: [`CallFacts`].

use upturn_core::{Metadata, TurnRange};

use super::card::WhyUnanswered;
use super::question::Subject;
use crate::warnings::{Truth, When, known, measured};
use crate::{Cite, CitedValue, MeasureName, Measures, Rules, Tracked};

/// What a [`Rubric`](super::Rubric) looks at.
#[derive(Debug, Clone, Copy)]
pub struct CallFacts<'a> {
    measures: &'a Measures,
    metadata: &'a Metadata,
    rules: &'a Rules,
    tracked: Option<&'a Tracked>,
}

/// A value and what it rests on.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) value: CitedValue,
    pub(super) evidence: Vec<Cite>,
}

impl<'a> CallFacts<'a> {
    /// Measures and metadata of a call, and the rules that a rubric may ask for.
    pub const fn new(measures: &'a Measures, metadata: &'a Metadata, rules: &'a Rules) -> Self {
        Self {
            measures,
            metadata,
            rules,
            tracked: None,
        }
    }

    /// What trackers found in the same turns. Without it, questions of trackers stay unanswered.
    #[must_use]
    pub const fn with_tracked(mut self, tracked: &'a Tracked) -> Self {
        self.tracked = Some(tracked);
        self
    }

    pub(super) const fn is_finished(&self) -> bool {
        self.measures.finished
    }

    pub(super) fn fact(&self, subject: &Subject) -> Result<Fact, WhyUnanswered> {
        match subject {
            Subject::Measure(name) => self.measure(*name),
            Subject::Metadata(field) => self.field(field),
            Subject::Rule(rule) => self.rule(rule),
            Subject::Tracker(tracker) => self.tracker(tracker),
        }
    }

    fn measure(&self, name: MeasureName) -> Result<Fact, WhyUnanswered> {
        let value = measured(self.measures, name).ok_or_else(|| not_known([name.as_str()]))?;
        Ok(Fact::of(Cite {
            about: name.to_string(),
            value,
            turns: self.measures.evidence(name),
        }))
    }

    fn field(&self, field: &str) -> Result<Fact, WhyUnanswered> {
        let value = known(self.metadata, field).ok_or_else(|| not_known([field]))?;
        Ok(Fact::of(Cite {
            about: field.to_owned(),
            value,
            turns: Vec::new(),
        }))
    }

    fn rule(&self, name: &str) -> Result<Fact, WhyUnanswered> {
        let rule = self.rules.named(name);
        let rule = rule.ok_or_else(|| WhyUnanswered::NoRule { rule: name.into() })?;
        if rule.when == When::Finished && !self.is_finished() {
            return Err(WhyUnanswered::CallGoesOn);
        }
        let (holds, evidence) = match rule.truth(self.measures, self.metadata) {
            Truth::Unknown => {
                let missing = rule.unjudged(self.measures, self.metadata).missing;
                return Err(WhyUnanswered::NotKnown { missing });
            }
            Truth::Yes => (true, rule.warning(self.measures, self.metadata).evidence),
            Truth::No => (false, rule.looks(self.measures, self.metadata)),
        };
        Ok(Fact {
            value: CitedValue::YesNo(holds),
            evidence,
        })
    }

    fn tracker(&self, name: &str) -> Result<Fact, WhyUnanswered> {
        let looked = |tracked: &&Tracked| tracked.looked_for.iter().any(|it| it == name);
        let no_tracker = || WhyUnanswered::NoTracker {
            tracker: name.into(),
        };
        let tracked = self.tracked.filter(looked).ok_or_else(no_tracker)?;
        let hits = tracked.hits.iter().filter(|hit| hit.tracker == name);
        let mut turns: Vec<_> = hits.map(|hit| hit.turns).collect();
        let found = turns.len() as f64;
        if turns.is_empty() {
            let end = self.measures.turns;
            turns.push(TurnRange { start: 0, end });
        }
        Ok(Fact::of(Cite {
            about: name.to_owned(),
            value: CitedValue::Number(found),
            turns,
        }))
    }
}

fn not_known<const N: usize>(missing: [&str; N]) -> WhyUnanswered {
    let missing = missing.map(str::to_owned).to_vec();
    WhyUnanswered::NotKnown { missing }
}
