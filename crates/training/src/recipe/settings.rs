//! From a recipe to settings: [`RecipeChoice::settings`].

use upturn_predict::{LearntPart, NeighboursConfig, PartSet, PredictorConfig};

use super::{Recipe, RecipeChoice};
use crate::TrainingConfig;
use crate::loss::{BinaryCrossEntropy, LossConfig, Mixture, MixtureTerm, SupCon};
use crate::sampler::{LabelGroups, SamplerConfig};

/// How much of the loss is contrast in [`Recipe::Contrastive`]. The outcome's share keeps the head in step with the
/// encoder, by whose loss on held-out calls the best epoch is found.
const CONTRAST: f64 = 0.9;

/// Precision of the prior that draws the neighbours' vote to the base rate in [`Recipe::FewLabels`]: a standard deviation
/// of 0.5 around 0, where 1 is all of the vote.
const SHRINKAGE: f64 = 4.0;

impl RecipeChoice {
    /// `config` as the recipe has it, with the choice noted in [`TrainingConfig::recipe`].
    ///
    /// A loss or sampler in `config` that is not the default's was asked for by somebody, and stays. So do the epochs
    /// where the encoder learns, unless it would learn nothing at all: then they are the default's.
    #[must_use]
    pub fn settings(self, config: TrainingConfig) -> TrainingConfig {
        let config = TrainingConfig {
            recipe: Some(self),
            epochs: match (self.recipe.fine_tunes(), config.tunes()) {
                (false, _) => 0,
                (true, false) => TrainingConfig::default().epochs,
                (true, true) => config.epochs,
            },
            ..config
        };
        match self.recipe {
            Recipe::FewLabels => few_labels(config),
            Recipe::Contrastive => contrastive(config),
            Recipe::Joint | Recipe::Frozen => config,
        }
    }
}

/// The base rate and the neighbours.
fn few_labels(config: TrainingConfig) -> TrainingConfig {
    let predictor = config.predictor;
    TrainingConfig {
        predictor: PredictorConfig {
            parts: PartSet::of([LearntPart::Neighbours]),
            shrinkage: Some(SHRINKAGE),
            neighbours: NeighboursConfig {
                share_prior: 1.0,
                ..predictor.neighbours
            },
            ..predictor
        },
        ..config
    }
}

/// Contrast in batches of both outcomes.
///
/// `SetFit`'s pairs are one anchor with one other call; `SupCon` contrasts every call of a batch with all others at once
/// (Khosla et al. 2020), so nothing grows with the square of the corpus.
fn contrastive(config: TrainingConfig) -> TrainingConfig {
    let default = TrainingConfig::default();
    let term = |weight, loss| MixtureTerm { weight, loss };
    let contrast = LossConfig::Mixture(Mixture {
        terms: vec![
            term(
                1.0 - CONTRAST,
                LossConfig::BinaryCrossEntropy(BinaryCrossEntropy {}),
            ),
            term(CONTRAST, LossConfig::SupCon(SupCon::default())),
        ],
    });
    TrainingConfig {
        loss: if config.loss == default.loss {
            contrast
        } else {
            config.loss
        },
        sampler: if config.sampler == default.sampler {
            SamplerConfig::LabelGroups(LabelGroups::default())
        } else {
            config.sampler
        },
        ..config
    }
}
