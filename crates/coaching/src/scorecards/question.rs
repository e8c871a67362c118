//! One question of a rubric: [`Question`].

use super::card::{ScoredAnswer, WhyUnanswered};
use super::facts::{CallFacts, Fact};
use crate::warnings::{Comparison, When};
use crate::{Cite, CitedValue, MeasureKind, MeasureName};

/// What is asked, what is looked at, and what that gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub(super) name: String,
    pub(super) asks: String,
    pub(super) advice: Option<String>,
    /// The most points it gives.
    pub(super) most: f64,
    pub(super) when: When,
    pub(super) subject: Subject,
    /// The first that holds decides; none gives no point.
    pub(super) bands: Vec<Band>,
}

/// So many points where it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Band {
    pub(super) comparison: Comparison,
    pub(super) points: f64,
}

/// What a question looks at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    Measure(MeasureName),
    /// A field of the metadata by its name in files.
    Metadata(String),
    /// Whether a rule of warnings holds.
    Rule(String),
    /// In how many turns a tracker finds something.
    Tracker(String),
}

impl Subject {
    /// The word used in files.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Measure(name) => name.as_str(),
            Self::Metadata(name) | Self::Rule(name) | Self::Tracker(name) => name,
        }
    }

    /// What it can be compared with; `None` for metadata, which may be anything.
    pub(super) const fn kind(&self) -> Option<MeasureKind> {
        match self {
            Self::Measure(name) => Some(name.kind()),
            Self::Metadata(_) => None,
            Self::Rule(_) => Some(MeasureKind::YesNo),
            Self::Tracker(_) => Some(MeasureKind::Number),
        }
    }

    /// What is good unless the file says otherwise: a rule that gives no warning, a tracker that finds something.
    pub(super) fn usual(&self, most: f64) -> Option<Vec<Band>> {
        let comparison = match self {
            Self::Rule(_) => Comparison::Is(false),
            Self::Tracker(_) => Comparison::AtLeast(1.0),
            Self::Measure(_) | Self::Metadata(_) => return None,
        };
        let points = most;
        Some(vec![Band { comparison, points }])
    }
}

impl Question {
    /// The answer, or why there is none.
    pub(super) fn answer(&self, call: &CallFacts<'_>) -> Result<ScoredAnswer, WhyUnanswered> {
        if self.when == When::Finished && !call.is_finished() {
            return Err(WhyUnanswered::CallGoesOn);
        }
        let Fact { value, evidence } = call.fact(&self.subject)?;
        let points = self.points(&value)?;
        Ok(ScoredAnswer {
            question: self.name.clone(),
            asks: self.asks.clone(),
            points,
            most: self.most,
            value,
            evidence,
            advice: self.advice.clone().filter(|_| points < self.most),
        })
    }

    /// The points of the first band that holds, or 0. Law: never more than [`most`](Self::most).
    fn points(&self, value: &CitedValue) -> Result<f64, WhyUnanswered> {
        for band in &self.bands {
            match band.comparison.holds(value) {
                Some(true) => return Ok(band.points),
                Some(false) => {}
                None => {
                    return Err(WhyUnanswered::OtherKind {
                        about: self.subject.name().to_owned(),
                        value: value.clone(),
                    });
                }
            }
        }
        Ok(0.0)
    }
}

impl Fact {
    pub(super) fn of(cite: Cite) -> Self {
        Self {
            value: cite.value.clone(),
            evidence: vec![cite],
        }
    }
}
