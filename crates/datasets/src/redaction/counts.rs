//! How much was redacted, never what: [`RedactionCounts`].

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::RedactionKind;

/// How many places of each kind were replaced. Kinds of which there is none are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RedactionCounts(BTreeMap<RedactionKind, u64>);

impl RedactionCounts {
    /// How many places of one kind.
    pub fn of(&self, kind: &RedactionKind) -> u64 {
        self.0.get(kind).copied().unwrap_or(0)
    }

    /// How many places altogether.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Kinds with their counts, none of them zero.
    pub fn iter(&self) -> impl Iterator<Item = (&RedactionKind, u64)> {
        self.0.iter().map(|(kind, count)| (kind, *count))
    }

    /// Adds those of another conversation.
    pub fn add(&mut self, other: &Self) {
        for (kind, count) in other.iter() {
            *self.0.entry(kind.clone()).or_default() += count;
        }
    }

    pub(crate) fn count(&mut self, kind: &RedactionKind) {
        *self.0.entry(kind.clone()).or_default() += 1;
    }
}

impl fmt::Display for RedactionCounts {
    /// `EMAIL 2, PERSON 11`, or `nothing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        for (place, (kind, count)) in self.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{kind} {count}")?;
        }
        Ok(())
    }
}
