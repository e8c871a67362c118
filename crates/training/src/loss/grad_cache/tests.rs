use std::sync::Mutex;

use candle_core::Device;
use upturn_encoder::{Batch, DropoutStream, Encoder, Mode, Sequence, Transformer, Weights};

use super::super::{Loss, LossBatch, LossError, MultipleNegativesRanking, Pairs};
use super::*;
use crate::examples::tiny_encoder;

fn ranking(vectors: &Tensor) -> Result<Tensor, LossError> {
    let pairs = Some(Pairs::from_columns(vectors, 2)?);
    let loss = MultipleNegativesRanking {
        scale: 5.0,
        symmetric: true,
    };
    loss.of(&LossBatch {
        pairs,
        ..LossBatch::default()
    })
}

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn equal(ours: &Tensor, theirs: &Tensor) {
    for (a, b) in numbers(ours).iter().zip(numbers(theirs)) {
        assert!((a - b).abs() <= 1e-5 + 1e-3 * b.abs(), "{a} and {b}");
    }
}

#[test]
fn a_small_graph_has_the_gradient_of_the_whole_batch() {
    let input = |seed: usize| {
        let cells = (0..15).map(|at| ((at * 7 + seed * 5) % 11) as f32 / 5.0 - 1.0);
        Tensor::from_vec(cells.collect::<Vec<f32>>(), (5, 3), &Device::Cpu).unwrap()
    };
    let texts = Tensor::cat(&[input(1), input(2)], 0).unwrap(); // 5 pairs
    let weights = Var::from_tensor(&input(3).t().unwrap().contiguous().unwrap()).unwrap();
    let scale = Var::new(1.5f32, &Device::Cpu).unwrap();
    let embed =
        |texts: &Tensor| -> Result<Tensor, LossError> { Ok(texts.matmul(&weights)?.tanh()?) };
    // A variable of the loss itself counts too.
    let loss = |vectors: &Tensor| -> Result<Tensor, LossError> {
        Ok(ranking(&vectors.tanh()?)?.mul(&scale)?)
    };
    let whole = loss(&embed(&texts).unwrap()).unwrap();
    let exact = whole.backward().unwrap();
    for sizes in [vec![10], vec![4, 4, 2], vec![1; 10]] {
        let mut first = 0;
        let cut = |size: &usize| {
            first += size;
            texts.narrow(0, first - size, *size).unwrap()
        };
        let parts: Vec<Tensor> = sizes.iter().map(cut).collect();
        let cached = grad_cache(&parts, |_, part| embed(part), loss).unwrap();
        equal(&cached.loss, &whole);
        for var in [&weights, &scale] {
            equal(cached.gradients.get(var).unwrap(), exact.get(var).unwrap());
        }
        assert_eq!(cached.gradients.get_ids().count(), 2);
    }
}

/// The encoder of the tests with its last layer trainable.
struct Trained {
    encoder: Encoder,
    weights: Weights,
    transformer: Transformer,
    texts: Vec<Sequence>,
}

impl Trained {
    fn new() -> Self {
        let encoder = tiny_encoder();
        let weights = encoder
            .weights()
            .unwrap()
            .with_trainable(|name| name.starts_with("encoder.layer.1."))
            .unwrap();
        let transformer = Transformer::new(&weights, encoder.config()).unwrap();
        let said = [
            "what does it cost?",
            "we need a demo this week",
            "send the contract",
            "it is ten a seat",
            "how is monday?",
            "yes, we sign it now",
        ];
        let text = |text: &&str| Sequence {
            ids: encoder.tokenizer().text(text, 32).unwrap(),
        };
        let texts = said.iter().map(text).collect();
        Self {
            encoder,
            weights,
            transformer,
            texts,
        }
    }

    fn embed(&self, texts: &[Sequence], stream: &DropoutStream) -> Result<Tensor, LossError> {
        let batch = Batch::new(&texts.iter().collect::<Vec<_>>());
        let mode = Mode::Training(Some(stream));
        let hidden = self.transformer.forward(&batch, mode)?;
        Ok(self.encoder.pooling().pool(&hidden, &batch)?)
    }
}

#[test]
fn an_encoder_with_dropout_has_the_gradient_of_the_whole_batch() {
    let trained = Trained::new();
    let parts: Vec<&[Sequence]> = trained.texts.chunks(2).collect();
    let stream = |number: usize| DropoutStream::new(7, number as u64);
    let embed = |number: usize, part: &&[Sequence]| trained.embed(part, &stream(number));
    let rows: Vec<Tensor> = (0..)
        .zip(&parts)
        .map(|(at, part)| embed(at, part).unwrap())
        .collect();
    let whole = ranking(&Tensor::cat(&rows, 0).unwrap()).unwrap();
    let exact = whole.backward().unwrap();
    let cached = grad_cache(&parts, embed, ranking).unwrap();
    equal(&cached.loss, &whole);
    let mut moved = 0;
    for (_, var) in trained.weights.variables() {
        let ours = cached.gradients.get(var).unwrap();
        equal(ours, exact.get(var).unwrap());
        moved += usize::from(numbers(ours).iter().any(|slope| slope.abs() > 1e-4));
    }
    assert!(moved > 10, "{moved} tensors have a gradient");
    // With one stream for all calls the masks differ, and so does the gradient: dropout is on, and the law needs its rule.
    let endless = stream(0);
    let broken = grad_cache(
        &parts,
        |_, part: &&[Sequence]| trained.embed(part, &endless),
        ranking,
    );
    let broken = broken.unwrap();
    let differs = |(_, var): (&str, &Var)| {
        let pairs = [broken.gradients.get(var).unwrap(), exact.get(var).unwrap()].map(numbers);
        let [a, b] = pairs;
        a.iter().zip(&b).any(|(a, b)| (a - b).abs() > 1e-2)
    };
    assert!(trained.weights.variables().any(differs));
}

#[test]
fn each_mini_batch_is_embedded_twice_and_never_two_at_once() {
    let calls = Mutex::new(Vec::new());
    let weight = Var::new(&[[1.0f32], [0.5]], &Device::Cpu).unwrap();
    let part = Tensor::new(&[[1.0f32, 2.0]], &Device::Cpu).unwrap();
    let embed = |number: usize, part: &Tensor| {
        calls.lock().unwrap().push(number);
        part.matmul(&weight)
    };
    grad_cache(&[part.clone(), part], embed, Tensor::sum_all).unwrap();
    assert_eq!(*calls.lock().unwrap(), [0, 1, 0, 1]);
}

#[test]
fn no_mini_batch_is_an_error_and_a_constant_loss_has_no_gradient() {
    let none: [Tensor; 0] = [];
    let embed = |_: usize, part: &Tensor| Ok::<_, candle_core::Error>(part.clone());
    assert!(grad_cache(&none, embed, Tensor::sum_all).is_err());
    let one = Tensor::new(&[[1.0f32]], &Device::Cpu).unwrap();
    let constant = grad_cache(&[one], embed, |rows| rows.zeros_like()?.sum_all()).unwrap();
    assert_eq!(constant.gradients.get_ids().count(), 0);
}
