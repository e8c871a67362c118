//! Intervals of ratios by resampling groups: [`estimate`].

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Estimate;

const REPLICATES: u64 = 1000;
const SEED: u64 = 0;
/// Share of the replicates outside of the interval on each side.
const OUTSIDE: f64 = 0.025;

/// Sums by group, such as an account or a dialogue: what one of them holds is not independent.
#[derive(Debug, Clone)]
pub(crate) struct Sums<'a, const N: usize>(BTreeMap<&'a str, [f64; N]>);

impl<'a, const N: usize> Sums<'a, N> {
    pub(crate) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds one where a row is counted.
    pub(crate) fn add(&mut self, group: &'a str, row: [bool; N]) {
        self.add_values(group, row.map(|holds| f64::from(u8::from(holds))));
    }

    /// Adds the values of a row.
    pub(crate) fn add_values(&mut self, group: &'a str, row: [f64; N]) {
        let sums = self.0.entry(group).or_insert([0.0; N]);
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }

    /// All groups together.
    pub(crate) fn sum(&self) -> [f64; N] {
        sum(self.0.values())
    }
}

/// A statistic of the sums, with the percentile interval of a cluster bootstrap (Efron and Tibshirani 1993, chapter
/// 13; Davison and Hinkley 1997, section 3.8): 1,000 replicates from seed 0, each of as many groups as there are.
///
/// `None` where the statistic is not defined on the whole; replicates where it is not are left out. The order of rows
/// makes no difference to counts.
pub(crate) fn estimate<const N: usize>(
    sums: &Sums<'_, N>,
    statistic: impl Fn([f64; N]) -> Option<f64>,
) -> Option<Estimate> {
    let value = statistic(sums.sum())?;
    let groups: Vec<_> = sums.0.values().collect();
    let mut replicates: Vec<_> = (0..REPLICATES)
        .filter_map(|replicate| statistic(sum(draw(&groups, replicate))))
        .collect();
    replicates.sort_unstable_by(f64::total_cmp);
    Some(Estimate {
        value,
        low: quantile(&replicates, OUTSIDE)?,
        high: quantile(&replicates, 1.0 - OUTSIDE)?,
    })
}

fn draw<'a, T>(groups: &[&'a T], replicate: u64) -> impl Iterator<Item = &'a T> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    random.set_stream(replicate);
    let most = groups.len();
    (0..most).filter_map(move |_| groups.get(random.random_range(0..most)).copied())
}

fn sum<'a, const N: usize>(groups: impl IntoIterator<Item = &'a [f64; N]>) -> [f64; N] {
    let mut sums = [0.0; N];
    for group in groups {
        for (sum, value) in sums.iter_mut().zip(group) {
            *sum += value;
        }
    }
    sums
}

/// Quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996); `None` without values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to a length"
)]
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share([hits, all]: [f64; 2]) -> Option<f64> {
        (all > 0.0).then(|| hits / all)
    }

    #[test]
    fn the_interval_holds_the_truth_about_as_often_as_it_says() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let names: Vec<_> = (0..60).map(|i| i.to_string()).collect();
        let held = (0..200).filter(|_| {
            let mut counts = Sums::<2>::new();
            for name in &names {
                // All four rows of a group are alike, so rows alone would promise too narrow an interval.
                let hit = random.random_bool(0.3);
                (0..4).for_each(|_| counts.add(name, [hit, true]));
            }
            estimate(&counts, share).is_some_and(|it| it.low <= 0.3 && 0.3 <= it.high)
        });
        let held = held.count();
        assert!((180..=199).contains(&held), "{held} of 200");
    }

    #[test]
    fn every_row_of_a_group_counts() {
        let mut counts = Sums::<2>::new();
        for (group, hit) in [("a", true), ("a", false), ("b", true), ("a", true)] {
            counts.add(group, [hit, true]);
        }
        assert_eq!(counts.sum().map(f64::to_bits), [3.0, 4.0].map(f64::to_bits));
        assert_eq!(estimate(&counts, share).map(|it| it.value), Some(0.75));
    }

    #[test]
    fn nothing_has_no_estimate() {
        assert_eq!(estimate(&Sums::<2>::new(), share), None);
    }
}
