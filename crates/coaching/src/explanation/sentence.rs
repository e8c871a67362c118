//! A sentence that says where it has it from: [`CitedSentence`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EvidenceId;

/// A sentence and what it rests on.
///
/// `Debug` shows the length of the text, never the text: it may quote a transcript.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CitedSentence {
    /// What it says, as plain text.
    pub text: String,
    /// What it rests on, by name in the register; never empty.
    pub evidence: Vec<EvidenceId>,
}

impl CitedSentence {
    /// A sentence; none without evidence. A citation stands once.
    pub(crate) fn new(
        text: impl Into<String>,
        evidence: impl IntoIterator<Item = EvidenceId>,
    ) -> Option<Self> {
        let mut cited: Vec<EvidenceId> = Vec::new();
        for id in evidence {
            if !cited.contains(&id) {
                cited.push(id);
            }
        }
        (!cited.is_empty()).then(|| Self {
            text: text.into(),
            evidence: cited,
        })
    }
}

impl fmt::Debug for CitedSentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CitedSentence")
            .field("chars", &self.text.chars().count())
            .field("evidence", &self.evidence)
            .finish()
    }
}

impl fmt::Display for CitedSentence {
    /// The text with its citations behind: `The price was not mentioned. [e2, e3]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<String> = self.evidence.iter().map(EvidenceId::to_string).collect();
        write!(f, "{} [{}]", self.text, ids.join(", "))
    }
}
