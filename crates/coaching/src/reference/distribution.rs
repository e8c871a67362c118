//! The values of one measure in calls of one outcome: [`Distribution`].

use std::collections::BTreeMap;

use super::{Among, Spread};
use crate::Estimate;
use crate::resampling::quantile;

/// Values by the group of their call.
#[derive(Debug, Clone, Default)]
pub(super) struct Distribution {
    calls: usize,
    by_group: BTreeMap<String, Vec<f64>>,
}

impl Distribution {
    pub(super) fn add(&mut self, value: f64, group: &str) {
        self.calls += 1;
        match self.by_group.get_mut(group) {
            Some(values) => values.push(value),
            None => {
                self.by_group.insert(group.to_owned(), vec![value]);
            }
        }
    }

    pub(super) fn calls(&self) -> usize {
        self.calls
    }

    /// Where a value stands; `None` without calls.
    pub(super) fn among(&self, value: f64) -> Option<Among> {
        Some(Among {
            spread: self.spread()?,
            quantile: self.quantile_of(value),
        })
    }

    /// How the values are spread; `None` without calls.
    pub(super) fn spread(&self) -> Option<Spread> {
        let mut sorted: Vec<_> = self.by_group.values().flatten().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Some(Spread {
            calls: self.calls,
            groups: self.by_group.len(),
            mean: sorted.iter().sum::<f64>() / self.calls.max(1) as f64,
            p25: quantile(&sorted, 0.25)?,
            median: quantile(&sorted, 0.5)?,
            p75: quantile(&sorted, 0.75)?,
        })
    }

    /// The mid-rank of a value, with Wilson's interval for as many independent calls as these are worth.
    fn quantile_of(&self, value: f64) -> Estimate {
        let n = self.calls as f64;
        let below = |own: &f64| match own.total_cmp(&value) {
            std::cmp::Ordering::Less => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 0.0,
        };
        let ranks = |values: &Vec<f64>| values.iter().map(below).sum::<f64>();
        let share = self.by_group.values().map(ranks).sum::<f64>() / n;
        let groups = self.by_group.len() as f64;
        let deviation = |values: &Vec<f64>| (ranks(values) - share * values.len() as f64).powi(2);
        let between: f64 = self.by_group.values().map(deviation).sum();
        let binomial = n * share * (1.0 - share);
        let worth = if binomial > 0.0 && groups > 1.0 {
            let effect = between * groups / (groups - 1.0) / binomial;
            n / effect.max(1.0)
        } else {
            groups
        };
        Estimate::wilson(share, worth)
    }
}
