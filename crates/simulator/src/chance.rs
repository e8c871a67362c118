//! Draws that several parts share: a normal number and a choice from a table.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// The generator of one conversation.
pub(crate) type Dice = ChaCha8Rng;

/// A standard normal number, by twelve uniform ones (Irwin-Hall): within `[-6, 6]`, the same bits on every platform.
pub(crate) fn normal(dice: &mut Dice) -> f64 {
    (0..12).map(|_| dice.random::<f64>()).sum::<f64>() - 6.0
}

/// Whether something of this probability happens.
pub(crate) fn happens(dice: &mut Dice, probability: f64) -> bool {
    dice.random::<f64>() < probability
}

/// One of a table; empty for an empty table.
pub(crate) fn pick<'a>(dice: &mut Dice, table: &[&'a str]) -> &'a str {
    table.choose(dice).copied().unwrap_or_default()
}
