//! What comes before the outcomes: adaptation, distillation, pairs of calls, and hard negatives within the epochs on outcomes.

use std::collections::HashMap;
use std::sync::Mutex;

use super::*;
use crate::loss::{LossConfig, MultipleNegativesRanking, SupCon};
use crate::sampler::{MinedNegatives, NextTurns, SamplerConfig};
use crate::{Adaptation, Contrast, Distillation, EpochReport, PairLoss};

/// The reports of each fine-tuning, by its name.
#[derive(Debug, Default)]
struct Reports(Mutex<(String, HashMap<String, Vec<EpochReport>>)>);

impl Monitor for Reports {
    fn epoch(&self, report: EpochReport) {
        let (name, reports) = &mut *self.0.lock().unwrap();
        reports.entry(name.clone()).or_default().push(report);
    }

    fn event(&self, event: &TrainingEvent<'_>) {
        if let TrainingEvent::Begins { name, .. } = event {
            (*name).clone_into(&mut self.0.lock().unwrap().0);
        }
    }
}

fn watched(config: &TrainingConfig) -> (FineTuned, HashMap<String, Vec<EpochReport>>) {
    watched_on(&calls(40), config)
}

fn watched_on(
    calls: &[Conversation],
    config: &TrainingConfig,
) -> (FineTuned, HashMap<String, Vec<EpochReport>>) {
    let reports = Reports::default();
    let tuned = fine_tune(&tiny_encoder(), &labelled(calls), &[], config, &reports).unwrap();
    (tuned, reports.0.into_inner().unwrap().1)
}

/// Calls of which each says how it ends: a wrong label would be the hardest negative of all.
fn honest() -> Vec<Conversation> {
    let all = calls(50).into_iter().enumerate();
    all.filter(|(at, _)| at % 5 > 0)
        .map(|(_, call)| call)
        .collect()
}

/// Mean cosine of calls of one outcome less that of calls of two, by the means of their turns' retrieval vectors.
fn gap(encoder: &Encoder, calls: &[Conversation]) -> f32 {
    let vector = |call: &Conversation| {
        let turns: Vec<&str> = call.turns().iter().map(|turn| turn.text.as_str()).collect();
        let mut mean = [0f32; 32];
        for turn in encoder.embed_documents(&turns).unwrap() {
            mean.iter_mut()
                .zip(turn.as_slice())
                .for_each(|(to, from)| *to += from);
        }
        let length = mean
            .iter()
            .map(|number| number * number)
            .sum::<f32>()
            .sqrt();
        mean.iter().map(|number| number / length).collect()
    };
    let vectors: Vec<Vec<f32>> = calls.iter().map(vector).collect();
    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
    for (a, (one, x)) in calls.iter().zip(&vectors).enumerate() {
        for (other, y) in calls.iter().zip(&vectors).skip(a + 1) {
            let kind = usize::from(one.outcome() == other.outcome());
            sums[kind] += x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
            counts[kind] += 1.0;
        }
    }
    sums[1] / counts[1] - sums[0] / counts[0]
}

#[test]
fn what_is_said_next_is_found_better_after_an_adaptation() {
    let config = TrainingConfig {
        epochs: 0,
        adaptation: Some(Adaptation {
            epochs: 12,
            learning_rate: Some(1e-3),
            sampler: NextTurns { pairs: 10 },
            ..Adaptation::default()
        }),
        ..quick()
    };
    let (tuned, reports) = watched(&config);
    assert_eq!((tuned.best_epoch, tuned.reports.len()), (0, 0));
    let losses: Vec<f64> = reports["adaptation"]
        .iter()
        .map(|report| report.training_loss)
        .collect();
    // Each three epochs see every step of each call once.
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (before, after) = (mean(&losses[..3]), mean(&losses[9..]));
    assert!(after < 0.9 * before, "{losses:?}");
    assert_ne!(
        Embeddings::fingerprint(&tuned.encoder),
        Embeddings::fingerprint(&tiny_encoder())
    );
}

