use super::*;
use crate::PairLoss;
use crate::loss::CoSent;
use crate::sampler::NextTurns;

fn refused(config: &TrainingConfig) -> String {
    config.check().unwrap_err().to_string()
}

#[test]
fn every_phase_is_checked_by_its_name() {
    let default = TrainingConfig::default;
    let adaptation = |adaptation| TrainingConfig {
        adaptation: Some(adaptation),
        ..default()
    };
    let alone = NextTurns { pairs: 1 };
    let alone = adaptation(Adaptation {
        sampler: alone,
        ..Adaptation::default()
    });
    assert_eq!(
        refused(&alone),
        "`adaptation.sampler.pairs` is 1, expected at least 2"
    );
    let still = adaptation(Adaptation {
        learning_rate: Some(0.0),
        ..Adaptation::default()
    });
    assert!(refused(&still).starts_with("`adaptation.learning_rate` is 0"));
    let distillation = |distillation| TrainingConfig {
        distillation: Some(distillation),
        ..default()
    };
    let backward = distillation(Distillation {
        next_turn: -0.1,
        ..Distillation::default()
    });
    assert!(refused(&backward).starts_with("`distillation.next_turn` is -0.1"));
    let free = distillation(Distillation {
        ridge: 0.0,
        ..Distillation::default()
    });
    assert!(refused(&free).starts_with("`distillation.ridge` is 0"));
    let contrast = |contrast| TrainingConfig {
        contrast: Some(contrast),
        ..default()
    };
    let none = contrast(Contrast {
        pairs_per_call: 0,
        ..Contrast::default()
    });
    assert!(refused(&none).starts_with("`contrast.pairs_per_call` is 0"));
    let loss = PairLoss::CoSent(CoSent { scale: -1.0 });
    let backward = contrast(Contrast {
        loss,
        ..Contrast::default()
    });
    assert!(backward.check().is_err());
    let rankless = TrainingConfig {
        lora: Some(Lora {
            rank: 0,
            ..Lora::default()
        }),
        ..default()
    };
    assert!(refused(&rankless).starts_with("`lora.rank` is 0"));
}

#[test]
fn settings_from_before_the_phases_can_be_read() {
    let mut old = serde_json::to_value(TrainingConfig::default()).unwrap();
    let fields = old.as_object_mut().unwrap();
    for new in [
        "adaptation",
        "distillation",
        "contrast",
        "lora",
        "head_start",
    ] {
        assert!(fields.remove(new).is_some(), "{new}");
    }
    let read: TrainingConfig = serde_json::from_value(old).unwrap();
    assert_eq!(read, TrainingConfig::default());
    assert!(read.tunes());
    let nothing = TrainingConfig {
        epochs: 0,
        adaptation: Some(Adaptation {
            epochs: 0,
            ..Adaptation::default()
        }),
        ..read
    };
    assert!(!nothing.tunes());
}
