//! A sample of bounded size that does not depend on the order: [`Reservoir`].

use std::collections::BTreeMap;

use super::tokens::hash;

/// Keeps the items whose names have the smallest hashes: a uniform sample without replacement.
///
/// Laws: at most `limit` items; the same items in any order give the same sample; a name seen twice counts once.
#[derive(Debug)]
pub(crate) struct Reservoir<T> {
    limit: usize,
    kept: BTreeMap<(u64, String), T>,
}

impl<T> Reservoir<T> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            kept: BTreeMap::new(),
        }
    }

    /// Offers an item; it is made only if it is kept, so that the rest of a large data set costs a hash each.
    pub(crate) fn offer(&mut self, name: &str, make: impl FnOnce() -> T) {
        let hash = hash(name);
        let last = self.kept.last_key_value().map(|((last, _), _)| *last);
        if self.kept.len() >= self.limit && last.is_none_or(|last| hash > last) {
            return;
        }
        self.kept
            .entry((hash, name.to_owned()))
            .or_insert_with(make);
        if self.kept.len() > self.limit {
            self.kept.pop_last();
        }
    }

    /// What is kept, in the order of the hashes.
    pub(crate) fn items(&self) -> impl Iterator<Item = &T> {
        self.kept.values()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(names: &[String], limit: usize) -> Vec<String> {
        let mut reservoir = Reservoir::new(limit);
        for name in names {
            reservoir.offer(name, || name.clone());
        }
        reservoir.items().cloned().collect()
    }

    proptest! {
        #[test]
        fn the_sample_is_bounded_complete_and_knows_no_order(
            names in prop::collection::btree_set("[a-z]{1,4}", 0..60), limit in 0usize..40, seed: u64,
        ) {
            let names: Vec<String> = names.into_iter().collect();
            let mut shuffled = names.clone();
            shuffled.sort_by_key(|name| hash(name).rotate_left(17) ^ seed);
            let kept = sample(&names, limit);
            prop_assert_eq!(kept.len(), names.len().min(limit));
            prop_assert_eq!(sample(&shuffled, limit), kept);
        }
    }
}
