//! A call whose end is known: [`LabelledCall`].

use upturn_core::{Conversation, Metadata, Outcome};

use crate::Measures;

/// The measures of a call with its outcome.
#[derive(Debug, Clone, Copy)]
pub struct LabelledCall<'a> {
    /// What was measured, of the whole call or of a prefix.
    pub measures: &'a Measures,
    /// What else is known.
    pub metadata: &'a Metadata,
    /// How it ended.
    pub outcome: Outcome,
    /// What it must not be thought independent of: its account.
    pub group: &'a str,
}

impl<'a> LabelledCall<'a> {
    /// Of a call with an outcome; `None` for an open one.
    pub fn new(call: &'a Conversation, measures: &'a Measures) -> Option<Self> {
        Some(Self {
            measures,
            metadata: call.metadata(),
            outcome: call.outcome()?,
            group: call.group(),
        })
    }
}
