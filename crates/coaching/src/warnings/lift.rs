//! What a rule is worth on labelled calls: [`RuleLift`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::Outcome;

use super::rule::Rule;
use super::truth::Truth;
use crate::resampling::{Sums, estimate};
use crate::{Estimate, LabelledCall};

/// How often calls were lost where a rule held.
///
/// - **Lift.** `P(lost | the rule holds) / P(lost)` over the calls that could be judged (Brin et al. 1997, "interest"): 1
///   where the rule tells nothing, above 1 where it warns with reason.
/// - **Interval.** Cluster bootstrap over the accounts, level 0.95.
/// - **`None`.** The rule held of fewer than [`LEAST_HITS`](Self::LEAST_HITS) calls, or no call was lost.
/// - **Mind.** It is an association in these calls, no effect: fixing what a rule names need not win the deal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleLift {
    /// The rule.
    pub rule: String,
    /// Calls that could be judged.
    pub judged: usize,
    /// Calls that could not.
    pub unjudged: usize,
    /// Judged calls that were lost.
    pub lost: usize,
    /// Calls of which the rule held.
    pub hits: usize,
    /// Those of them that were lost.
    pub lost_hits: usize,
    /// The lift.
    pub lift: Option<Estimate>,
}

impl RuleLift {
    /// Fewest calls a rule must hold of: below, an interval says more of its method than of the rule.
    pub const LEAST_HITS: usize = 20;
}

pub(super) fn of(rule: &Rule, calls: &[LabelledCall<'_>]) -> RuleLift {
    let mut counts = Sums::<4>::new();
    let mut tally = RuleLift {
        rule: rule.name.clone(),
        judged: 0,
        unjudged: 0,
        lost: 0,
        hits: 0,
        lost_hits: 0,
        lift: None,
    };
    for call in calls {
        let hit = match rule.truth(call.measures, call.metadata) {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Unknown => {
                tally.unjudged += 1;
                continue;
            }
        };
        let lost = call.outcome == Outcome::Lost;
        counts.add(call.group, [true, lost, hit, hit && lost]);
        tally.judged += 1;
        tally.lost += usize::from(lost);
        tally.hits += usize::from(hit);
        tally.lost_hits += usize::from(hit && lost);
    }
    if tally.hits >= RuleLift::LEAST_HITS {
        tally.lift = estimate(&counts, lift);
    }
    tally
}

fn lift([judged, lost, hits, lost_hits]: [f64; 4]) -> Option<f64> {
    (hits > 0.0 && lost > 0.0).then(|| lost_hits / hits / (lost / judged))
}
