//! What was used last, and no more than fits: [`Recent`].

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::num::NonZeroUsize;

/// A bounded map that forgets what was used least recently.
pub(super) struct Recent<Key, Value> {
    size: NonZeroUsize,
    now: u64,
    values: HashMap<Key, (u64, Value)>,
    by_use: BTreeMap<u64, Key>,
}

impl<Key: Clone + Eq + Hash, Value: Clone + Default> Recent<Key, Value> {
    pub(super) fn new(size: NonZeroUsize) -> Self {
        Self {
            size,
            now: 0,
            values: HashMap::new(),
            by_use: BTreeMap::new(),
        }
    }

    /// The value of a key, the default one where there was none.
    pub(super) fn get(&mut self, key: Key) -> Value {
        self.now += 1;
        let (used, value) = self.values.entry(key.clone()).or_default();
        self.by_use.remove(used);
        *used = self.now;
        let value = value.clone();
        self.by_use.insert(self.now, key);
        if self.by_use.len() > self.size.get()
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.values.remove(&oldest);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_used_last_is_kept(keys in prop::collection::vec(0_u8..6, 0..60), size in 1_usize..5) {
            let mut recent = Recent::<u8, Rc<Cell<bool>>>::new(NonZeroUsize::new(size).unwrap());
            let mut kept: Vec<u8> = Vec::new();
            for key in keys {
                let was_there = recent.get(key).replace(true);
                prop_assert_eq!(was_there, kept.contains(&key));
                kept.retain(|&other| other != key);
                kept.insert(0, key);
                kept.truncate(size);
                prop_assert_eq!(recent.values.len(), kept.len());
            }
        }
    }
}
