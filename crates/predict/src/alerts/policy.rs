//! When to raise and when to clear: [`AlertPolicy`].

use serde::{Deserialize, Serialize};

/// When a call is said to be at risk, and when no more.
///
/// An alert is raised after a turn when the probability has been below `raise_below` for `in_a_row` turns, that one
/// included, and `not_before` turns were said; it is cleared when the probability exceeds `clear_above`. The distance
/// between the two is the hysteresis: a probability that trembles around one line would raise and clear at every turn.
///
/// Law: a call that is ever raised is also raised, and no later, with a higher `raise_below`, fewer `in_a_row` or an
/// earlier `not_before`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AlertPolicy {
    /// Raised below this probability.
    pub raise_below: f64,
    /// Cleared above this one; what is lower than `raise_below` counts as that.
    pub clear_above: f64,
    /// For so many turns in a row; 0 counts as 1.
    pub in_a_row: usize,
    /// Not before so many turns were said.
    pub not_before: usize,
}

/// What a turn changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertChange {
    /// The call is at risk from here on.
    Raised,
    /// It is no more.
    Cleared,
}

/// A policy that watches one call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlertWatch {
    policy: AlertPolicy,
    turns: usize,
    /// Turns below the line until now.
    below: usize,
    raised: bool,
}

impl AlertPolicy {
    /// Begins to watch a call.
    pub const fn watch(self) -> AlertWatch {
        AlertWatch {
            policy: self,
            turns: 0,
            below: 0,
            raised: false,
        }
    }

    /// Each change with the number of turns after which it came.
    pub fn changes(self, probabilities: &[f64]) -> Vec<(usize, AlertChange)> {
        let mut watch = self.watch();
        let turns = (1..).zip(probabilities);
        turns
            .filter_map(|(turn, probability)| Some((turn, watch.push(*probability)?)))
            .collect()
    }

    /// After how many turns it is first raised; none if it never is.
    pub fn first_raised(self, probabilities: &[f64]) -> Option<usize> {
        let mut watch = self.watch();
        let mut turns = (1..).zip(probabilities);
        let (turn, _) = turns.find(|(_, p)| watch.push(**p) == Some(AlertChange::Raised))?;
        Some(turn)
    }
}

impl AlertWatch {
    /// Says what one more turn changed, after which won has this probability.
    pub fn push(&mut self, probability: f64) -> Option<AlertChange> {
        let AlertPolicy {
            raise_below,
            clear_above,
            in_a_row,
            not_before,
        } = self.policy;
        self.turns += 1;
        self.below = if probability < raise_below {
            self.below + 1
        } else {
            0
        };
        if self.raised {
            let clears = probability > clear_above.max(raise_below);
            self.raised = !clears;
            return clears.then_some(AlertChange::Cleared);
        }
        self.raised = self.below >= in_a_row.max(1) && self.turns >= not_before;
        self.raised.then_some(AlertChange::Raised)
    }

    /// Whether the call is at risk now.
    pub const fn is_raised(&self) -> bool {
        self.raised
    }
}
