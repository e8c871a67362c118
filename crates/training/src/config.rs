//! How to train: [`TrainingConfig`].

use serde::{Deserialize, Serialize};
use upturn_encoder::Encoder;
use upturn_predict::PredictorConfig;

use crate::loss::LossConfig;
use crate::sampler::SamplerConfig;
use crate::{
    Adaptation, Contrast, Distillation, HeadStart, Lora, RecipeChoice, TrainingError, WhenSentences,
};

/// Settings of a training run. With equal data, machine and settings, two runs on the CPU give the same bits; on a GPU they
/// differ by rounding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// Passes over the training calls' outcomes at most; 0 leaves the encoder as the phases before leave it. 2 by default.
    pub epochs: usize,
    /// Upper transformer layers that are trained; those below stay frozen, and so do the word vectors unless all layers
    /// are trained. At most as many as there are ([`check_encoder`](Self::check_encoder)). 1 by default.
    pub trainable_layers: usize,
    /// Whether all layers are trained, however many the encoder has, and `trainable_layers` says nothing until
    /// [`for_encoder`](Self::for_encoder) counts them. False by default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_layers: bool,
    /// Peak learning rate of the encoder and the retrieval projection, in phases too that name none. 5e-5 by default.
    pub learning_rate: f64,
    /// Peak learning rate of the head. 1e-3 by default.
    pub head_learning_rate: f64,
    /// Decoupled weight decay of matrices; biases and norms have none. 0.01 by default.
    pub weight_decay: f64,
    /// Share of the steps in which the learning rate rises from 0. 0.1 by default.
    pub warm_up: f64,
    /// Largest norm of all gradients together. 1.0 by default.
    pub max_gradient_norm: f64,
    /// Which calls a step sees. What a step keeps in memory grows with its tokens, by some 15 kB a token and trained
    /// layer at 384 dimensions. Every call in random order, 16 calls and 16,384 tokens at most, by default.
    pub sampler: SamplerConfig,
    /// What a step makes small. `0.9 BinaryCrossEntropy + 0.1 SupCon` by default.
    pub loss: LossConfig,
    /// Share of the calls that a step sees cut behind a random turn, so that early predictions are honest too. 0.5 by
    /// default.
    pub cut_share: f64,
    /// Epochs without a better validation loss after which training stops. 2 by default.
    pub patience: usize,
    /// Parts into which the calls are cut for cross-fitting, by group. 5 by default.
    pub folds: usize,
    /// How many of these parts are predicted by an encoder fine-tuned on the others; at most `folds`. A frozen encoder
    /// costs nothing to cross-fit, so then all are. 1 by default.
    pub tuned_folds: usize,
    /// Calls that such encoders should predict together: as many parts more than [`tuned_folds`](Self::tuned_folds) as it
    /// takes, if there are so many. Blend and calibration are fitted on them, and forty calls can make either say nothing
    /// but the base rate. 150 by default.
    #[serde(default)]
    pub least_unseen: usize,
    /// Calls that are enough to fit blend and calibration on, a handful of numbers: no more parts are predicted by what was
    /// fitted on the others than it takes for so many calls, and no more calls of a part are asked about. 10,000 by default:
    /// with fewer calls every part is, and from 50,000 calls on one part is.
    #[serde(default = "enough_unseen")]
    pub enough_unseen: usize,
    /// Fractions of each call that the parts of live calls are learnt from; those of finished calls are learnt from whole
    /// calls only. 0.5, 0.75 and 1 by default.
    pub prefixes: Vec<f64>,
    /// Fractions after which these parts are asked about calls that they have not seen, besides [`prefixes`](Self::prefixes):
    /// blend and calibration of live calls are fitted to the answers, so that the first turns' predictions are honest, too.
    /// Unused where only whole calls are learnt from. 0.1, 0.3 and 0.9 by default; none in settings that were kept without them.
    #[serde(default)]
    pub calibration_prefixes: Vec<f64>,
    /// Seed of everything random. 0 by default.
    pub seed: u64,
    /// The predictor's own settings; [`PredictorConfig::sentences_c`] is decided by [`sentences`](Self::sentences).
    pub predictor: PredictorConfig,
    /// Whether the words of finished calls are learnt from single sentences besides. Where they say more by default.
    #[serde(default)]
    pub sentences: WhenSentences,
    /// Epochs on what is said next, before all others. None by default.
    #[serde(default)]
    pub adaptation: Option<Adaptation>,
    /// Epochs on what the words say of each turn, behind those on what is said next. None by default.
    #[serde(default)]
    pub distillation: Option<Distillation>,
    /// Epochs on pairs of calls, before those of [`epochs`](Self::epochs). None by default.
    #[serde(default)]
    pub contrast: Option<Contrast>,
    /// Low-rank updates in place of whole tensors of the layers that learn. None by default.
    #[serde(default)]
    pub lora: Option<Lora>,
    /// Where the head begins. With a logistic regression by default.
    #[serde(default)]
    pub head_start: HeadStart,
    /// Which recipe these settings are of, and why; see [`RecipeChoice::settings`]. It is a note: the settings decide.
    /// None by default: the caller made them.
    #[serde(default)]
    pub recipe: Option<RecipeChoice>,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 2,
            trainable_layers: 1,
            all_layers: false,
            learning_rate: 5e-5,
            head_learning_rate: 1e-3,
            weight_decay: 0.01,
            warm_up: 0.1,
            max_gradient_norm: 1.0,
            sampler: SamplerConfig::default(),
            loss: LossConfig::default(),
            cut_share: 0.5,
            patience: 2,
            folds: 5,
            tuned_folds: 1,
            least_unseen: 150,
            enough_unseen: enough_unseen(),
            prefixes: vec![0.5, 0.75, 1.0],
            calibration_prefixes: vec![0.1, 0.3, 0.9],
            seed: 0,
            predictor: PredictorConfig::default(),
            sentences: WhenSentences::default(),
            adaptation: None,
            distillation: None,
            contrast: None,
            lora: None,
            head_start: HeadStart::default(),
            recipe: None,
        }
    }
}

