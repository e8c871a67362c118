//! Examples to parts that share no group: [`grouped`].

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Which of `folds` parts each example belongs to, from 0.
///
/// Laws: examples of one group are in one part; the parts' numbers of groups differ by at most one, among groups mostly
/// won and mostly lost alike as far as that goes; the same seed gives the same parts in whatever order examples come.
pub(crate) fn grouped<'a>(
    examples: impl Iterator<Item = (&'a str, bool)> + Clone,
    folds: usize,
    seed: u64,
) -> Vec<usize> {
    // Wins and losses of each group.
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (group, won) in examples.clone() {
        let (wins, losses) = groups.entry(group).or_default();
        *(if won { wins } else { losses }) += 1;
    }
    let mut order: Vec<(&str, bool)> = groups
        .iter()
        .map(|(&group, &(wins, losses))| (group, wins >= losses))
        .collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.sort_by_key(|&(_, won)| won);
    let fold_of: BTreeMap<&str, usize> = order
        .into_iter()
        .enumerate()
        .map(|(place, (group, _))| (group, place % folds.max(1)))
        .collect();
    examples
        .map(|(group, _)| fold_of.get(group).copied().unwrap_or_default())
        .collect()
}

/// How many different groups there are.
pub(crate) fn count_groups<'a>(groups: impl Iterator<Item = &'a str>) -> usize {
    groups.collect::<std::collections::BTreeSet<_>>().len()
}

/// One weight for each key, shared by those that have it.
pub(crate) fn shared_weights<K: Ord>(keys: impl Iterator<Item = K> + Clone) -> Vec<f64> {
    let mut sizes: BTreeMap<K, usize> = BTreeMap::new();
    for key in keys.clone() {
        *sizes.entry(key).or_default() += 1;
    }
    keys.map(|key| 1.0 / sizes.get(&key).copied().unwrap_or(1) as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_group_is_in_two_parts_and_parts_are_even(
            examples in prop::collection::vec((0usize..30, any::<bool>()), 1..200),
            folds in 2usize..6,
            seed in any::<u64>(),
        ) {
            let names: Vec<(String, bool)> = examples.iter().map(|(g, w)| (format!("g{g}"), *w)).collect();
            let given = names.iter().map(|(g, w)| (g.as_str(), *w));
            let parts = grouped(given.clone(), folds, seed);
            let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
            for ((group, _), part) in given.zip(&parts) {
                prop_assert_eq!(*groups.entry(group).or_insert(*part), *part);
            }
            let sizes: Vec<usize> = (0..folds).map(|part| groups.values().filter(|&&p| p == part).count()).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }
}
