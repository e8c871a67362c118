//! From a deal to the label of a call: [`LabelRules`], [`Label`] and [`LastCalls`].
//!
//! What won and lost mean is the user's word, in a small TOML file. Nothing dated after `as_of` is ever used, and there is
//! no clock: the day is always given. This module is *not* the join of calls and deals, which is [`Crm`](crate::Crm).

mod error;
mod label;
mod last_calls;
mod outcome;
mod rules;

pub use error::LabelError;
pub use label::{Label, OpenReason, RefusalReason};
pub use last_calls::LastCalls;
pub(crate) use outcome::State;
pub(crate) use rules::later;
pub use rules::{CallsLabelled, LabelRules};

#[cfg(test)]
mod tests;
