//! An encoder that learnt is kept where it is better than the one that it was, and nowhere else.

use super::*;
use crate::{Adaptation, AgainstPretrained, Contrast, Distillation, HeadStart, TrainedModel};

fn phases(rate: f64) -> [TrainingConfig; 3] {
    let still = TrainingConfig {
        epochs: 0,
        ..quick()
    };
    let adaptation = Adaptation {
        learning_rate: Some(rate),
        ..Adaptation::default()
    };
    let distillation = Distillation {
        learning_rate: rate,
        ..Distillation::default()
    };
    let contrast = Contrast {
        learning_rate: Some(rate),
        ..Contrast::default()
    };
    [
        TrainingConfig {
            adaptation: Some(adaptation),
            ..still.clone()
        },
        TrainingConfig {
            distillation: Some(distillation),
            ..still.clone()
        },
        TrainingConfig {
            contrast: Some(contrast),
            ..still
        },
    ]
}

fn final_worth(model: &TrainedModel) -> Worth {
    model.passes.last().unwrap().worth
}

#[test]
fn a_phase_at_an_absurd_rate_leaves_the_frozen_model_to_the_bit() {
    let calls = calls(60);
    let frozen = fit(&calls, &phases(0.1)[0].clone().frozen()).unwrap();
    for config in phases(0.1) {
        for epochs in [0, 2] {
            let config = TrainingConfig {
                epochs,
                ..config.clone()
            };
            let model = fit(&calls, &config).unwrap();
            assert_eq!(final_worth(&model), Worth::nothing(Divergence::Alike));
            // Nothing more is learnt behind it, neither outcomes nor the model's own fine-tuning.
            assert!(model.epochs.is_empty(), "{:?}", model.epochs);
            assert!(!model.encoder_changed());
            assert_eq!(model.predictor, frozen.predictor);
            assert_eq!(model.out_of_fold, frozen.out_of_fold);
        }
    }
}

#[test]
fn a_phase_that_makes_calls_held_out_less_likely_is_not_kept() {
    let calls = calls(60);
    let [.., config] = phases(1e-3);
    let model = fit(&calls, &config).unwrap();
    let Worth {
        against_pretrained: Some(against),
        fault: None,
    } = final_worth(&model)
    else {
        panic!("{:?}", model.passes);
    };
    assert!(
        !against.is_better() && against.tuned < 0.69 && against.calls == 20,
        "{against:?}"
    );
    let frozen = fit(&calls, &config.frozen()).unwrap();
    assert!(!model.encoder_changed());
    assert_eq!(model.predictor, frozen.predictor);
    assert_eq!(model.out_of_fold, frozen.out_of_fold);
}

#[test]
fn a_phase_that_makes_calls_held_out_more_likely_is_kept() {
    let calls = calls(60);
    let [_, config, _] = phases(1e-2);
    for epochs in [0, 2] {
        let config = TrainingConfig {
            epochs,
            ..config.clone()
        };
        let model = fit(&calls, &config).unwrap();
        let worth = final_worth(&model);
        assert!(
            worth
                .against_pretrained
                .is_some_and(AgainstPretrained::is_better)
        );
        assert!(worth.keeps_tuned() && model.encoder_changed());
        assert_eq!(model.passes[0].worth, worth);
    }
}

/// Epoch 0 of a head that begins at 0 is no pre-trained encoder with a head fitted to it: any epoch is better than that.
#[test]
fn a_head_from_zero_is_asked_too_and_one_that_was_fitted_has_been() {
    let calls = calls(40);
    let pairs = labelled(&calls);
    let asked = |head_start| {
        let config = TrainingConfig {
            head_start,
            ..quick()
        };
        let (training, held_out) = pairs.split_at(32);
        let tuned = fine_tune(&tiny_encoder(), training, held_out, &config, &Silent).unwrap();
        tuned.worth.against_pretrained.map(|against| against.calls)
    };
    assert_eq!(asked(HeadStart::Zero), Some(8));
    assert_eq!(asked(HeadStart::Probe), None);
}