#[test]
fn an_adaptation_leaves_frozen_layers_alone_and_asks_for_no_outcome() {
    let calls = calls(40);
    let config = TrainingConfig {
        epochs: 0,
        adaptation: Some(Adaptation {
            learning_rate: Some(1e-3),
            ..Adaptation::default()
        }),
        ..quick()
    };
    let fingerprint = |turned: bool| {
        let mut pairs = labelled(&calls);
        if turned {
            // The same number of each, so that the head can still be fitted.
            for (_, won) in &mut pairs {
                *won = !*won;
            }
        }
        let tuned = fine_tune(&tiny_encoder(), &pairs, &[], &config, &Silent).unwrap();
        let below = "encoder.layer.0.attention.self.query.weight";
        let values = |encoder: &Encoder| {
            let tensor = encoder.weights().unwrap().get(below).unwrap();
            tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        assert_eq!(values(&tuned.encoder), values(&tiny_encoder()));
        Embeddings::fingerprint(&tuned.encoder).clone()
    };
    assert_eq!(fingerprint(false), fingerprint(true));
}

#[test]
fn calls_that_end_alike_are_nearer_after_pairs() {
    let calls = honest();
    let before = gap(&tiny_encoder(), &calls);
    for loss in [
        PairLoss::default(),
        PairLoss::MultipleNegativesRanking(MultipleNegativesRanking::default()),
    ] {
        let config = TrainingConfig {
            epochs: 0,
            cut_share: 0.0,
            contrast: Some(Contrast {
                epochs: 3,
                learning_rate: Some(3e-3),
                loss: loss.clone(),
                ..Contrast::default()
            }),
            ..quick()
        };
        let (tuned, reports) = watched_on(&calls, &config);
        assert_eq!(reports["contrast"].len(), 3);
        let after = gap(&tuned.encoder, &calls);
        assert!(after > 2.0 * before, "{loss:?}: {before} and then {after}");
    }
}

#[test]
fn the_outcomes_come_after_the_phases_and_begin_where_they_ended() {
    let phases = TrainingConfig {
        epochs: 0,
        adaptation: Some(Adaptation::default()),
        distillation: Some(Distillation {
            epochs: 1,
            ..Distillation::default()
        }),
        contrast: Some(Contrast {
            pairs_per_call: 1,
            ..Contrast::default()
        }),
        ..quick()
    };
    let (calls, pairs) = (calls(40), calls(40));
    let pairs = labelled(&pairs);
    let by_itself = {
        let before = fine_tune(&tiny_encoder(), &labelled(&calls), &[], &phases, &Silent).unwrap();
        fine_tune(&before.encoder, &pairs, &[], &quick(), &Silent).unwrap()
    };
    let all = TrainingConfig {
        epochs: quick().epochs,
        ..phases
    };
    let (at_once, reports) = watched(&all);
    let mut names: Vec<&String> = reports.keys().collect();
    names.sort();
    assert_eq!(
        names,
        ["adaptation", "contrast", "distillation", "fine-tuning"]
    );
    assert_eq!(
        Embeddings::fingerprint(&by_itself.encoder),
        Embeddings::fingerprint(&at_once.encoder)
    );
}

#[test]
fn hard_negatives_are_found_anew_and_training_goes_on_with_them() {
    let config = TrainingConfig {
        epochs: 12,
        learning_rate: 3e-3,
        cut_share: 0.0,
        sampler: SamplerConfig::HardNegatives(MinedNegatives {
            calls: 8,
            ..MinedNegatives::default()
        }),
        loss: LossConfig::SupCon(SupCon::default()),
        ..quick()
    };
    let calls = honest();
    let (tuned, reports) = watched_on(&calls, &config);
    assert_eq!(reports["fine-tuning"].len(), 12);
    let (before, after) = (gap(&tiny_encoder(), &calls), gap(&tuned.encoder, &calls));
    assert!(after > 2.0 * before, "{before} and then {after}");
}

fn distilling(epochs: usize) -> TrainingConfig {
    TrainingConfig {
        epochs: 0,
        distillation: Some(Distillation {
            epochs,
            learning_rate: 1e-3,
            ..Distillation::default()
        }),
        ..quick()
    }
}

#[test]
fn the_turns_say_what_the_words_say_better_from_epoch_to_epoch() {
    for next_turn in [0.0, 0.3] {
        let mut config = distilling(6);
        config.distillation.as_mut().unwrap().next_turn = next_turn;
        let (tuned, reports) = watched(&config);
        assert_eq!((tuned.best_epoch, tuned.reports.len()), (0, 0));
        let losses: Vec<f64> = reports["distillation"]
            .iter()
            .map(|report| report.training_loss)
            .collect();
        assert_eq!(losses.len(), 6);
        assert!(losses[5] < 0.9 * losses[0], "{next_turn}: {losses:?}");
    }
}

#[test]
fn a_distillation_learns_from_outcomes_and_leaves_frozen_layers_alone() {
    let calls = calls(40);
    let values = |encoder: &Encoder, name: &str| {
        let tensor = encoder.weights().unwrap().get(name).unwrap();
        tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    let [below, above] = [0, 1].map(|at| format!("encoder.layer.{at}.attention.self.query.weight"));
    let after = |turned: bool| {
        let mut pairs = labelled(&calls);
        for (at, (_, won)) in pairs.iter_mut().enumerate() {
            *won ^= turned && at % 3 == 0;
        }
        fine_tune(&tiny_encoder(), &pairs, &[], &distilling(1), &Silent)
            .unwrap()
            .encoder
    };
    let (straight, turned) = (after(false), after(true));
    assert_eq!(values(&straight, &below), values(&tiny_encoder(), &below));
    assert_ne!(values(&straight, &above), values(&tiny_encoder(), &above));
    assert_ne!(values(&straight, &above), values(&turned, &above));
}
