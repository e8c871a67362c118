//! The settings that made an encoder know most: [`TrainingConfig::distilled`].

use crate::loss::{BinaryCrossEntropy, LossConfig};
use crate::{Distillation, TrainingConfig};

impl TrainingConfig {
    /// All layers and the word vectors learn what the words say of each turn, in 4 epochs, then the outcomes of whole calls, in
    /// 3 at most and without contrast.
    ///
    /// On Persuasion for Good the encoder alone gained 0.039 of AUC by it, 0.010 to 0.064, and more where calls were half
    /// known; see LOG.md of this crate. It takes minutes for a thousand calls on a card, and hours on two cores, so that no
    /// number of labels chooses it.
    pub fn distilled() -> Self {
        Self {
            epochs: 3,
            all_layers: true,
            learning_rate: 2e-5,
            loss: LossConfig::BinaryCrossEntropy(BinaryCrossEntropy {}),
            cut_share: 0.0,
            distillation: Some(Distillation {
                epochs: 4,
                ..Distillation::default()
            }),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::Embeddings as _;

    use super::*;
    use crate::examples::{calls, fit, quick, tiny_encoder};

    fn small() -> TrainingConfig {
        let quick = quick();
        TrainingConfig {
            epochs: 1,
            sampler: quick.sampler,
            folds: quick.folds,
            least_unseen: quick.least_unseen,
            predictor: quick.predictor,
            ..TrainingConfig::distilled()
        }
    }

    #[test]
    fn all_layers_are_as_many_as_the_encoder_has() {
        let named = small();
        let counted = TrainingConfig {
            all_layers: false,
            trainable_layers: 2,
            ..small()
        };
        assert_eq!(named.clone().for_encoder(&tiny_encoder()), counted);
        assert_eq!(counted.clone().for_encoder(&tiny_encoder()), counted);
        let [named, counted] = [named, counted].map(|config| fit(&calls(40), &config).unwrap());
        assert_eq!(named.encoder.fingerprint(), counted.encoder.fingerprint());
        assert_eq!(named.predictor, counted.predictor);
        assert_eq!(named.passes, counted.passes);
    }
}
