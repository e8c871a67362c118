//! How to train, as typed: [`TrainingArgs`].

use std::path::PathBuf;

use clap::Args;
use upturn::encoder::{Encoder, EncoderOptions};
use upturn::training::loss::{BinaryCrossEntropy, LossConfig, Mixture, MixtureTerm, SupCon};
use upturn::training::sampler::{SamplerConfig, Shuffled};
use upturn::training::{Adaptation, Distillation, Lora, TrainingConfig};

use crate::context::Context;
use crate::failure::Failure;
use crate::pretrained;
use crate::progress::Progress;
use crate::recipe::{self, Recipe};
use crate::recipe_kind::{Asked, RecipeKind};
use crate::sentences::Sentences;

/// The pre-trained encoder unless another is named.
pub(crate) const DEFAULT_ENCODER: &str = "all-MiniLM-L6-v2";

/// Weight of the contrastive loss unless another is asked for.
const CONTRASTIVE_WEIGHT: f64 = 0.1;

/// Options of training, the same in `train` and `evaluate`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Training")]
pub(crate) struct TrainingArgs {
    /// Seed of everything random: with the same data and machine it gives the same model.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().seed)]
    seed: u64,
    /// Pre-trained encoder: a folder, or a name that `upturn model pull` knows; pulled where the cache lacks it.
    #[arg(long, value_name = "FOLDER_OR_NAME", default_value = DEFAULT_ENCODER)]
    encoder: String,
    /// Passes over the calls' outcomes at most; 0 leaves the encoder as it is (or as other phases leave it), which is much
    /// faster. By default what the recipe says (2 where it fine-tunes) in `train`; 0 in `evaluate`, which would fine-tune
    /// anew for every fold.
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Upper layers of the encoder that learn, at most as many as it has; the others stay as they are.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().trainable_layers)]
    layers: usize,
    /// Peak learning rate of these layers.
    #[arg(long, value_name = "RATE", default_value_t = TrainingConfig::default().learning_rate)]
    learning_rate: f64,
    /// Calls in a step at most.
    #[arg(long, value_name = "N", default_value_t = Shuffled::default().calls)]
    batch: usize,
    /// Tokens in a step at most, unless one call alone has more: memory grows with them.
    #[arg(long, value_name = "N", default_value_t = Shuffled::default().tokens)]
    batch_tokens: usize,
    /// Weight of the contrastive loss, from 0 to 1; the rest is the outcome's.
    #[arg(long, value_name = "SHARE", default_value_t = CONTRASTIVE_WEIGHT, value_parser = weight)]
    contrastive_weight: f64,
    /// Share of the calls that a step sees cut behind a random turn, so that early predictions are honest too.
    #[arg(long, value_name = "SHARE", default_value_t = TrainingConfig::default().cut_share)]
    cut_share: f64,
    /// JSON file with a `loss`, a `sampler` or both, in place of the three options above, such as
    /// `{"loss": {"type": "BatchHardTriplet"}, "sampler": {"type": "LabelGroups"}}`. Also `adaptation` (what is said next),
    /// `distillation`
    /// (what the words know), `contrast` (pairs of calls, before the outcomes, or instead of them with `--epochs 0`), `lora` and `head_start`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["batch", "batch_tokens", "contrastive_weight"])]
    recipe: Option<PathBuf>,
    /// Encoders, of five, that are fine-tuned only to calibrate on calls they have not seen; each costs as much as the model.
    /// By default as many as it takes for 150 such calls: one from 750 calls on.
    #[arg(long, value_name = "N")]
    tuned_folds: Option<usize>,
    /// Shares of each call that the predictor's parts learn from.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_values_t = TrainingConfig::default().prefixes, value_parser = share)]
    learn_prefixes: Vec<f64>,
    /// Shares after which the predictor is asked besides, about calls that it has not seen, to weigh its parts and to calibrate
    /// live answers: early ones are honest only if early ones were among them.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_values_t = TrainingConfig::default().calibration_prefixes, value_parser = share)]
    calibration_prefixes: Vec<f64>,
    /// Tokens of a moment, the piece of a call that is embedded and found again. What the encoder records, else 128.
    #[arg(long, value_name = "N")]
    moment_tokens: Option<usize>,
    /// Passes over what is said next, before the outcomes: the encoder learns how your trade talks; in `train` from calls
    /// without an outcome too. What the recipe says, else 0.
    #[arg(long, value_name = "N")]
    adapt_epochs: Option<usize>,
    /// Passes in which each turn learns to say what its words say of the outcome, before the outcomes; 4 did best with all
    /// `--layers`, then `--learning-rate 2e-5`. What the recipe says, else 0.
    #[arg(long, value_name = "N")]
    distil_epochs: Option<usize>,
    /// Learn low-rank updates of this rank in place of the layers' whole matrices (Hu et al. 2021); 0 for whole ones. They take a
    /// `--learning-rate` some ten times as large. What the recipe says, else 0.
    #[arg(long, value_name = "R")]
    lora_rank: Option<usize>,
    /// Whether the words of finished calls are learnt from each sentence by itself, too: where that says more of accounts
    /// not learnt from, always, or never. It takes 100 accounts.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    sentences: Sentences,
    /// What is learnt. `auto` counts the labelled calls and says what it chose and why; `--epochs` and `--recipe` win
    /// over its choice, and in `evaluate` it fine-tunes nothing.
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    recipe_kind: RecipeKind,
}

