//! Calls of one account in different batches: [`Accounts`].

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use upturn_encoder::within_budget;

/// How many calls of one account a batch may hold.
///
/// Calls of one account are alike for reasons that have nothing to do with their outcome: beside each other in a batch
/// they teach a contrastive loss the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
    /// Any number.
    Anywhere,
    /// As few as full batches allow: one where there are at least as many batches as the account has calls, else its calls
    /// divided by the number of batches, rounded up. The default.
    #[default]
    Spread,
    /// Never two. Where one account has more calls than there would be batches, there are as many batches as it has
    /// calls, and they are smaller.
    Apart,
}

/// What a batch may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) calls: usize,
    pub(super) tokens: usize,
}

/// Items of one key beside each other, keys in random order, and items of a key in random order.
pub(super) fn together<T: Copy, K: Copy + Eq + Hash>(
    mut items: Vec<T>,
    key: impl Fn(T) -> K,
    random: &mut ChaCha8Rng,
) -> Vec<T> {
    items.shuffle(random);
    let mut first = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        first.entry(key(*item)).or_insert(at);
    }
    items.sort_by_cached_key(|item| first.get(&key(*item)).copied());
    items
}

/// All items in batches, in random order: what a batch holds of one key is as `accounts` says.
///
/// Items of one key are dealt to as many piles as there are full batches, one after another like cards, so that they lie
/// in as many piles as they can; then the piles, one behind the other, are cut to batches.
pub(super) fn dealt<T: Copy, K: Copy + Eq + Hash>(
    items: Vec<T>,
    (key, length): (impl Fn(T) -> K, impl Fn(T) -> usize),
    limits: Limits,
    accounts: Accounts,
    random: &mut ChaCha8Rng,
) -> Vec<Vec<T>> {
    let items = together(items, &key, random);
    let held = counts(items.iter().map(|item| key(*item)));
    let tokens = items.iter().map(|item| length(*item)).sum();
    let piles = accounts.piles(&held, limits.batches(items.len(), tokens));
    let order: Vec<T> = (0..piles)
        .flat_map(|pile| items.iter().skip(pile).step_by(piles).copied())
        .collect();
    let lengths: Vec<usize> = order.iter().map(|item| length(*item)).collect();
    let cuts = within_budget(&lengths, limits.tokens, |open, next| {
        let next = order.get(next).map(|item| key(*item));
        let batch = order.get(open.clone()).unwrap_or_default();
        let same = batch.iter().filter(|item| Some(key(**item)) == next);
        let most = next.and_then(|key| held.get(&key)).copied().unwrap_or(0);
        batch.len() < limits.calls && same.count() < accounts.at_most(most, piles)
    });
    let batch = |cut: Range<usize>| order.get(cut).unwrap_or_default().to_vec();
    let mut batches: Vec<Vec<T>> = cuts.into_iter().map(batch).collect();
    batches.shuffle(random);
    batches
}

fn counts<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

impl Limits {
    /// How many batches there are at least; never 0.
    fn batches(self, items: usize, tokens: usize) -> usize {
        let by_calls = items.div_ceil(self.calls.max(1));
        let by_tokens = tokens.div_ceil(self.tokens.max(1));
        by_calls.max(by_tokens).max(1)
    }
}

impl Accounts {
    /// Over how many piles items are dealt, where `full` batches would hold them.
    fn piles<K>(self, held: &HashMap<K, usize>, full: usize) -> usize {
        match self {
            Self::Apart => held.values().copied().max().unwrap_or(0).max(full),
            Self::Anywhere | Self::Spread => full,
        }
    }

    /// How many items of one key a batch may hold, of all that there are.
    fn at_most(self, held: usize, piles: usize) -> usize {
        match self {
            Self::Anywhere => usize::MAX,
            Self::Spread => held.div_ceil(piles),
            Self::Apart => 1,
        }
    }
}
