//! "At risk" while a call goes on: an [`AlertPolicy`] tuned so that few won calls ever raise it.
//!
//! A [`FollowedCall`] is what was said after every turn of a held-out call. [`AlertSearch`] finds the policy that finds most
//! lost calls while at most a budget of the won ones raises; [`AlertReport`] says on other calls what it does. All of it
//! are functions of values: nothing here knows how the probabilities came about.

mod binomial;
mod policy;
mod report;
mod search;

use serde::{Deserialize, Serialize};

pub use policy::{AlertChange, AlertPolicy, AlertWatch};
pub use report::{AlertReport, LeadTime};
pub use search::{AlertSearch, TunedAlerts};

/// What was said of a finished call while it went on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowedCall {
    /// The probability of won after each turn, from the first on; by something that had not seen the call.
    pub probabilities: Vec<f64>,
    /// How it ended.
    pub won: bool,
    /// What was held out together; see [`upturn_core::Conversation::group`].
    pub group: String,
}

#[cfg(test)]
mod tests;