const fn enough_unseen() -> usize {
    10_000
}

/// The bound of a setting, and what to say where it is broken.
type Bound = (bool, &'static str);

/// [`TrainingError::Setting`] unless a number is above 0 and finite.
pub(crate) fn positive(setting: &'static str, got: f64) -> Result<(), TrainingError> {
    let (kept, expected) = above_zero(got);
    if kept && got.is_finite() {
        return Ok(());
    }
    Err(TrainingError::Setting {
        setting,
        got,
        expected,
    })
}

fn above_zero(value: f64) -> Bound {
    (value > 0.0, "a number above 0")
}

fn share(value: f64) -> Bound {
    ((0.0..=1.0).contains(&value), "a share from 0 to 1")
}

fn at_least(value: usize, least: usize, sentence: &'static str) -> Bound {
    (value >= least, sentence)
}

impl TrainingConfig {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Setting`] for the first that is outside its range, and what the predictor's settings give.
    pub fn check(&self) -> Result<(), TrainingError> {
        for (setting, got, (kept, expected)) in self.bounds() {
            if !kept || !got.is_finite() {
                return Err(TrainingError::Setting {
                    setting,
                    got,
                    expected,
                });
            }
        }
        if self.is_for_few_labels() && self.epochs > 0 {
            return Err(TrainingError::Setting {
                setting: "epochs",
                got: self.epochs as f64,
                expected: "0 where `predictor.shrinkage` is set, because so few calls teach an encoder nothing",
            });
        }
        self.sampler.check()?;
        self.loss.check()?;
        self.check_phases()?;
        Ok(self.predictor.validate()?)
    }

    /// Checks that so many layers are there to be trained.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Layers`] if they are not.
    pub fn check_encoder(&self, encoder: &Encoder) -> Result<(), TrainingError> {
        let (asked, has) = (self.trainable_layers, encoder.config().layers);
        if asked <= has || self.all_layers {
            return Ok(());
        }
        Err(TrainingError::Layers {
            asked,
            encoder: encoder.origin().name,
            has,
        })
    }

    /// The same settings with the layers of this encoder counted.
    #[must_use]
    pub fn for_encoder(self, encoder: &Encoder) -> Self {
        if !self.all_layers {
            return self;
        }
        Self {
            trainable_layers: encoder.config().layers,
            all_layers: false,
            ..self
        }
    }

    fn check_phases(&self) -> Result<(), TrainingError> {
        if let Some(adaptation) = &self.adaptation {
            adaptation.check()?;
        }
        if let Some(distillation) = &self.distillation {
            distillation.check()?;
        }
        if let Some(contrast) = &self.contrast {
            contrast.check()?;
        }
        self.lora.iter().try_for_each(Lora::check)
    }

    /// The adaptation, if it does anything.
    pub(crate) fn adapts(&self) -> Option<&Adaptation> {
        self.adaptation
            .as_ref()
            .filter(|adaptation| adaptation.epochs > 0)
    }

    /// The words' phase, if it does anything.
    pub(crate) fn distils(&self) -> Option<&Distillation> {
        self.distillation
            .as_ref()
            .filter(|distillation| distillation.epochs > 0)
    }

    /// The pairs' phase, if it does anything.
    pub(crate) fn contrasts(&self) -> Option<&Contrast> {
        self.contrast
            .as_ref()
            .filter(|contrast| contrast.epochs > 0)
    }

    /// Whether the encoder learns anything at all, in whichever phase.
    pub fn tunes(&self) -> bool {
        self.epochs > 0 || self.has_phases()
    }

    /// Whether the encoder learns something before the outcomes, or instead of them.
    pub fn has_phases(&self) -> bool {
        let words_or_turns = self.adapts().is_some() || self.distils().is_some();
        words_or_turns || self.contrasts().is_some()
    }

    /// The same settings for an encoder that stays as it is.
    #[must_use]
    pub fn frozen(self) -> Self {
        Self {
            epochs: 0,
            adaptation: None,
            distillation: None,
            contrast: None,
            ..self
        }
    }

    /// Whether nothing but the base rate and a share of the neighbours' vote is learnt.
    pub(crate) const fn is_for_few_labels(&self) -> bool {
        self.predictor.shrinkage.is_some()
    }

    fn bounds(&self) -> [(&'static str, f64, Bound); 9] {
        let number = |name, value, bound: fn(f64) -> Bound| (name, value, bound(value));
        let count = |name, value: usize, least, sentence| {
            (name, value as f64, at_least(value, least, sentence))
        };
        [
            count("trainable_layers", self.trainable_layers, 1, "at least 1"),
            number("learning_rate", self.learning_rate, above_zero),
            number("head_learning_rate", self.head_learning_rate, above_zero),
            number("weight_decay", self.weight_decay, |value| {
                (value >= 0.0, "0 or more")
            }),
            number("warm_up", self.warm_up, share),
            number("max_gradient_norm", self.max_gradient_norm, above_zero),
            number("cut_share", self.cut_share, share),
            count("folds", self.folds, 2, "at least 2"),
            count("enough_unseen", self.enough_unseen, 1, "at least 1"),
        ]
    }
}

#[cfg(test)]
mod tests;
