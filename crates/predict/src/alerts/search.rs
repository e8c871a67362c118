//! The policy that finds most lost calls within a budget of false alarms: [`AlertSearch`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::binomial::{at_most, upper_bound};
use super::{AlertChange, AlertPolicy, AlertReport, FollowedCall};
use crate::PredictError;

/// Lines that are tried, in hundredths: fixed before any call is seen.
const LINES: std::ops::Range<u32> = 1..100;

/// Distances between the two lines that are tried, rising.
const HYSTERESES: [f64; 6] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.3];

/// Share of the calls with an alert in which it may come back after it was cleared.
const FLICKER: f64 = 0.1;

/// What to search for, and among what.
///
/// Every pair of an `in_a_row` and a `not_before` is a shape. In each, the lines are tried from the lowest on: a line is
/// shown to keep the budget if so few groups of won calls raised would have a chance of at most `(1 - confidence) /
/// shapes` under a false-alarm rate of `budget` (the exact binomial test of Clopper and Pearson), and the first line that
/// is not shown to ends the row. Since lines, shapes and their order are fixed beforehand, with probability `confidence`
/// *no* line so shown breaks the budget, so that the best may be picked freely: fixed-sequence testing in rows that share
/// the error, from Angelopoulos et al., "Learn then test: calibrating predictive algorithms to achieve risk control"
/// (2021), section 2.
///
/// A group of calls counts as one, and as a false alarm if any of its won calls raises: stricter than a rate over calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlertSearch {
    /// Share of won calls that may ever raise. 0.1 by default.
    pub budget: f64,
    /// How sure that must be. 0.95 by default.
    pub confidence: f64,
    /// Turns in a row that are tried. 1, 2 and 3 by default.
    pub in_a_row: Vec<usize>,
    /// Earliest turns that are tried. 1, 3, 6, 12 and 24 by default.
    pub not_before: Vec<usize>,
}

impl Default for AlertSearch {
    fn default() -> Self {
        Self {
            budget: 0.1,
            confidence: 0.95,
            in_a_row: vec![1, 2, 3],
            not_before: vec![1, 3, 6, 12, 24],
        }
    }
}

/// A policy with what it was chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TunedAlerts {
    /// The policy.
    pub policy: AlertPolicy,
    /// Share of won calls that may ever raise.
    pub budget: f64,
    /// How sure that is.
    pub confidence: f64,
    /// What the false-alarm rate is at most, at that confidence; at most the budget.
    pub at_most: f64,
    /// What it does on the calls that it was tuned on: optimistic but for the bound.
    pub tuned_on: AlertReport,
}

impl AlertSearch {
    /// The policy with the highest recall of those shown to keep the budget; of equal ones that with the longest lead
    /// time. None if none is shown to, or if none of those finds a lost call.
    ///
    /// The line to clear is chosen after that, for it changes neither: the nearest with which at most a tenth of the calls
    /// with an alert raise again after a clearing, else the farthest.
    ///
    /// # Errors
    ///
    /// [`PredictError::Setting`] for a budget or a confidence outside `0..1` or without shapes; [`PredictError::TooFew`] if
    /// even without a false alarm the groups of won calls are too few to show anything.
    pub fn tune(&self, calls: &[FollowedCall]) -> Result<Option<TunedAlerts>, PredictError> {
        self.validate()?;
        let error = self.error();
        let won = groups(calls.iter().filter(|call| call.won));
        self.check_enough(won.len(), error)?;
        let mut best: Option<(AlertPolicy, AlertReport, usize)> = None;
        for shape in self.shapes() {
            let Some((policy, alarms)) = self.highest(shape, &won, error) else {
                continue;
            };
            let report = AlertReport::of(policy, calls);
            if rank(&report).0 <= 0.0 {
                continue;
            }
            let better = |(_, known, _): &(AlertPolicy, AlertReport, usize)| {
                rank(&report).partial_cmp(&rank(known)) == Some(std::cmp::Ordering::Greater)
            };
            if best.as_ref().is_none_or(better) {
                best = Some((policy, report, alarms));
            }
        }
        Ok(best.map(|(policy, report, alarms)| TunedAlerts {
            policy: with_hysteresis(policy, calls),
            budget: self.budget,
            confidence: self.confidence,
            at_most: upper_bound(alarms, won.len(), error),
            tuned_on: report,
        }))
    }

