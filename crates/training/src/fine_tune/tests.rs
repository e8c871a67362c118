use std::sync::atomic::{AtomicUsize, Ordering};

use candle_core::{Device, Tensor};
use upturn_core::{Diagnostic, Embeddings, ErrorKind};

use super::*;
use crate::Silent;
use crate::examples::{calls, fit, quick, tiny_encoder};
use crate::optimiser::norm;

fn labelled(calls: &[Conversation]) -> Vec<(&Conversation, bool)> {
    calls
        .iter()
        .map(|call| {
            (
                call,
                call.outcome().is_some_and(upturn_core::Outcome::is_won),
            )
        })
        .collect()
}

fn run(config: &TrainingConfig) -> FineTuned {
    let calls = calls(40);
    let pairs = labelled(&calls);
    fine_tune(&tiny_encoder(), &pairs[..32], &pairs[32..], config, &Silent).unwrap()
}

#[test]
fn the_loss_falls() {
    let mut config = TrainingConfig {
        epochs: 4,
        patience: 9,
        // Whole calls only: the loss of a cut one depends on where it is cut.
        cut_share: 0.0,
        learning_rate: 1e-3,
        ..quick()
    };
    config.predictor.head_c = 0.001;
    let reports = run(&config).reports;
    assert_eq!(reports.len(), 4);
    assert!(
        reports[3].training_loss < reports[0].training_loss * 0.95,
        "{reports:?}"
    );
}

#[test]
fn equal_seeds_give_equal_bits_and_others_do_not() {
    let calls = calls(24);
    let fingerprint = |seed| {
        let config = TrainingConfig { seed, ..quick() };
        let tuned = fine_tune(&tiny_encoder(), &labelled(&calls), &[], &config, &Silent).unwrap();
        Embeddings::fingerprint(&tuned.encoder).clone()
    };
    assert_eq!(fingerprint(1), fingerprint(1));
    assert_ne!(fingerprint(1), fingerprint(2));
}

#[test]
fn frozen_layers_stay_and_trained_ones_move() {
    let calls = calls(24);
    let tuned = fine_tune(&tiny_encoder(), &labelled(&calls), &[], &quick(), &Silent)
        .unwrap()
        .encoder;
    let moved = |name: &str| {
        let values = |encoder: &Encoder| {
            encoder
                .weights()
                .unwrap()
                .get(name)
                .unwrap()
                .flatten_all()
                .unwrap()
                .to_vec1::<f32>()
                .unwrap()
        };
        values(&tuned) != values(&tiny_encoder())
    };
    for name in [
        "embeddings.word_embeddings.weight",
        "encoder.layer.0.attention.self.query.weight",
        "encoder.layer.0.output.dense.bias",
    ] {
        assert!(!moved(name), "{name}");
    }
    for name in [
        "encoder.layer.1.attention.self.query.weight",
        "encoder.layer.1.output.LayerNorm.weight",
    ] {
        assert!(moved(name), "{name}");
    }
    assert!(tuned.projection().is_some());
}

/// The tiny encoder with a dimension that is nearly nothing in every vector, as all-MiniLM-L6-v2 has one.
fn with_a_dying_dimension() -> Encoder {
    let encoder = tiny_encoder();
    let mut weights = encoder.weights().unwrap();
    for name in ["weight", "bias"] {
        let name = format!("encoder.layer.1.output.LayerNorm.{name}");
        let mut numbers = weights.get(&name).unwrap().to_vec1::<f32>().unwrap();
        numbers[0] *= 1e-33;
        weights.insert(name, Tensor::new(numbers, &Device::Cpu).unwrap());
    }
    encoder.with_weights(&weights, None).unwrap()
}

#[test]
fn a_dimension_that_is_nearly_nothing_does_not_stop_the_training() {
    let (calls, start) = (calls(24), with_a_dying_dimension());
    let tuned = fine_tune(&start, &labelled(&calls), &[], &quick(), &Silent).unwrap();
    let query = |encoder: &Encoder| {
        let name = "encoder.layer.1.attention.self.query.weight";
        encoder.weights().unwrap().get(name).unwrap()
    };
    let gap = (query(&tuned.encoder) - query(&start)).unwrap();
    let gap = gap.abs().unwrap().max_all().unwrap();
    assert!(gap.to_scalar::<f32>().unwrap() > 1e-4);
}

#[test]
fn all_layers_trained_include_the_words() {
    let calls = calls(24);
    let config = TrainingConfig {
        trainable_layers: 2,
        ..quick()
    };
    let tuned = fine_tune(&tiny_encoder(), &labelled(&calls), &[], &config, &Silent)
        .unwrap()
        .encoder;
    let words = |encoder: &Encoder| {
        encoder
            .weights()
            .unwrap()
            .get("embeddings.word_embeddings.weight")
            .unwrap()
    };
    let gap = (words(&tuned) - words(&tiny_encoder()))
        .unwrap()
        .abs()
        .unwrap()
        .max_all()
        .unwrap();
    assert!(gap.to_scalar::<f32>().unwrap() > 0.0);
}

#[test]
fn an_ordinary_training_leaves_weights_about_as_large_as_they_were() {
    let tuned = run(&TrainingConfig {
        epochs: 6,
        patience: 9,
        ..quick()
    });
    let size = |encoder: &Encoder| {
        let weights = encoder.weights().unwrap();
        let names = ["query", "key", "value"];
        let names = names.map(|name| format!("encoder.layer.1.attention.self.{name}.weight"));
        let tensors = names.map(|name| weights.get(&name).unwrap());
        norm(tensors.iter()).unwrap()
    };
    let growth = size(&tuned.encoder) / size(&tiny_encoder());
    assert!((0.5..2.0).contains(&growth), "{growth}");
}

#[test]
fn more_layers_than_there_are_are_refused_whether_the_encoder_learns_or_not() {
    let calls = calls(24);
    for epochs in [0, 2] {
        let config = TrainingConfig {
            trainable_layers: 9,
            epochs,
            ..quick()
        };
        let refused = fit(&calls, &config).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`trainable_layers` is 9, and the encoder `tiny-bert` has 2"
        );
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
        let alone = fine_tune(&tiny_encoder(), &labelled(&calls), &[], &config, &Silent);
        assert!(matches!(alone, Err(TrainingError::Layers { .. })));
    }
}

#[test]
fn an_early_stop_keeps_the_best_epoch() {
    // So high a rate that training makes the validation loss worse at once: the start is kept.
    let config = TrainingConfig {
        epochs: 6,
        learning_rate: 0.5,
        head_learning_rate: 5.0,
        ..quick()
    };
    let tuned = run(&config);
    assert!(tuned.reports.len() < 6, "{:?}", tuned.reports);
    assert_eq!(tuned.best_epoch, 0);
}

/// Asks to stop after some steps.
#[derive(Debug)]
struct Impatient(AtomicUsize);

impl Monitor for Impatient {
    fn step(&self, _loss: Option<f64>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 26
    }
}

#[test]
fn a_stopped_run_gives_no_model() {
    let calls = calls(24);
    let impatient = Impatient(AtomicUsize::new(0));
    let stopped = fine_tune(
        &tiny_encoder(),
        &labelled(&calls),
        &[],
        &TrainingConfig {
            epochs: 99,
            ..quick()
        },
        &impatient,
    );
    assert!(
        matches!(stopped, Err(TrainingError::Stopped)),
        "{stopped:?}"
    );
}

mod head_starts;
mod phases;
mod worth;
