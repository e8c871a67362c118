//! A GPU computes what the CPU computes, forward and backward. Without a GPU these tests say that they are skipped.
//!
//! `cargo test -p upturn-encoder --features cuda --test gpu`; `UPTURN_TEST_ENCODER` names another folder than the tiny one.

#![cfg(feature = "cuda")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of tests are no #[test]s"
)]

use std::path::PathBuf;

use candle_core::{Device, Tensor};
use upturn_core::Embeddings;
use upturn_encoder::{
    Batch, DropoutStream, Encoder, EncoderOptions, Mode, Pooling, Processor, Sequence, Transformer,
    Weights,
};

const TEXTS: [&str; 5] = [
    "what would it take to sign this week?",
    "no.",
    "the price is too high and my boss decides, so send me what you have in writing and we shall see about it.",
    "we could begin with ten seats and see how the team likes it",
    "i see.",
];

/// The same folder on both processors; none without a GPU.
fn both() -> Option<[Encoder; 2]> {
    let folder = std::env::var_os("UPTURN_TEST_ENCODER")
        .map_or_else(|| PathBuf::from("tests/fixtures/tiny-bert"), PathBuf::from);
    if let Err(error) = Device::new_cuda(0) {
        eprintln!("skipped: no GPU answers ({error})");
        return None;
    }
    let open = |processor| {
        let options = EncoderOptions {
            processor,
            ..EncoderOptions::default()
        };
        Encoder::open(&folder, &options).unwrap()
    };
    Some([open(Processor::Cpu), open(Processor::Cuda(0))])
}

fn sequences(encoder: &Encoder) -> Vec<Sequence> {
    let sequence = |text: &&str| Sequence {
        ids: encoder.tokenizer().text(text, encoder.window()).unwrap(),
    };
    TEXTS.iter().map(sequence).collect()
}

/// A number that depends on every output, and the hidden vectors on the CPU.
fn loss(encoder: &Encoder, weights: &Weights, stream: Option<&DropoutStream>) -> (Tensor, Tensor) {
    let sequences = sequences(encoder);
    let batch = Batch::new(&sequences.iter().collect::<Vec<_>>());
    let transformer = Transformer::new(weights, encoder.config()).unwrap();
    let mode = Mode::Training(stream);
    mode.seed(transformer.device()).unwrap();
    let hidden = transformer.forward(&batch, mode).unwrap();
    let texts = Pooling::Mean.pool(&hidden, &batch).unwrap();
    let hidden = hidden.to_device(&Device::Cpu).unwrap();
    let texts = texts.to_device(&Device::Cpu).unwrap();
    let sum = (uneven(&hidden) + uneven(&texts)).unwrap();
    (sum, hidden)
}

fn uneven(vectors: &Tensor) -> Tensor {
    let cells = (0..vectors.elem_count()).map(|at| ((at * 7919 + 13) % 101) as f32 / 50.0 - 1.0);
    let cells = Tensor::from_vec(cells.collect::<Vec<_>>(), vectors.shape(), &Device::Cpu).unwrap();
    (vectors * cells).unwrap().sum_all().unwrap()
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// The largest gap between two tensors, relative to the largest number of the first.
fn gap(one: &Tensor, other: &Tensor) -> f32 {
    let largest = |numbers: Vec<f32>| numbers.into_iter().map(f32::abs).fold(0.0, f32::max);
    largest(numbers(&(one - other).unwrap())) / largest(numbers(one)).max(1e-3)
}

#[test]
fn vectors_of_both_are_one() {
    let Some([cpu, gpu]) = both() else { return };
    let (ours, theirs) = (
        cpu.embed_documents(&TEXTS).unwrap(),
        gpu.embed_documents(&TEXTS).unwrap(),
    );
    for (one, other) in ours.iter().zip(&theirs) {
        assert!(one.cosine(other) > 0.99999);
    }
    assert_eq!(gpu.fingerprint(), cpu.fingerprint());
}

#[test]
fn gradients_are_those_of_the_cpu() {
    let Some([cpu, gpu]) = both() else { return };
    let trainable = |encoder: &Encoder| {
        let weights = encoder.weights().unwrap().on(encoder.device()).unwrap();
        weights.with_trainable(|_| true).unwrap()
    };
    let (weights, others) = (trainable(&cpu), trainable(&gpu));
    let (ours, hidden) = loss(&cpu, &weights, None);
    let (theirs, same) = loss(&gpu, &others, None);
    assert!(gap(&hidden, &same) < 1e-3);
    let (here, there) = (ours.backward().unwrap(), theirs.backward().unwrap());
    for ((name, ours), (_, theirs)) in weights.variables().zip(others.variables()) {
        let theirs = there.get(theirs).unwrap().to_device(&Device::Cpu).unwrap();
        // A key's bias has no influence: both gradients are rounding.
        if !name.ends_with("key.bias") {
            let gap = gap(here.get(ours).unwrap(), &theirs);
            assert!(gap < 5e-3, "{name}: {gap}");
        }
    }
}

#[test]
fn its_noise_repeats_by_seed_and_step() {
    let Some([_, gpu]) = both() else { return };
    let weights = gpu.weights().unwrap().on(gpu.device()).unwrap();
    let run = |seed, step| {
        let stream = DropoutStream::new(seed, step);
        numbers(&loss(&gpu, &weights, Some(&stream)).1)
    };
    assert_eq!(run(3, 0), run(3, 0));
    assert_ne!(run(3, 0), run(3, 1));
    assert_ne!(run(3, 0), run(4, 0));
}
