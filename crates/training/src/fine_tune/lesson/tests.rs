use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::MemoryBudget;
use crate::examples::{quick, tiny_encoder};
use crate::frozen::FrozenOutputs;
use crate::head::OutcomeHead;
use crate::trained_weights::TrainedWeights;

/// Finds something else whenever it is asked, as an encoder does that has learnt meanwhile.
#[derive(Default)]
struct Fickle(AtomicUsize);

impl Lesson for Fickle {
    type Item = usize;

    fn pace(&self) -> Pace {
        Pace {
            title: "fickle",
            name: "fickle",
            epochs: 2,
            rate: 1.0,
        }
    }

    fn negatives(&self, _part: &TrainedPart<'_>) -> Result<Option<HardNegatives>, TrainingError> {
        let call = self.0.fetch_add(1, Ordering::SeqCst);
        Ok(serde_json::from_str(&format!("[[{call}]]")).ok())
    }

    fn batches(
        &self,
        _epoch: usize,
        _negatives: &HardNegatives,
    ) -> Box<dyn Iterator<Item = Vec<usize>> + '_> {
        Box::new(std::iter::empty())
    }

    fn slope(
        &self,
        _part: &TrainedPart<'_>,
        _batch: &[usize],
        _step: u64,
    ) -> Result<Slope, TrainingError> {
        Err(TrainingError::Stopped)
    }
}

#[test]
fn what_was_found_before_an_epoch_stays_until_its_end_in_a_checkpoint_too() {
    let encoder = tiny_encoder();
    let weights = TrainedWeights::new(&encoder, 1, &quick()).unwrap();
    let transformer = weights.transformer(&encoder).unwrap();
    let head = OutcomeHead::zero(32, None).unwrap();
    let part = TrainedPart {
        encoder: &encoder,
        transformer: &transformer,
        head: &head,
        first: 1,
    };
    let (lesson, mut progress) = (Fickle::default(), Progress::start(None));
    let first = found(&lesson, &part, &mut progress).unwrap();
    assert_eq!(first.of(0), [0]);
    progress.step(0.5);
    let written = serde_json::to_vec_pretty(&progress).unwrap();
    let mut progress: Progress = serde_json::from_slice(&written).unwrap();
    assert_eq!(found(&lesson, &part, &mut progress).unwrap(), first);
    let report = progress.report(None);
    progress.close(report);
    assert_eq!(progress.negatives, None);
    assert_eq!(found(&lesson, &part, &mut progress).unwrap().of(0), [1]);
}

#[test]
fn each_lesson_has_noise_of_its_own() {
    let calls = crate::examples::calls(12);
    let encoder = tiny_encoder();
    let memory = MemoryBudget::unlimited();
    let outputs = FrozenOutputs::new(&memory);
    let one = |call| PreparedCall::new(&encoder, call, true, 1, &outputs).unwrap();
    let calls: Vec<PreparedCall> = calls.iter().map(one).collect();
    let cuts = |noise: Noise, step| {
        let seen = noise.seen(calls.iter(), (0.5, 3, step));
        seen.iter()
            .map(|call| call.turns().len())
            .collect::<Vec<_>>()
    };
    assert_eq!(cuts(Noise::Outcomes, 5), cuts(Noise::Outcomes, 5));
    assert_ne!(cuts(Noise::Outcomes, 5), cuts(Noise::Outcomes, 6));
    assert_ne!(cuts(Noise::Outcomes, 5), cuts(Noise::Contrast, 5));
}
