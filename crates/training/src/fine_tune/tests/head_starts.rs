//! Where the head begins.

use std::sync::Mutex;

use super::*;
use crate::HeadStart;
use crate::loss::{BinaryCrossEntropy, LossConfig};

/// The loss of each step.
#[derive(Debug, Default)]
struct Losses(Mutex<Vec<f64>>);

impl Monitor for Losses {
    fn step(&self, loss: Option<f64>) {
        self.0.lock().unwrap().extend(loss);
    }
}

#[test]
fn a_head_that_begins_at_zero_knows_nothing_and_learns() {
    let config = TrainingConfig {
        head_start: HeadStart::Zero,
        head_learning_rate: 0.5,
        epochs: 8,
        cut_share: 0.0,
        loss: LossConfig::BinaryCrossEntropy(BinaryCrossEntropy {}),
        ..quick()
    };
    let (calls, losses) = (calls(40), Losses::default());
    fine_tune(&tiny_encoder(), &labelled(&calls), &[], &config, &losses).unwrap();
    let losses = losses.0.into_inner().unwrap();
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!((first - std::f64::consts::LN_2).abs() < 1e-6, "{first}");
    assert!(last < first - 0.05, "{last}");
}
