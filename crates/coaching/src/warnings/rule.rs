//! One rule: [`Rule`].

use serde::Deserialize;
use upturn_core::Metadata;

use super::condition::Condition;
use super::truth::Truth;
use super::{Cite, Unjudged, Warning};
use crate::Measures;

/// A warning and when it is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(super) name: String,
    pub(super) says: String,
    pub(super) advice: Option<String>,
    pub(crate) when: When,
    pub(super) all: Vec<Condition>,
    pub(super) any: Vec<Condition>,
}

/// In which calls a rule is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// In every one.
    #[default]
    Always,
    /// Only in calls that are over: what has not happened may yet.
    Finished,
}

impl Rule {
    /// Whether it holds: all of `all`, and any of `any` unless that is empty.
    pub(crate) fn truth(&self, measures: &Measures, metadata: &Metadata) -> Truth {
        if self.when == When::Finished && !measures.finished {
            return Truth::No;
        }
        let truth = |condition: &Condition| condition.truth(measures, metadata);
        let any = if self.any.is_empty() {
            Truth::Yes
        } else {
            Truth::any(self.any.iter().map(truth))
        };
        Truth::all([Truth::all(self.all.iter().map(truth)), any])
    }

    /// The warning with its evidence.
    pub(crate) fn warning(&self, measures: &Measures, metadata: &Metadata) -> Warning {
        let conditions = self.all.iter().chain(&self.any);
        Warning {
            rule: self.name.clone(),
            says: self.says.clone(),
            advice: self.advice.clone(),
            evidence: conditions
                .filter_map(|condition| condition.cite(measures, metadata))
                .collect(),
        }
    }

    /// All that it looks at and that is known, whether it holds or not.
    pub(crate) fn looks(&self, measures: &Measures, metadata: &Metadata) -> Vec<Cite> {
        let conditions = self.all.iter().chain(&self.any);
        conditions
            .filter_map(|condition| condition.look(measures, metadata))
            .collect()
    }

    /// What is not known.
    pub(crate) fn unjudged(&self, measures: &Measures, metadata: &Metadata) -> Unjudged {
        let conditions = self.all.iter().chain(&self.any);
        let mut missing: Vec<_> = conditions
            .filter(|condition| condition.truth(measures, metadata) == Truth::Unknown)
            .map(|condition| condition.subject.name().to_owned())
            .collect();
        missing.dedup();
        Unjudged {
            rule: self.name.clone(),
            missing,
        }
    }
}