    fn validate(&self) -> Result<(), PredictError> {
        let shares = [("budget", self.budget), ("confidence", self.confidence)];
        for (name, got) in shares {
            if !(got > 0.0 && got < 1.0) {
                let expected = "a number between 0 and 1";
                return Err(PredictError::Setting {
                    name,
                    expected,
                    got,
                });
            }
        }
        if self.in_a_row.is_empty() || self.not_before.is_empty() {
            return Err(PredictError::Setting {
                name: "in_a_row and not_before",
                expected: "at least one number each",
                got: 0.0,
            });
        }
        Ok(())
    }

    /// What each row of tests may err by.
    fn error(&self) -> f64 {
        (1.0 - self.confidence) / (self.in_a_row.len() * self.not_before.len()) as f64
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a quotient of logarithms below 0"
    )]
    fn check_enough(&self, got: usize, error: f64) -> Result<(), PredictError> {
        let expected = (error.ln() / (1.0 - self.budget).ln()).ceil() as usize;
        if got < expected {
            return Err(PredictError::TooFew { expected, got });
        }
        Ok(())
    }

    fn shapes(&self) -> impl Iterator<Item = (usize, usize)> {
        let rows = self.in_a_row.iter();
        rows.flat_map(|row| self.not_before.iter().map(|turn| (*row, *turn)))
    }

    /// The highest line that is shown to keep the budget, with how many groups of won calls raise.
    fn highest(
        &self,
        (in_a_row, not_before): (usize, usize),
        won: &[Vec<&FollowedCall>],
        error: f64,
    ) -> Option<(AlertPolicy, usize)> {
        let mut shown = None;
        for line in LINES {
            let line = f64::from(line) / 100.0;
            let policy = AlertPolicy {
                raise_below: line,
                clear_above: line,
                in_a_row,
                not_before,
            };
            let raises = |call: &&FollowedCall| policy.first_raised(&call.probabilities).is_some();
            let alarms = won.iter().filter(|group| group.iter().any(raises)).count();
            if at_most(alarms, won.len(), self.budget) > error {
                break;
            }
            shown = Some((policy, alarms));
        }
        shown
    }
}

/// What is better: recall, then lead time.
fn rank(report: &AlertReport) -> (f64, f64) {
    (
        report.recall.map_or(0.0, |recall| recall.value),
        report.lead_time.map_or(0.0, |lead| lead.median),
    )
}

fn groups<'a>(calls: impl Iterator<Item = &'a FollowedCall>) -> Vec<Vec<&'a FollowedCall>> {
    let mut groups: BTreeMap<&str, Vec<&FollowedCall>> = BTreeMap::new();
    for call in calls {
        groups.entry(&call.group).or_default().push(call);
    }
    groups.into_values().collect()
}

fn with_hysteresis(policy: AlertPolicy, calls: &[FollowedCall]) -> AlertPolicy {
    let with = |distance: f64| AlertPolicy {
        clear_above: (policy.raise_below + distance).min(1.0),
        ..policy
    };
    let calm = |policy: &AlertPolicy| {
        let (mut once, mut again) = (0usize, 0usize);
        for call in calls {
            let changes = policy.changes(&call.probabilities);
            let raises = changes.iter().filter(|(_, it)| *it == AlertChange::Raised);
            let raises = raises.count();
            once += usize::from(raises > 0);
            again += usize::from(raises > 1);
        }
        again as f64 <= FLICKER * once as f64
    };
    let [.., farthest] = HYSTERESES;
    let mut tried = HYSTERESES.into_iter().map(with);
    tried.find(calm).unwrap_or_else(|| with(farthest))
}