/// A share of a call's turns: above 0 and up to 1.
///
/// # Errors
///
/// A sentence for the person who typed something else.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.trim().parse().map_err(|_| "not a number".to_owned())?;
    if share > 0.0 && share <= 1.0 {
        Ok(share)
    } else {
        Err("expected a share above 0 and up to 1".to_owned())
    }
}

/// A weight from 0 to 1.
///
/// # Errors
///
/// A sentence for the person who typed something else.
fn weight(text: &str) -> Result<f64, String> {
    let weight: f64 = text.trim().parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&weight) {
        Ok(weight)
    } else {
        Err("expected a weight from 0 to 1".to_owned())
    }
}

impl TrainingArgs {
    fn sampler(&self) -> SamplerConfig {
        SamplerConfig::Shuffled(Shuffled {
            calls: self.batch,
            tokens: self.batch_tokens,
            ..Shuffled::default()
        })
    }

    /// The outcome's loss, and the contrastive one where it weighs something.
    fn loss(&self) -> LossConfig {
        let term = |weight, loss| MixtureTerm { weight, loss };
        let outcome = LossConfig::BinaryCrossEntropy(BinaryCrossEntropy {});
        if self.contrastive_weight == 0.0 {
            return outcome;
        }
        LossConfig::Mixture(Mixture {
            terms: vec![
                term(1.0 - self.contrastive_weight, outcome),
                term(
                    self.contrastive_weight,
                    LossConfig::SupCon(SupCon::default()),
                ),
            ],
        })
    }

    /// The recipe's, for as many epochs as typed; none for 0.
    fn adaptation(&self, recipe: Option<Adaptation>) -> Option<Adaptation> {
        match self.adapt_epochs {
            None => recipe,
            Some(0) => None,
            Some(epochs) => Some(Adaptation {
                epochs,
                ..recipe.unwrap_or_default()
            }),
        }
    }

    /// The recipe's, for as many epochs as typed; none for 0.
    fn distillation(&self, recipe: Option<Distillation>) -> Option<Distillation> {
        match self.distil_epochs {
            None => recipe,
            Some(0) => None,
            Some(epochs) => Some(Distillation {
                epochs,
                ..recipe.unwrap_or_default()
            }),
        }
    }

    /// The recipe's, of the rank that was typed; none for 0.
    fn lora(&self, recipe: Option<Lora>) -> Option<Lora> {
        match self.lora_rank {
            None => recipe,
            Some(0) => None,
            Some(rank) => Some(Lora {
                rank,
                ..recipe.unwrap_or_default()
            }),
        }
    }

