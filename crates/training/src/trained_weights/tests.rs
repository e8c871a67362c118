use candle_core::{Device, Tensor};
use upturn_encoder::{Batch, Mode, Sequence};

use super::*;
use crate::examples::{quick, tiny_encoder};
use crate::lora::LoraTargets;

fn config(targets: LoraTargets) -> TrainingConfig {
    TrainingConfig {
        lora: Some(Lora {
            rank: 3,
            alpha: 6.0,
            targets,
        }),
        ..quick()
    }
}

fn sequences(encoder: &Encoder) -> Vec<Sequence> {
    let texts = ["what does it cost?", "yes, we sign it now", "send it"];
    let text = |text: &&str| Sequence {
        ids: encoder.tokenizer().text(text, 32).unwrap(),
    };
    texts.iter().map(text).collect()
}

/// What comes out of the body for some texts. Shape: `[tokens, hidden]`.
fn output(transformer: &Transformer, encoder: &Encoder) -> Tensor {
    let sequences = sequences(encoder);
    let batch = Batch::new(&sequences.iter().collect::<Vec<_>>());
    transformer.forward(&batch, Mode::Training(None)).unwrap()
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// Gives `B` some numbers, as steps would.
fn stepped(weights: &TrainedWeights) {
    for adapter in &weights.adapters {
        let count = adapter.up.elem_count();
        let cells = (0..count).map(|at| ((at * 7919 + 13) % 101) as f32 / 250.0 - 0.2);
        let up = Tensor::from_vec(cells.collect::<Vec<_>>(), adapter.up.shape(), &Device::Cpu);
        adapter.up.set(&up.unwrap()).unwrap();
    }
}

/// A fixed, uneven weighted sum of the output.
fn loss(weights: &TrainedWeights, encoder: &Encoder) -> Tensor {
    let output = output(&weights.transformer(encoder).unwrap(), encoder);
    let cells = (0..output.elem_count()).map(|at| ((at * 31 + 7) % 17) as f32 / 8.0 - 1.0);
    let uneven = Tensor::from_vec(cells.collect::<Vec<_>>(), output.shape(), &Device::Cpu);
    (output * uneven.unwrap()).unwrap().sum_all().unwrap()
}

#[test]
fn all_layers_trained_include_the_words() {
    assert!(is_trained("embeddings.word_embeddings.weight", 0));
    assert!(!is_trained("embeddings.word_embeddings.weight", 1));
    assert!(is_trained("encoder.layer.11.output.dense.bias", 11));
    assert!(!is_trained("encoder.layer.10.output.dense.bias", 11));
}

#[test]
fn before_the_first_step_adapters_change_no_bit() {
    let encoder = tiny_encoder();
    let plain = Transformer::new(&encoder.weights().unwrap(), encoder.config()).unwrap();
    let plain = numbers(&output(&plain, &encoder));
    for (targets, adapters) in [(LoraTargets::QueryValue, 4), (LoraTargets::All, 12)] {
        let weights = TrainedWeights::new(&encoder, 0, &config(targets)).unwrap();
        assert_eq!(weights.adapters.len(), adapters);
        let with = output(&weights.transformer(&encoder).unwrap(), &encoder);
        assert_eq!(numbers(&with), plain);
        stepped(&weights);
        let stepped = output(&weights.transformer(&encoder).unwrap(), &encoder);
        assert_ne!(numbers(&stepped), plain);
    }
}

#[test]
fn the_gradients_of_adapters_are_those_of_finite_differences() {
    let encoder = tiny_encoder();
    let weights = TrainedWeights::new(&encoder, 0, &config(LoraTargets::All)).unwrap();
    stepped(&weights);
    let gradients = loss(&weights, &encoder).backward().unwrap();
    let (variables, rest) = weights.variables();
    assert_eq!((variables.len(), rest.len()), (24, 0));
    for var in &variables {
        let ours = numbers(gradients.get(var).unwrap());
        let at = (0..ours.len())
            .max_by(|a, b| ours[*a].abs().total_cmp(&ours[*b].abs()))
            .unwrap();
        let original = numbers(var.as_tensor());
        let shifted = |by: f32| {
            let mut values = original.clone();
            values[at] += by;
            let values = Tensor::from_vec(values, var.shape(), &Device::Cpu).unwrap();
            var.set(&values).unwrap();
            f64::from(loss(&weights, &encoder).to_scalar::<f32>().unwrap())
        };
        let theirs = (shifted(1e-2) - shifted(-1e-2)) / 2e-2;
        shifted(0.0);
        let ours = f64::from(ours[at]);
        assert!(ours.abs() > 1e-3, "hardly a gradient: {ours}");
        assert!(
            (ours - theirs).abs() < 0.02 * ours.abs().max(0.05),
            "{ours} by the graph, {theirs} by differences"
        );
    }
}

#[test]
fn the_merged_encoder_says_what_the_adapters_say() {
    let encoder = tiny_encoder();
    let weights = TrainedWeights::new(&encoder, 1, &config(LoraTargets::QueryValue)).unwrap();
    stepped(&weights);
    let adapted = output(&weights.transformer(&encoder).unwrap(), &encoder);
    let merged = encoder
        .with_weights(&weights.frozen().unwrap(), None)
        .unwrap();
    let sequences = sequences(&merged);
    let inference = merged
        .hidden(&sequences.iter().collect::<Vec<_>>(), 2)
        .unwrap();
    let inference = Tensor::cat(&inference, 0).unwrap();
    for (ours, theirs) in numbers(&inference).iter().zip(numbers(&adapted)) {
        assert!((ours - theirs).abs() < 1e-5, "{ours} {theirs}");
    }
}

/// `x Wᵀ + (alpha / rank) · (x Aᵀ) Bᵀ`, as the paper has it: the update is never multiplied out.
#[test]
fn an_adapter_is_the_papers_formula() {
    let encoder = tiny_encoder();
    let weights = TrainedWeights::new(&encoder, 1, &config(LoraTargets::All)).unwrap();
    stepped(&weights);
    let base = encoder.weights().unwrap();
    for adapter in &weights.adapters {
        let matrix = base.get(&adapter.name).unwrap();
        let width = matrix.dim(1).unwrap();
        let cells = (0..5 * width).map(|at| ((at * 13 + 5) % 23) as f32 / 11.0 - 1.0);
        let x = Tensor::from_vec(cells.collect::<Vec<_>>(), (5, width), &Device::Cpu).unwrap();
        let times = |x: &Tensor, w: &Tensor| x.matmul(&w.t().unwrap()).unwrap();
        let update = times(&times(&x, &adapter.down), &adapter.up);
        let exact = (times(&x, &matrix) + (update * (6.0 / 3.0)).unwrap()).unwrap();
        let ours = times(&x, &adapter.merged().unwrap());
        for (ours, exact) in numbers(&ours).iter().zip(numbers(&exact)) {
            assert!((ours - exact).abs() < 1e-4, "{ours} {exact}");
        }
    }
}

#[test]
fn what_is_merged_is_all_that_changes() {
    let encoder = tiny_encoder();
    let weights = TrainedWeights::new(&encoder, 1, &config(LoraTargets::QueryValue)).unwrap();
    stepped(&weights);
    let names = weights.names();
    assert_eq!(
        names,
        [
            "encoder.layer.1.attention.self.query.weight",
            "encoder.layer.1.attention.self.value.weight"
        ]
    );
    let (before, after) = (encoder.weights().unwrap(), weights.frozen().unwrap());
    for name in [
        "embeddings.word_embeddings.weight",
        "encoder.layer.0.attention.self.query.weight",
        "encoder.layer.1.attention.self.key.weight",
        "encoder.layer.1.attention.self.query.bias",
        "encoder.layer.1.output.LayerNorm.weight",
    ] {
        let same = numbers(&before.get(name).unwrap()) == numbers(&after.get(name).unwrap());
        assert!(same, "{name}");
    }
    for name in names {
        assert_ne!(
            numbers(&before.get(&name).unwrap()),
            numbers(&after.get(&name).unwrap())
        );
    }
}
