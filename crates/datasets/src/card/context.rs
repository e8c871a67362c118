//! What the pipeline knows and the calls do not show: [`CardContext`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::LeakReport;

/// Where the data came from and what was done to them. Every list is by name, as it is to be printed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CardContext {
    /// Name of the data set; none by default.
    pub title: Option<String>,
    /// Day on which the card was made, as it is to be printed; none by default, so that the same data give the same card.
    pub made_on: Option<String>,
    /// Records of each source: a file, a folder, a form.
    pub sources: BTreeMap<String, u64>,
    /// Records read.
    pub read: u64,
    /// Records written.
    pub written: u64,
    /// Records set aside, by reason. Read = written + all of these, or the card says that it does not balance.
    pub set_aside: BTreeMap<String, u64>,
    /// Duplicates found, by kind; those that were removed stand in `set_aside` too.
    pub duplicates: BTreeMap<String, u64>,
    /// Pieces of text redacted, by kind.
    pub redactions: BTreeMap<String, u64>,
    /// What cleaning changed, by kind.
    pub cleaning: BTreeMap<String, u64>,
    /// What the leak guard found; none if it did not run.
    pub leaks: Option<LeakReport>,
}

impl CardContext {
    /// All records set aside.
    pub fn all_set_aside(&self) -> u64 {
        self.set_aside
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Whether every record read was written or set aside.
    pub fn balances(&self) -> bool {
        self.written.checked_add(self.all_set_aside()) == Some(self.read)
    }
}
