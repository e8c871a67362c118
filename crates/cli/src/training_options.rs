//! How to train, as typed: [`TrainingArgs`].

mod layers;

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
use crate::recipe_kind::{Asked, Reach, RecipeKind};
use crate::sentences::Sentences;
use layers::Layers;

/// The pre-trained encoder unless another is named.
pub(crate) const DEFAULT_ENCODER: &str = "all-MiniLM-L6-v2";

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
    /// Passes over the calls' outcomes at most, by the recipe that the labels bear (see `--recipe-kind`); 0 leaves the encoder
    /// as it is (or as other phases leave it), which is much faster. By default what the recipe says (2 where it fine-tunes)
    /// in `train`; 0 in `evaluate`, which would fine-tune anew for every fold.
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Upper layers of the encoder that learn, at most as many as it has; the others stay as they are. `all` for all of them
    /// and the word vectors. 1 by default.
    #[arg(long, value_name = "N")]
    layers: Option<Layers>,
    /// Peak learning rate of these layers. 0.00005 by default.
    #[arg(long, value_name = "RATE")]
    learning_rate: Option<f64>,
    /// Calls in a step at most.
    #[arg(long, value_name = "N", default_value_t = Shuffled::default().calls)]
    batch: usize,
    /// Tokens in a step at most, unless one call alone has more: memory grows with them.
    #[arg(long, value_name = "N", default_value_t = Shuffled::default().tokens)]
    batch_tokens: usize,
    /// Weight of the contrastive loss, from 0 to 1; the rest is the outcome's. 0.1 by default.
    #[arg(long, value_name = "SHARE", value_parser = weight)]
    contrastive_weight: Option<f64>,
    /// Share of the calls that a step sees cut behind a random turn, so that early predictions are honest too. 0.5 by default.
    #[arg(long, value_name = "SHARE")]
    cut_share: Option<f64>,
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
    /// Passes in which each turn learns to say what its words say of the outcome, before the outcomes; see
    /// `--recipe-kind distilled`. What the recipe says, else 0.
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
    /// What is learnt. `auto` counts the labelled calls and says what it chose and why; `--recipe` and phases win over its
    /// choice, and in `evaluate` it fine-tunes nothing without `--epochs`.
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

/// The outcome's loss, and the contrastive one where it weighs something.
fn loss(contrastive: f64) -> LossConfig {
    let term = |weight, loss| MixtureTerm { weight, loss };
    let outcome = LossConfig::BinaryCrossEntropy(BinaryCrossEntropy {});
    if contrastive == 0.0 {
        return outcome;
    }
    LossConfig::Mixture(Mixture {
        terms: vec![
            term(1.0 - contrastive, outcome),
            term(contrastive, LossConfig::SupCon(SupCon::default())),
        ],
    })
}

impl TrainingArgs {
    fn sampler(&self) -> SamplerConfig {
        SamplerConfig::Shuffled(Shuffled {
            calls: self.batch,
            tokens: self.batch_tokens,
            ..Shuffled::default()
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

    /// What is not typed: the settings of the kind that was named, else the default ones with `epochs`.
    fn untyped(&self, epochs: usize) -> TrainingConfig {
        if self.recipe_kind == RecipeKind::Distilled {
            return TrainingConfig::distilled();
        }
        TrainingConfig {
            epochs,
            ..TrainingConfig::default()
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
        let default = self.untyped(epochs);
        let config = TrainingConfig {
            seed: self.seed,
            epochs: self.epochs.unwrap_or(default.epochs),
            learning_rate: self.learning_rate.unwrap_or(default.learning_rate),
            sampler: recipe.sampler.unwrap_or_else(|| self.sampler()),
            loss: (self.contrastive_weight.map(loss).or(recipe.loss)).unwrap_or(default.loss),
            cut_share: self.cut_share.unwrap_or(default.cut_share),
            tuned_folds: self.tuned_folds.unwrap_or(default.tuned_folds),
            least_unseen: self.tuned_folds.map_or(default.least_unseen, |_| 0),
            enough_unseen: self
                .tuned_folds
                .map_or(default.enough_unseen, |_| usize::MAX),
            prefixes: self.learn_prefixes.clone(),
            calibration_prefixes: self.calibration_prefixes.clone(),
            adaptation: self.adaptation(recipe.adaptation),
            distillation: self.distillation(recipe.distillation.or(default.distillation)),
            contrast: recipe.contrast,
            lora: self.lora(recipe.lora),
            head_start: recipe.head_start.unwrap_or_default(),
            sentences: self.sentences.into(),
            ..default
        };
        let config = self
            .layers
            .map_or(config.clone(), |layers| layers.of(config));
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
            distils: self.distils(),
            reach: Reach::Settings,
        }
    }

    const fn distils(&self) -> bool {
        match self.distil_epochs {
            Some(epochs) => epochs > 0,
            None => matches!(self.recipe_kind, RecipeKind::Distilled),
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
        let default = TrainingConfig::default();
        let layers = self.layers.map(|layers| layers.of(default));
        layers.map_or(Ok(()), |layers| layers.check_encoder(&encoder))?;
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
    fn the_distilled_recipe_is_its_options_spelled_out_and_each_that_is_typed_wins() {
        let named = config(&["--recipe-kind", "distilled"]);
        let options = "--layers all --distil-epochs 4 --epochs 3 --learning-rate 2e-5 --contrastive-weight 0 --cut-share 0";
        let options: Vec<&str> = options.split(' ').collect();
        let spelled = config(&options);
        assert_eq!(named, spelled);
        assert_eq!(
            (named.epochs, named.all_layers, named.cut_share),
            (3, true, 0.0)
        );
        assert_eq!(named.distillation, Some(Distillation::default()));
        let of = |more: &[&str]| config(&[&["--recipe-kind", "distilled"], more].concat());
        for at in (0..options.len()).step_by(2) {
            let mut other = options.clone();
            other[at + 1] = ["2", "1", "5", "1e-4", "0.5", "0.25"][at / 2];
            let typed = of(&other[at..at + 2]);
            assert_eq!(typed, config(&other), "{}", other[at]);
            assert_ne!(typed, named, "{}", other[at]);
        }
        assert_eq!(of(&["--distil-epochs", "0"]).distillation, None);
    }

    #[test]
    fn what_is_not_typed_is_the_default() {
        let default = TrainingConfig::default();
        assert_eq!(config(&[]), default);
        let spelled = "--layers 1 --learning-rate 0.00005 --contrastive-weight 0.1 --cut-share 0.5";
        assert_eq!(config(&spelled.split(' ').collect::<Vec<_>>()), default);
    }

    #[test]
    fn a_share_is_above_0_and_at_most_1() {
        assert_eq!(share(" 0.75"), Ok(0.75));
        for bad in ["0", "1.01", "-1", "nan", "half"] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }
}
