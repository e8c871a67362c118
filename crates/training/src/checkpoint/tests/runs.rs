//! Trainings that are interrupted.

use crate::TrainingConfig;
use crate::examples::quick;

/// Two cross-fitted folds and then the model, all of them with two epochs.
pub(super) fn config() -> TrainingConfig {
    let mut config = TrainingConfig {
        tuned_folds: 2,
        sampler: crate::sampler::SamplerConfig::Shuffled(crate::sampler::Shuffled {
            calls: 10,
            ..Default::default()
        }),
        learning_rate: 3e-4,
        ..quick()
    };
    config.predictor.head_c = 0.001;
    config
}

/// As above, but the last epoch of a fold is not its best one, and training stops early.
pub(super) fn impatient() -> TrainingConfig {
    let mut config = TrainingConfig {
        epochs: 5,
        patience: 1,
        learning_rate: 3e-2,
        ..config()
    };
    config.predictor.head_c = 0.1;
    config
}

/// A run with everything that comes before the outcomes, low-rank updates and mined negatives.
pub(super) fn thorough() -> TrainingConfig {
    use crate::sampler::{MinedNegatives, NextTurns, SamplerConfig};
    TrainingConfig {
        adaptation: Some(crate::Adaptation {
            epochs: 2,
            learning_rate: Some(1e-3),
            sampler: NextTurns { pairs: 12 },
            // Each step is computed in parts.
            tokens: 100,
            ..crate::Adaptation::default()
        }),
        distillation: Some(crate::Distillation {
            epochs: 1,
            learning_rate: 1e-3,
            ..crate::Distillation::default()
        }),
        contrast: Some(crate::Contrast {
            learning_rate: Some(1e-3),
            pairs_per_call: 1,
            pairs: 10,
            ..crate::Contrast::default()
        }),
        lora: Some(crate::Lora {
            rank: 2,
            ..crate::Lora::default()
        }),
        sampler: SamplerConfig::HardNegatives(MinedNegatives {
            calls: 12,
            ..MinedNegatives::default()
        }),
        tuned_folds: 1,
        ..config()
    }
}

/// Steps so large that other negatives are near within an epoch.
pub(super) fn mining() -> TrainingConfig {
    use crate::loss::{LossConfig, SupCon};
    use crate::sampler::{MinedNegatives, SamplerConfig};
    TrainingConfig {
        learning_rate: 1e-2,
        warm_up: 0.0,
        patience: 9,
        tuned_folds: 1,
        loss: LossConfig::SupCon(SupCon::default()),
        sampler: SamplerConfig::HardNegatives(MinedNegatives {
            calls: 10,
            negatives: 1,
            ..MinedNegatives::default()
        }),
        ..config()
    }
}

/// Words before the outcomes, in steps so large that the encoder is worse on calls held out.
pub(super) fn useless() -> TrainingConfig {
    TrainingConfig {
        adaptation: None,
        distillation: Some(crate::Distillation {
            epochs: 1,
            learning_rate: 1e-2,
            ..crate::Distillation::default()
        }),
        contrast: None,
        lora: None,
        ..thorough()
    }
}

/// Pairs whose steps are so large that all vectors come out alike.
pub(super) fn alike() -> TrainingConfig {
    let mut config = pairs_alone();
    if let Some(contrast) = &mut config.contrast {
        contrast.learning_rate = Some(0.3);
    }
    config
}

/// Pairs in place of the outcomes.
pub(super) fn pairs_alone() -> TrainingConfig {
    TrainingConfig {
        epochs: 0,
        adaptation: None,
        lora: None,
        ..thorough()
    }
}
