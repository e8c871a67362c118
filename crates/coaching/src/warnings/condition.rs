//! One condition of a rule: [`Condition`].

use upturn_core::{Metadata, TurnRange};

use super::comparison::Comparison;
use super::known::{known, measured};
use super::truth::Truth;
use super::{Cite, CitedValue};
use crate::{MeasureName, Measures};

/// What is looked at, and what must hold of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub(super) subject: Subject,
    pub(super) comparison: Comparison,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    Measure(MeasureName),
    /// A field of the metadata by its name in files; those of `extra` included.
    Metadata(String),
}

impl Subject {
    /// The word used in files.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Measure(name) => name.as_str(),
            Self::Metadata(field) => field,
        }
    }

    fn value(&self, measures: &Measures, metadata: &Metadata) -> Option<CitedValue> {
        match self {
            Self::Measure(name) => measured(measures, *name),
            Self::Metadata(field) => known(metadata, field),
        }
    }

    fn turns(&self, measures: &Measures) -> Vec<TurnRange> {
        match self {
            Self::Measure(name) => measures.evidence(*name),
            Self::Metadata(_) => Vec::new(),
        }
    }
}

impl Condition {
    /// Whether it holds; unknown if the value is not known or of another kind.
    pub(super) fn truth(&self, measures: &Measures, metadata: &Metadata) -> Truth {
        let value = self.subject.value(measures, metadata);
        value.and_then(|value| self.comparison.holds(&value)).into()
    }

    /// What it rests on, if it holds.
    pub(super) fn cite(&self, measures: &Measures, metadata: &Metadata) -> Option<Cite> {
        let cite = self.look(measures, metadata)?;
        self.comparison.holds(&cite.value)?.then_some(cite)
    }

    /// What it looks at, whether it holds or not; `None` if that is not known.
    pub(super) fn look(&self, measures: &Measures, metadata: &Metadata) -> Option<Cite> {
        Some(Cite {
            about: self.subject.name().to_owned(),
            value: self.subject.value(measures, metadata)?,
            turns: self.subject.turns(measures),
        })
    }
}
