//! Predictions for the tests.

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use upturn_core::{ConversationId, Probability};

use crate::{Predictions, Row};

/// Row `id` of `group`.
pub(crate) fn row(id: usize, group: usize, probability: f64, won: bool) -> Row {
    Row {
        id: ConversationId::new(format!("call-{id}")).unwrap(),
        group: format!("account-{group}"),
        won,
        probability: Probability::new(probability).unwrap(),
    }
}

/// Rows that are groups of their own.
pub(crate) fn alone(rows: impl IntoIterator<Item = (f64, bool)>) -> Predictions {
    let rows = rows.into_iter().enumerate();
    Predictions::new(rows.map(|(id, (p, won))| row(id, id, p, won)).collect()).unwrap()
}

/// True probabilities, spread evenly over `0..1`, with outcomes drawn from them.
pub(crate) fn calibrated(rows: usize, seed: u64) -> Vec<(f64, bool)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || {
        let p: f64 = random.random();
        (p, random.random::<f64>() < p)
    };
    (0..rows).map(|_| draw()).collect()
}

/// Probabilities in steps of 0.05, so that there are ties and bin edges, with any outcomes.
pub(crate) fn any_rows(most: usize) -> impl Strategy<Value = Vec<(f64, bool)>> {
    let probability = (0u8..=20).prop_map(|step| f64::from(step) / 20.0);
    prop::collection::vec((probability, any::<bool>()), 1..most)
}
