//! Prefixes whose outcome is known: [`Example`] with its moments, [`Lesson`] without.

use std::fmt;

use upturn_core::{EncodedMoment, Outcome, Prefix};

/// A prefix whose outcome is known. A conversation may give several; together they count as one.
#[derive(Clone, Copy)]
pub struct Example<'a> {
    /// What was said until then.
    pub prefix: Prefix<'a>,
    /// Its moments, all of them, in order.
    pub moments: &'a [EncodedMoment],
    /// How the conversation ended.
    pub outcome: Outcome,
}

impl fmt::Debug for Example<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example")
            .field("conversation", self.prefix.id())
            .field("turns", &self.prefix.turns().len())
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// An [`Example`] without its moments.
#[derive(Clone, Copy)]
pub struct Lesson<'a> {
    /// What was said until then.
    pub prefix: Prefix<'a>,
    /// How the conversation ended.
    pub outcome: Outcome,
}

impl<'a> From<&Example<'a>> for Lesson<'a> {
    fn from(
        Example {
            prefix,
            moments: _,
            outcome,
        }: &Example<'a>,
    ) -> Self {
        Self {
            prefix: *prefix,
            outcome: *outcome,
        }
    }
}

impl fmt::Debug for Lesson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lesson")
            .field("conversation", self.prefix.id())
            .field("turns", &self.prefix.turns().len())
            .field("outcome", &self.outcome)
            .finish()
    }
}
