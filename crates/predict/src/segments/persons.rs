//! Persons in an order, and those who have too few calls for one: [`ranked`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upturn_core::{Diagnostic, ErrorKind};

use super::mean;
use crate::Share;

/// With fewer calls nobody is ranked: at 30 the interval of a share of one half still goes from 0.33 to 0.67.
pub const LEAST_CALLS: usize = 30;

/// A call of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonCall {
    /// Who led it.
    pub person: String,
    /// What is not independent; see [`upturn_core::Conversation::group`].
    pub group: String,
    /// The chance of won that was predicted before the person could change anything, to compare with.
    pub probability: f64,
    /// How it ended.
    pub won: bool,
}

/// A person with enough calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankedPerson {
    /// Who.
    pub person: String,
    /// The share won with its interval.
    pub won: Share,
    /// Mean predicted chance: what others would have won of these calls.
    pub expected: f64,
    /// Share won less what was expected, at the lower end of the interval: what is sure.
    pub above: f64,
}

/// Why a person is not ranked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("`{person}` has {got} calls, and fewer than {least} say nothing about a person")]
pub struct TooFewCalls {
    /// Who.
    pub person: String,
    /// Calls counted.
    pub got: usize,
    /// At least so many are needed.
    pub least: usize,
}

impl Diagnostic for TooFewCalls {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some("wait for more calls, or look at the calls themselves".to_owned())
    }
}

/// Persons by how much more of their calls they won than was expected of them, at the lower end of the interval, so that
/// nobody leads by luck; and why the others are not among them, in order of their names.
///
/// `least` is raised to [`LEAST_CALLS`] if it is lower: no caller can ask for less.
pub fn ranked(calls: &[PersonCall], least: usize) -> (Vec<RankedPerson>, Vec<TooFewCalls>) {
    let least = least.max(LEAST_CALLS);
    let mut by_name: BTreeMap<&str, Vec<&PersonCall>> = BTreeMap::new();
    for call in calls {
        by_name.entry(&call.person).or_default().push(call);
    }
    let (mut ranked, mut refused) = (Vec::new(), Vec::new());
    for (person, calls) in by_name {
        match person_of(person, &calls, least) {
            Ok(person) => ranked.push(person),
            Err(why) => refused.push(why),
        }
    }
    // Stable: equals stay in order of their names.
    ranked.sort_by(|a, b| b.above.total_cmp(&a.above));
    (ranked, refused)
}

fn person_of(
    person: &str,
    calls: &[&PersonCall],
    least: usize,
) -> Result<RankedPerson, TooFewCalls> {
    let won = Share::of(calls.iter().map(|call| (call.group.as_str(), call.won)));
    let won = won
        .filter(|won| won.calls >= least)
        .ok_or_else(|| TooFewCalls {
            person: person.to_owned(),
            got: calls.len(),
            least,
        })?;
    let expected = mean(
        calls
            .iter()
            .map(|call| (call.group.as_str(), call.probability)),
    );
    Ok(RankedPerson {
        person: person.to_owned(),
        won,
        expected,
        above: won.low - expected,
    })
}
