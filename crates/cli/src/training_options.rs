//! How to train, as typed: [`TrainingArgs`].

use clap::Args;
use upturn::encoder::{Encoder, EncoderOptions};
use upturn::training::TrainingConfig;

use crate::context::Context;
use crate::failure::Failure;
use crate::pretrained;
use crate::progress::Progress;

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
    /// Passes over the calls at most; 0 leaves the encoder as it is, which is much faster. 2 by default in `train`; 0 in
    /// `evaluate`, which would fine-tune anew for every fold.
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Upper layers of the encoder that learn; the others stay as they are.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().trainable_layers)]
    layers: usize,
    /// Peak learning rate of these layers.
    #[arg(long, value_name = "RATE", default_value_t = TrainingConfig::default().learning_rate)]
    learning_rate: f64,
    /// Calls in a step at most.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().batch)]
    batch: usize,
    /// Tokens in a step at most, unless one call alone has more: memory grows with them.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().batch_tokens)]
    batch_tokens: usize,
    /// Weight of the contrastive loss, from 0 to 1; the rest is the outcome's.
    #[arg(long, value_name = "SHARE", default_value_t = TrainingConfig::default().contrastive_weight)]
    contrastive_weight: f64,
    /// Encoders that are fine-tuned only to calibrate on calls they have not seen; each costs as much as the model.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().tuned_folds)]
    tuned_folds: usize,
    /// Shares of each call that the predictor learns from, so that early predictions are honest too.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_values_t = TrainingConfig::default().prefixes, value_parser = share)]
    learn_prefixes: Vec<f64>,
    /// Tokens of a moment, the piece of a call that is embedded and found again. What the encoder records, else 128.
    #[arg(long, value_name = "N")]
    moment_tokens: Option<usize>,
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

impl TrainingArgs {
    /// The checked settings; `epochs` are those of a user who names none.
    ///
    /// # Errors
    ///
    /// Which setting is outside its range.
    pub(crate) fn config(&self, epochs: usize) -> Result<TrainingConfig, Failure> {
        let config = TrainingConfig {
            seed: self.seed,
            epochs: self.epochs.unwrap_or(epochs),
            trainable_layers: self.layers,
            learning_rate: self.learning_rate,
            batch: self.batch,
            batch_tokens: self.batch_tokens,
            contrastive_weight: self.contrastive_weight,
            tuned_folds: self.tuned_folds,
            prefixes: self.learn_prefixes.clone(),
            ..TrainingConfig::default()
        };
        config.check()?;
        Ok(config)
    }

    /// The seed.
    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    /// The encoder to start from.
    ///
    /// # Errors
    ///
    /// Why it can't be had or opened.
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
        pretrained::open(&self.encoder, &options, context, progress)
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_above_0_and_at_most_1() {
        assert_eq!(share(" 0.75"), Ok(0.75));
        for bad in ["0", "1.01", "-1", "nan", "half"] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }
}
