//! From calls to a model in one step: [`Model::learn`].

use std::path::Path;
use std::sync::Arc;

use upturn_core::Conversation;
use upturn_encoder::Encoder;
use upturn_training::{
    CachedMoments, Labels, Recipe, RecipeChoice, Silent, Trainer, TrainingConfig, publish,
};
use upturn_vectorstore_memory::MemoryStore;

use crate::{Model, ModelError};

impl Model {
    /// Fits a predictor to calls whose outcome is known, over an encoder that stays as it is, writes both to `folder`, and opens it.
    ///
    /// As `upturn train --epochs 0` with every other setting at its default: all parts from [`FEW_LABELS`] labelled calls on
    /// if there are enough of each outcome, else the base rate and the nearest calls. Calls without an outcome are left out.
    /// Whoever wants to fine-tune, to watch or to go on after a crash takes [`Trainer`].
    ///
    /// [`FEW_LABELS`]: upturn_training::FEW_LABELS
    ///
    /// # Errors
    ///
    /// [`ModelError::Training`] if there are too few calls or `folder` holds something else than a model, and as
    /// [`open`](Self::open).
    pub fn learn(
        encoder: Encoder,
        calls: &[Conversation],
        folder: impl AsRef<Path>,
    ) -> Result<Self, ModelError> {
        let calls: Vec<&Conversation> = calls.iter().collect();
        let config = frozen(Labels::of(&calls));
        let trainer = Trainer {
            config: &config,
            encoder: &CachedMoments::new(encoder),
            stores: &|dimension, encoder| {
                Ok(Arc::new(MemoryStore::new(dimension, encoder.clone())))
            },
            monitor: &Silent,
            checkpoints: None,
        };
        publish(&trainer.fit(&calls)?, &config, folder.as_ref())?;
        Self::open(folder)
    }
}

/// What so many labels bear, but for fine-tuning.
fn frozen(labels: Labels) -> TrainingConfig {
    let choice = RecipeChoice::for_labels(labels);
    let choice = if choice.recipe.fine_tunes() {
        RecipeChoice::asked(Recipe::Frozen, labels)
    } else {
        choice
    };
    choice.settings(TrainingConfig::default())
}