    /// The checked settings; `epochs` are those of a user who names none.
    ///
    /// # Errors
    ///
    /// Which setting is outside its range.
    pub(crate) fn config(&self, epochs: usize) -> Result<TrainingConfig, Failure> {
        self.asked().check()?;
        let recipe = match &self.recipe {
            Some(path) => recipe::read(path)?,
            None => Recipe::default(),
        };
        let default = TrainingConfig::default();
        let config = TrainingConfig {
            seed: self.seed,
            epochs: self.epochs.unwrap_or(epochs),
            trainable_layers: self.layers,
            learning_rate: self.learning_rate,
            sampler: recipe.sampler.unwrap_or_else(|| self.sampler()),
            loss: recipe.loss.unwrap_or_else(|| self.loss()),
            cut_share: self.cut_share,
            tuned_folds: self.tuned_folds.unwrap_or(default.tuned_folds),
            least_unseen: self.tuned_folds.map_or(default.least_unseen, |_| 0),
            enough_unseen: self
                .tuned_folds
                .map_or(default.enough_unseen, |_| usize::MAX),
            prefixes: self.learn_prefixes.clone(),
            calibration_prefixes: self.calibration_prefixes.clone(),
            adaptation: self.adaptation(recipe.adaptation),
            distillation: self.distillation(recipe.distillation),
            contrast: recipe.contrast,
            lora: self.lora(recipe.lora),
            head_start: recipe.head_start.unwrap_or_default(),
            sentences: self.sentences.into(),
            ..default
        };
        config.check()?;
        Ok(config)
    }

    /// What was typed of how to learn.
    pub(crate) const fn asked(&self) -> Asked {
        Asked {
            kind: self.recipe_kind,
            epochs: self.epochs,
            file: self.recipe.is_some(),
            adapts: matches!(self.adapt_epochs, Some(1..)),
            distils: matches!(self.distil_epochs, Some(1..)),
        }
    }

    /// The seed.
    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// The encoder to start from.
    ///
    /// # Errors
    ///
    /// Why it can't be had or opened, or that it has fewer layers than are to learn.
    pub(crate) fn open_encoder(
        &self,
        context: &Context,
        progress: &Progress,
        inference: &EncoderOptions,
    ) -> Result<Encoder, Failure> {
        let options = EncoderOptions {
            moment_tokens: self.moment_tokens,
            ..inference.clone()
        };
        let encoder = pretrained::open(&self.encoder, &options, context, progress)?;
        let layers = TrainingConfig {
            trainable_layers: self.layers,
            ..TrainingConfig::default()
        };
        layers.check_encoder(&encoder)?;
        Ok(encoder)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Typed {
        #[command(flatten)]
        training: TrainingArgs,
    }

    fn config(arguments: &[&str]) -> TrainingConfig {
        let typed = Typed::try_parse_from([&["upturn"], arguments].concat()).unwrap();
        typed.training.config(2).unwrap()
    }

    #[test]
    fn what_is_typed_goes_before_the_recipe_and_the_recipe_before_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recipe.json");
        let text =
            r#"{"adaptation": {"epochs": 3, "tokens": 500}, "lora": {"rank": 4, "alpha": 2}}"#;
        fs_err::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let default = config(&[]);
        assert_eq!((default.adaptation, default.lora), (None, None));
        let of = |more: &[&str]| {
            let config = config(&[&["--recipe", path], more].concat());
            let adaptation = config.adaptation.map(|it| (it.epochs, it.tokens));
            (adaptation, config.lora.map(|it| (it.rank, it.alpha)))
        };
        assert_eq!(of(&[]), (Some((3, 500)), Some((4, 2.0))));
        let typed = ["--adapt-epochs", "1", "--lora-rank", "16"];
        assert_eq!(of(&typed), (Some((1, 500)), Some((16, 2.0))));
        let distils = |typed: &[&str]| config(typed).distillation.map(|it| it.epochs);
        assert_eq!(distils(&["--distil-epochs", "3"]), Some(3));
        assert_eq!(
            (distils(&["--distil-epochs", "0"]), distils(&[])),
            (None, None)
        );
        let none = ["--adapt-epochs", "0", "--lora-rank", "0"];
        assert_eq!(of(&none), (None, None));
        let alone = config(&typed);
        assert_eq!(
            alone.adaptation.unwrap().tokens,
            Adaptation::default().tokens
        );
        let lora = Lora {
            rank: 16,
            ..Lora::default()
        };
        assert_eq!(alone.lora, Some(lora));
    }

    #[test]
    fn a_share_is_above_0_and_at_most_1() {
        assert_eq!(share(" 0.75"), Ok(0.75));
        for bad in ["0", "1.01", "-1", "nan", "half"] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }
}
