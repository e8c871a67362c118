//! Gradients: every trainable tensor has one, and it agrees with finite differences.

use candle_core::{Tensor, Var};
use upturn_core::{Speaker, Turn};

use super::*;
use crate::{Batch, Encoder, EncoderOptions, Pooling, Sequence, pack, pool_by_speaker};

/// The tiny model with every tensor trainable, and two moments of two speakers.
struct Case {
    config: BertConfig,
    weights: Weights,
    batch: Batch,
}

impl Case {
    fn new() -> Self {
        let folder = std::path::Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/tiny-bert"
        ));
        let encoder = Encoder::open(folder, &EncoderOptions::default()).unwrap();
        let turns = [
            Turn::new(Speaker::Seller, "what would it take to sign this week?"),
            Turn::new(Speaker::Buyer, "the price is too high and my boss decides."),
            Turn::new(Speaker::Seller, "i see."),
        ];
        let moments = |window| pack(encoder.tokenizer(), &turns, window).unwrap();
        let sequences: Vec<Sequence> = moments(48)
            .into_iter()
            .chain(moments(16))
            .map(|moment| moment.sequence)
            .collect();
        Self {
            config: encoder.config().clone(),
            weights: encoder.weights().with_trainable(|_| true).unwrap(),
            batch: Batch::new(&sequences.iter().collect::<Vec<_>>(), encoder.config().pad).unwrap(),
        }
    }

    /// A number that depends on every output of the encoder, the general vectors and those by speaker.
    fn loss(&self) -> Tensor {
        let transformer = Transformer::new(&self.weights, &self.config).unwrap();
        let hidden = transformer
            .forward(&self.batch.ids, &self.batch.mask, Mode::Training(None))
            .unwrap();
        let text = Pooling::Mean.pool(&hidden, &self.batch.mask).unwrap();
        let sides = pool_by_speaker(&hidden, &self.batch).unwrap();
        (weigh(&text) + weigh(&sides)).unwrap()
    }
}

/// A fixed, uneven weighted sum.
fn weigh(vectors: &Tensor) -> Tensor {
    let weights: Vec<f32> = (0..vectors.elem_count())
        .map(|at| ((at * 7919 + 13) % 101) as f32 / 50.0 - 1.0)
        .collect();
    let weights = Tensor::from_vec(weights, vectors.shape(), vectors.device()).unwrap();
    (vectors * weights).unwrap().sum_all().unwrap()
}

fn value(loss: &Tensor) -> f64 {
    f64::from(loss.to_scalar::<f32>().unwrap())
}

/// Central difference at one element.
fn slope(case: &Case, var: &Var, at: usize) -> f64 {
    let original = var
        .as_tensor()
        .flatten_all()
        .unwrap()
        .to_vec1::<f32>()
        .unwrap();
    let step = 1e-2_f32;
    let shifted = |by: f32| {
        let mut values = original.clone();
        values[at] += by;
        var.set(&Tensor::from_vec(values, var.shape(), var.device()).unwrap())
            .unwrap();
        value(&case.loss())
    };
    let slope = (shifted(step) - shifted(-step)) / (2.0 * f64::from(step));
    var.set(&Tensor::from_vec(original.clone(), var.shape(), var.device()).unwrap())
        .unwrap();
    slope
}

#[test]
fn every_tensor_has_the_gradient_of_finite_differences() {
    let case = Case::new();
    let gradients = case.loss().backward().unwrap();
    let mut seen = 0;
    for (name, var) in case.weights.variables() {
        let gradient = gradients
            .get(var)
            .unwrap_or_else(|| panic!("{name} has no gradient"));
        let gradient = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let steepest = (0..gradient.len())
            .max_by(|a, b| gradient[*a].abs().total_cmp(&gradient[*b].abs()))
            .unwrap();
        let (ours, theirs) = (f64::from(gradient[steepest]), slope(&case, var, steepest));
        // A key's bias shifts all scores of a query alike: softmax cancels it, and the true gradient is 0.
        if name.ends_with("key.bias") {
            assert!(ours.abs() < 1e-4, "{name}: {ours}");
        } else {
            assert!(ours.abs() > 1e-3, "{name} hardly has a gradient: {ours}");
            assert!(
                (ours - theirs).abs() < 0.02 * ours.abs().max(0.05),
                "{name}: {ours} by the graph, {theirs} by differences"
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 5 + 16 * case.config.layers);
}

#[test]
fn a_frozen_tensor_has_no_gradient_and_the_rest_have() {
    let mut case = Case::new();
    case.weights = case
        .weights
        .frozen()
        .unwrap()
        .with_trainable(|name| name.starts_with("encoder.layer.1."))
        .unwrap();
    let gradients = case.loss().backward().unwrap();
    let variables: Vec<_> = case.weights.variables().collect();
    assert_eq!(variables.len(), 16);
    assert!(
        variables
            .iter()
            .all(|(_, var)| gradients.get(var).is_some())
    );
}
