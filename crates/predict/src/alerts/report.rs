//! What a policy does on calls: [`AlertReport`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::binomial::at_most;
use super::{AlertPolicy, FollowedCall};
use crate::Share;

/// Share of samples that an interval leaves out on each side.
const OUTSIDE: f64 = 0.025;

/// How often a policy raises on won and on lost calls, and how early.
///
/// It speaks of calls like these only if neither the policy nor the probabilities had seen them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AlertReport {
    /// Share of won calls that ever raise; none without won calls.
    pub false_alarms: Option<Share>,
    /// Share of lost calls that ever raise; none without lost calls.
    pub recall: Option<Share>,
    /// How early it raises on those lost calls where it does; none if on none.
    pub lead_time: Option<LeadTime>,
}

/// How many turns were still to come when an alert was first raised.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LeadTime {
    /// Median over groups of the mean over their calls.
    pub median: f64,
    /// The interval of 95 % of the median, whatever the distribution (order statistics: Conover, "Practical nonparametric
    /// statistics", 1999, section 3.2); none of fewer than six groups, which can't tell.
    pub interval: Option<(f64, f64)>,
}

impl AlertReport {
    /// Measures a policy.
    pub fn of(policy: AlertPolicy, calls: &[FollowedCall]) -> Self {
        let raised: Vec<(&FollowedCall, Option<usize>)> = calls
            .iter()
            .map(|call| (call, policy.first_raised(&call.probabilities)))
            .collect();
        let share = |won: bool| {
            let those = raised.iter().filter(move |(call, _)| call.won == won);
            Share::of(those.map(|(call, raised)| (call.group.as_str(), raised.is_some())))
        };
        let found = raised.iter().filter(|(call, _)| !call.won);
        let leads = found.filter_map(|(call, raised)| {
            let lead = call.probabilities.len() - raised.as_ref()?;
            Some((call.group.as_str(), lead))
        });
        Self {
            false_alarms: share(true),
            recall: share(false),
            lead_time: LeadTime::of(leads),
        }
    }
}

impl LeadTime {
    fn of<'a>(leads: impl Iterator<Item = (&'a str, usize)>) -> Option<Self> {
        let mut groups: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (group, lead) in leads {
            let (sum, count) = groups.entry(group).or_default();
            *sum += lead as f64;
            *count += 1.0;
        }
        let mut sorted: Vec<f64> = groups
            .into_values()
            .map(|(sum, count)| sum / count)
            .collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let middle = (sorted.get(last / 2)?, sorted.get(last - last / 2)?);
        Some(Self {
            median: f64::midpoint(*middle.0, *middle.1),
            interval: ends(&sorted),
        })
    }
}

/// The innermost pair of values, equally far from both ends, of which each has the median outside with at most 2.5 %.
fn ends(sorted: &[f64]) -> Option<(f64, f64)> {
    let count = sorted.len();
    let inside = (0..count / 2).take_while(|place| at_most(*place, count, 0.5) <= OUTSIDE);
    let place = inside.last()?;
    Some((*sorted.get(place)?, *sorted.get(count - 1 - place)?))
}
