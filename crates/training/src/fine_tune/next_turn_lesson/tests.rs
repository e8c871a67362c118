use candle_core::Var;
use candle_core::backprop::GradStore;

use super::*;
use crate::MemoryBudget;
use crate::checkpoint::Progress;
use crate::examples::{calls, quick, tiny_encoder};
use crate::fine_tune::learner::{Learner, Start};
use crate::frozen::FrozenOutputs;
use crate::sampler::{NextTurns, TurnWindows};
use crate::trained_weights::TrainedWeights;

fn prepared(encoder: &upturn_encoder::Encoder) -> Vec<PreparedCall> {
    let calls = calls(40);
    let memory = MemoryBudget::unlimited();
    let outputs = FrozenOutputs::new(&memory);
    let one = |call| PreparedCall::new(encoder, call, true, 1, &outputs).unwrap();
    calls.iter().map(one).collect()
}

fn numbers(gradients: &GradStore, var: &Var) -> Vec<f32> {
    let gradient = gradients.get(var).unwrap();
    gradient.flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn a_step_in_parts_has_the_gradient_of_the_whole_step() {
    let encoder = tiny_encoder();
    let (calls, config) = (prepared(&encoder), quick());
    let weights = TrainedWeights::new(&encoder, 1, &config).unwrap();
    let transformer = weights.transformer(&encoder).unwrap();
    let head = crate::head::OutcomeHead::zero(32, None).unwrap();
    let part = TrainedPart {
        encoder: &encoder,
        transformer: &transformer,
        head: &head,
        first: 1,
    };
    let adaptation = Adaptation {
        sampler: NextTurns { pairs: 6 },
        windows: TurnWindows {
            context: 2,
            reply: 1,
        },
        tokens: 60,
        ..Adaptation::default()
    };
    let lesson = NextTurnLesson::new(&adaptation, &config, calls.iter());
    let batch = lesson.batches(1, &HardNegatives::default()).next().unwrap();
    let windows: Vec<Window<'_>> = batch
        .iter()
        .filter_map(|turn| lesson.window(turn))
        .collect();
    let tokens: Vec<usize> = windows.iter().map(|window| window.turns.tokens()).collect();
    let cuts = within_budget(&tokens, adaptation.tokens, |_, _| true);
    assert!(cuts.len() > 2, "{cuts:?}");
    let embedded = cuts
        .iter()
        .enumerate()
        .map(|(at, cut)| lesson.embed(&part, &windows[cut.clone()], (9, at)).unwrap());
    let texts = Tensor::cat(&embedded.collect::<Vec<_>>(), 0).unwrap();
    let whole = lesson.loss(&texts).unwrap();
    let exact = whole.backward().unwrap();
    let slope = lesson.slope(&part, &batch, 9).unwrap();
    let value = f64::from(whole.to_scalar::<f32>().unwrap());
    assert!((slope.loss - value).abs() < 1e-5, "{} {value}", slope.loss);
    assert_eq!(
        (slope.calls, slope.tokens),
        (batch.len(), tokens.iter().sum())
    );
    let cached = slope.gradients.unwrap();
    let (matrices, rest) = weights.variables();
    for var in matrices.iter().chain(&rest) {
        for (ours, theirs) in numbers(&cached, var).iter().zip(numbers(&exact, var)) {
            assert!((ours - theirs).abs() <= 1e-5 + 1e-3 * theirs.abs());
        }
    }
}

#[test]
fn a_pair_is_turns_that_follow_each_other_within_one_call() {
    let encoder = tiny_encoder();
    let calls = prepared(&encoder);
    let adaptation = Adaptation::default();
    let lesson = NextTurnLesson::new(&adaptation, &quick(), calls.iter());
    let mut seen = 0;
    for batch in lesson.batches(1, &HardNegatives::default()) {
        assert!(batch.len() > 1);
        for turn in &batch {
            let call = &calls[turn.conversation];
            let window = lesson.window(turn).unwrap();
            let [said, next] = window.texts();
            assert_eq!((said, next), (turn.step + 1, 1));
            assert_eq!(window.turns.turns(), &call.turns[..turn.step + 2]);
            let frozen = window.turns.frozen().unwrap();
            assert_eq!(frozen.unwrap().len(), said + next);
            seen += 1;
        }
    }
    assert_eq!(seen, calls.len());
}

/// The head is no part of this lesson, so its variables stay, decay or not.
#[test]
fn only_the_encoder_learns() {
    let encoder = tiny_encoder();
    let (calls, config) = (prepared(&encoder), quick());
    let adaptation = Adaptation::default();
    let lesson = NextTurnLesson::new(&adaptation, &quick(), calls.iter());
    let mut learner = Learner::new(&encoder, &config, 1, Start::Phase(Some(1e-3))).unwrap();
    let batch = lesson.batches(1, &HardNegatives::default()).next().unwrap();
    let gradients = {
        let transformer = learner.transformer().unwrap();
        let slope = lesson.slope(&learner.part(&transformer), &batch, 0);
        slope.unwrap().gradients.unwrap()
    };
    learner.optimiser.step(&gradients, 1.0, 1.0).unwrap();
    let tuned = learner.tuned(Progress::start(None)).unwrap();
    let projection = tuned
        .encoder
        .projection()
        .unwrap()
        .to_vec2::<f32>()
        .unwrap();
    for (row, numbers) in projection.iter().enumerate() {
        for (column, number) in numbers.iter().enumerate() {
            let expected = if row == column { 1.0 } else { 0.0 };
            assert!((number - expected).abs() < f32::EPSILON);
        }
    }
}
