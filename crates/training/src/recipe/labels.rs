//! How much there is to learn from: [`Labels`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use upturn_core::{Conversation, Outcome};

/// Labelled calls, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Calls that were won.
    pub won: usize,
    /// Calls that were lost.
    pub lost: usize,
    /// Different [groups](Conversation::group) among them.
    pub accounts: usize,
}

impl Labels {
    /// Counts; calls without an outcome are passed over.
    pub fn of(calls: &[&Conversation]) -> Self {
        let mut accounts = BTreeSet::new();
        let mut labels = Self::default();
        for call in calls {
            match call.outcome() {
                Some(Outcome::Won) => labels.won += 1,
                Some(Outcome::Lost) => labels.lost += 1,
                None => continue,
            }
            accounts.insert(call.group());
        }
        labels.accounts = accounts.len();
        labels
    }

    /// Won and lost ones.
    pub const fn total(self) -> usize {
        self.won + self.lost
    }

    /// Calls of the rarer outcome.
    pub fn rarer(self) -> usize {
        self.won.min(self.lost)
    }
}
