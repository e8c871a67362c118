//! Groups in a random order: [`GroupOrder`], for nested subsets and random splits that no group crosses; [`random_cuts`].

use std::collections::BTreeMap;
use std::ops::Range;

use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// The rows of groups laid out between 0 and 1 in a random order of groups, each as wide as its share of the rows.
///
/// # Laws
///
/// - A row is where the middle of its group is, so rows of one group are never parted.
/// - `within(0.0..a)` is a part of `within(0.0..b)` for `a <= b`: subsets are nested.
/// - Ranges that follow each other have no row in common and none is left out.
/// - The same groups and seed give the same order on every machine, whatever the order of rows.
///
/// ```
/// use upturn_eval::GroupOrder;
///
/// let order = GroupOrder::draw(["a", "b", "b", "c"].into_iter(), 0);
/// let (train, test) = (order.within(0.0..0.7), order.within(0.7..1.0));
/// assert_eq!(train.len() + test.len(), 4);
/// assert_eq!(train.contains(&1), train.contains(&2));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GroupOrder {
    /// Of each row, from 0 to 1.
    middles: Vec<f64>,
}

impl GroupOrder {
    /// Draws an order of the groups named row by row.
    pub fn draw<'a>(groups: impl Iterator<Item = &'a str>, seed: u64) -> Self {
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut all = 0;
        for (row, group) in groups.enumerate() {
            rows.entry(group).or_default().push(row);
            all += 1;
        }
        let mut rows: Vec<Vec<usize>> = rows.into_values().collect();
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let mut placed: Vec<(usize, f64)> = Vec::with_capacity(all);
        for group in rows {
            let middle = (placed.len() as f64 + group.len() as f64 / 2.0) / all as f64;
            placed.extend(group.into_iter().map(|row| (row, middle)));
        }
        placed.sort_unstable_by_key(|(row, _)| *row);
        Self {
            middles: placed.into_iter().map(|(_, middle)| middle).collect(),
        }
    }

    /// The rows within a range of shares, in the order given.
    pub fn within(&self, shares: Range<f64>) -> Vec<usize> {
        let rows = self.middles.iter().enumerate();
        let inside = rows.filter(|(_, middle)| shares.contains(middle));
        inside.map(|(row, _)| row).collect()
    }
}

/// For each length a cut drawn evenly from `1..=length`; a length of 0 is cut at 0.
///
/// Law: the names decide who draws first, so the order of rows does not matter.
pub fn random_cuts<'a>(rows: impl Iterator<Item = (&'a str, usize)>, seed: u64) -> Vec<usize> {
    let mut named: Vec<(&str, usize, usize)> = rows
        .enumerate()
        .map(|(row, (name, length))| (name, row, length))
        .collect();
    named.sort_unstable();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut cuts = vec![0; named.len()];
    for (_, row, length) in named {
        if let Some(cut) = cuts.get_mut(row).filter(|_| length > 0) {
            *cut = random.random_range(1..=length);
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn named(groups: &[u8]) -> Vec<String> {
        groups.iter().map(|group| format!("g{group}")).collect()
    }

    fn order(groups: &[String], seed: u64) -> GroupOrder {
        GroupOrder::draw(groups.iter().map(String::as_str), seed)
    }

    proptest! {
        #[test]
        fn no_group_crosses_and_no_row_is_lost(groups in prop::collection::vec(0u8..30, 1..80), seed: u64, at in 0.0f64..1.0) {
            let groups = named(&groups);
            let order = order(&groups, seed);
            let (below, above) = (order.within(0.0..at), order.within(at..1.0));
            prop_assert_eq!(below.len() + above.len(), groups.len());
            let of = |rows: &[usize]| rows.iter().map(|row| groups[*row].clone()).collect::<BTreeSet<_>>();
            prop_assert!(of(&below).is_disjoint(&of(&above)));
            let least: BTreeSet<_> = order.within(0.0..at / 2.0).into_iter().collect();
            prop_assert!(least.is_subset(&below.into_iter().collect()));
        }

        #[test]
        fn cuts_are_within_and_do_not_depend_on_the_order_of_rows(lengths in prop::collection::vec(1usize..40, 1..40), seed: u64) {
            let rows: Vec<(String, usize)> = lengths.iter().enumerate().map(|(at, length)| (format!("c{at}"), *length)).collect();
            let cut = |rows: &[(String, usize)]| random_cuts(rows.iter().map(|(name, length)| (name.as_str(), *length)), seed);
            let cuts = cut(&rows);
            prop_assert!(cuts.iter().zip(&lengths).all(|(cut, length)| (1..=*length).contains(cut)));
            let turned: Vec<_> = rows.iter().rev().cloned().collect();
            let mut again = cut(&turned);
            again.reverse();
            prop_assert_eq!(cuts, again);
        }
    }

    #[test]
    fn shares_are_those_of_the_rows_and_seeds_differ() {
        let groups = named(&[(0..100).collect::<Vec<u8>>(), (0..100).collect()].concat());
        let [one, other] = [0, 1].map(|seed| order(&groups, seed).within(0.0..0.7));
        assert_eq!((one.len(), other.len()), (140, 140));
        assert_ne!(one, other);
    }

    #[test]
    fn every_turn_is_cut_at_as_often_as_another() {
        let names: Vec<String> = (0..4000).map(|at| format!("call-{at}")).collect();
        let cuts = random_cuts(names.iter().map(|name| (name.as_str(), 4)), 7);
        for turn in 1..=4 {
            let share = cuts.iter().filter(|cut| **cut == turn).count() as f64 / 4000.0;
            assert!((share - 0.25).abs() < 0.03, "{turn}: {share}");
        }
    }
}
