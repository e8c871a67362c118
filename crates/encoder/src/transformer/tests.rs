//! Gradients: every trainable tensor has one, and it agrees with finite differences; and the fused layers agree with the
//! plain ones in value and gradient, for any shape and with the same noise.

use candle_core::{Tensor, Var};
use upturn_core::{Speaker, Turn};

use super::*;
use crate::{Batch, Encoder, EncoderOptions, Family, Pooling, Sequence, pack};

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
            .map(|moment| Sequence {
                ids: encoder.tokenizer().text(&moment.text, 64).unwrap(),
            })
            .collect();
        Self {
            config: encoder.config().clone(),
            weights: encoder.weights().unwrap().with_trainable(|_| true).unwrap(),
            batch: Batch::new(&sequences.iter().collect::<Vec<_>>()),
        }
    }

    /// A number that depends on every output of the encoder, of the texts and of each token.
    fn loss(&self) -> Tensor {
        let transformer = Transformer::new(&self.weights, &self.config).unwrap();
        let hidden = transformer
            .forward(&self.batch, Mode::Training(None))
            .unwrap();
        let text = Pooling::Mean.pool(&hidden, &self.batch).unwrap();
        (weigh(&text) + weigh(&hidden)).unwrap()
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

/// A small body with weights of its own, every tensor trainable.
fn body(config: &BertConfig, seed: u64) -> Weights {
    let mut weights = Weights::default();
    let mut state = seed;
    for (name, shape) in crate::weights::expected(config) {
        let number = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 0.4
        };
        let count = shape.iter().product();
        let numbers: Vec<f32> = (0..count).map(number).collect();
        let tensor = Tensor::from_vec(numbers, shape, &candle_core::Device::Cpu).unwrap();
        let tensor = if name.ends_with("LayerNorm.weight") {
            (tensor + 1.0).unwrap()
        } else {
            tensor
        };
        weights.insert(name, tensor);
    }
    weights.with_trainable(|_| true).unwrap()
}

fn config(heads: usize, width: usize, activation: crate::Activation, dropout: f32) -> BertConfig {
    BertConfig {
        family: Family::Bert,
        vocabulary: 23,
        hidden: heads * width,
        layers: 2,
        heads,
        intermediate: 3 * heads * width + 1,
        positions: 140,
        first_position: 0,
        segments: 2,
        layer_norm_eps: 1e-12,
        activation,
        hidden_dropout: dropout,
        attention_dropout: dropout,
    }
}

fn ragged(lengths: &[usize]) -> Batch {
    let sequence = |length: &usize| Sequence {
        ids: (0u32..23).cycle().skip(*length).take(*length).collect(),
    };
    let sequences: Vec<Sequence> = lengths.iter().map(sequence).collect();
    Batch::new(&sequences.iter().collect::<Vec<_>>())
}

/// The same shape as another family has it.
fn relative(family: Family, of: &BertConfig) -> BertConfig {
    BertConfig {
        family,
        first_position: if family == Family::Roberta { 2 } else { 0 },
        segments: usize::from(family.has_segments()),
        ..of.clone()
    }
}

/// The largest gap between two tensors, relative to the largest number of the first.
fn gap(one: &Tensor, other: &Tensor) -> f32 {
    let largest = |tensor: &Tensor| {
        let numbers = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        numbers.into_iter().map(f32::abs).fold(0.0, f32::max)
    };
    largest(&(one - other).unwrap()) / largest(one).max(1e-3)
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 24, ..Default::default() })]

    #[test]
    fn fused_layers_agree_with_plain_ones_in_value_and_gradient(
        lengths in proptest::collection::vec(1usize..24, 1..5),
        long in proptest::option::of(97usize..130),
        heads in 1usize..4,
        width in 1usize..10,
        activation in proptest::sample::select(vec![
            crate::Activation::Gelu, crate::Activation::GeluTanh, crate::Activation::Relu,
        ]),
        dropout in proptest::sample::select(vec![0.0f32, 0.3]),
        family in proptest::sample::select(vec![
            Family::Bert, Family::Roberta, Family::DistilBert,
        ]),
        seed in 0u64..1000,
    ) {
        let config = relative(family, &config(heads, width, activation, dropout));
        let weights = body(&config, seed);
        let lengths: Vec<usize> = lengths.into_iter().chain(long).collect();
        let batch = ragged(&lengths);
        let run = |transformer: Transformer| {
            let stream = crate::DropoutStream::new(seed, 0);
            let hidden = transformer.forward(&batch, Mode::Training(Some(&stream))).unwrap();
            let texts = Pooling::Mean.pool(&hidden, &batch).unwrap();
            let loss = (weigh(&hidden) + weigh(&texts)).unwrap();
            (hidden, loss.backward().unwrap())
        };
        let fused = Transformer::new(&weights, &config).unwrap();
        let (plain_hidden, plain) = run(fused.clone().plain());
        let (fused_hidden, fused) = run(fused);
        proptest::prop_assert!(gap(&plain_hidden, &fused_hidden) < 1e-4);
        for (name, variable) in weights.variables() {
            let (plain, fused) = (plain.get(variable).unwrap(), fused.get(variable).unwrap());
            // A key's bias has no influence: both gradients are rounding.
            if !name.ends_with("key.bias") {
                let gap = gap(plain, fused);
                proptest::prop_assert!(gap < 2e-3, "{}: {}", name, gap);
            }
        }
    }
}

#[test]
fn a_graph_may_be_walked_backward_twice() {
    let case = Case::new();
    let loss = case.loss();
    let (one, other) = (loss.backward().unwrap(), loss.backward().unwrap());
    for (name, var) in case.weights.variables() {
        assert!(
            gap(one.get(var).unwrap(), other.get(var).unwrap()) < 1e-6,
            "{name}"
        );
    }
}

#[test]
fn what_is_outside_the_tables_is_refused() {
    let config = config(1, 4, crate::Activation::Gelu, 0.0);
    let transformer = Transformer::new(&body(&config, 1), &config).unwrap();
    let foreign = Sequence { ids: vec![23] };
    for transformer in [transformer.clone(), transformer.plain()] {
        for batch in [Batch::new(&[&foreign]), ragged(&[141])] {
            assert!(transformer.forward(&batch, Mode::Inference).is_err());
        }
    }
}
