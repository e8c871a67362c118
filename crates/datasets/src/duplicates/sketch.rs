//! What is kept of a call to know it again: a digest of its words and a [`Sketch`] of its shingles.

use upturn_core::{Conversation, Speaker};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::shingles::{Shingles, mixed};
use super::words::words;

/// How many bands a sketch has.
pub(crate) const BANDS: usize = 16;
/// How many values a band has.
pub(crate) const ROWS: usize = 8;
/// How many values a sketch has.
pub(crate) const BINS: usize = BANDS * ROWS;
/// Calls of fewer shingles have no sketch: a greeting and a farewell alone are not evidence.
pub(crate) const FEWEST_SHINGLES: u64 = 16;
/// Tries before the densification gives up; with one full bin of 128 it fails once in 10¹³ times.
const MOST_TRIES: u64 = 4096;
/// The bin of a shingle is given by its highest bits.
const BIN_SHIFT: u32 = u64::BITS - BINS.ilog2();
/// What a bin holds that no shingle fell into.
const EMPTY: u64 = u64::MAX;

/// 128 `MinHash` values of 8 bits each, as 16 bands of 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketch(pub(crate) [[u8; ROWS]; BANDS]);

/// What is kept of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketched {
    /// Of the words, their order and the side that said them.
    pub(crate) digest: u64,
    /// None for a call of fewer than [`FEWEST_SHINGLES`].
    pub(crate) sketch: Option<Sketch>,
}

/// Makes sketches; holds the words of one call.
#[derive(Debug)]
pub(crate) struct Sketcher {
    seed: u64,
    shingle: usize,
    held: Vec<u8>,
}

impl Sketcher {
    /// For shingles of so many words.
    pub(crate) fn new(shingle: usize, seed: u64) -> Self {
        Self {
            seed,
            shingle,
            held: Vec::new(),
        }
    }

    /// Bytes held between two calls.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.held.capacity()
    }

    /// Sketches a call. Shingles run over the ends of turns, so that it does not count how these were cut.
    pub(crate) fn sketch(&mut self, conversation: &Conversation) -> Sketched {
        let seed = self.seed;
        let mut shingles = Shingles::new(self.shingle);
        let mut bins = [EMPTY; BINS];
        self.held.clear();
        let mut last = None;
        for turn in conversation.turns() {
            let before = self.held.len();
            if last != Some(turn.speaker) {
                self.held.push(mark(turn.speaker));
            }
            let named = self.held.len();
            words(&turn.text, &mut self.held, |word| {
                if let Some(shingle) = shingles.push(xxh3_64_with_seed(word, seed)) {
                    put(&mut bins, shingle);
                }
            });
            if self.held.len() == named {
                self.held.truncate(before);
            } else {
                last = Some(turn.speaker);
            }
        }
        if self.held.is_empty() {
            hold_raw(conversation, &mut self.held);
        }
        Sketched {
            digest: xxh3_64_with_seed(&self.held, seed),
            sketch: (shingles.count() >= FEWEST_SHINGLES).then(|| densified(&bins, seed)),
        }
    }
}

/// Stands before the words of a side; no word holds it.
const fn mark(speaker: Speaker) -> u8 {
    match speaker {
        Speaker::Seller => 1,
        Speaker::Buyer => 2,
        Speaker::Other => 3,
    }
}

/// Holds what was written instead, of a call without any word (`?`, signs of mood).
fn hold_raw(conversation: &Conversation, held: &mut Vec<u8>) {
    for turn in conversation.turns() {
        held.push(mark(turn.speaker));
        held.extend_from_slice(turn.text.trim().as_bytes());
    }
}

/// One permutation hashing: each shingle falls into one bin, which keeps the least.
fn put(bins: &mut [u64; BINS], shingle: u64) {
    let bin = usize::try_from(shingle >> BIN_SHIFT).unwrap_or_default();
    if let Some(least) = bins.get_mut(bin) {
        *least = shingle.min(*least);
    }
}

/// Fills empty bins from full ones in an order of each bin's own (optimal densification), then keeps 8 bits of each.
fn densified(bins: &[u64; BINS], seed: u64) -> Sketch {
    let full = |bin: u64| {
        let value = usize::try_from(bin).ok().and_then(|bin| bins.get(bin));
        value.copied().filter(|value| *value != EMPTY)
    };
    let borrowed = |bin: u64| {
        let order = mixed(seed ^ bin);
        let place = |nth: u64| mixed(order.wrapping_add(nth)) >> BIN_SHIFT;
        (0..MOST_TRIES).find_map(|nth| full(place(nth)))
    };
    let mut bin = 0..;
    Sketch(std::array::from_fn(|_| {
        std::array::from_fn(|_| {
            let bin = bin.next().unwrap_or_default();
            let value = full(bin).or_else(|| borrowed(bin)).unwrap_or(EMPTY);
            let [low, ..] = value.to_le_bytes();
            low
        })
    }))
}

impl Sketch {
    /// The estimated Jaccard similarity of two sets of shingles, in `0..=1`.
    ///
    /// Unbiased but for the cut at 0: different values agree in 8 bits once in 256 times, which is taken out (Li &
    /// König 2010, eq. 6). Its standard deviation at similarity J is about √(J (1 − J) / 128), 0.035 at 0.8.
    pub(crate) fn similarity(&self, other: &Self) -> f64 {
        const BY_CHANCE: f64 = 1.0 / 256.0;
        let pairs = self.0.as_flattened().iter().zip(other.0.as_flattened());
        let agreeing = pairs.filter(|(a, b)| a == b).count();
        let share = agreeing as f64 / BINS as f64;
        ((share - BY_CHANCE) / (1.0 - BY_CHANCE)).max(0.0)
    }
}
