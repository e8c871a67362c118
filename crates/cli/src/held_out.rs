//! Fit on some calls, predict others: what `evaluate` does for each fold and `demo` once.

mod baselines;
mod fitted;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use upturn::encoder::Encoder;
use upturn::predict::FittedPredictor;
use upturn::training::{
    CachedMoments, Checkpoints, Monitor, Start, TrainedModel, Trainer, TrainingConfig,
    TrainingError,
};
use upturn::vectorstore::memory::MemoryStore;
use upturn::{
    Cause, Conversation, Doubt, EncodedMoment, Fingerprint, MomentEncoder, OutcomeSet, Prediction,
    Prefix, Probability, Retriever, VectorStore, points,
};

use crate::progress::Progress;
pub(crate) use baselines::Unfitted;
pub(crate) use fitted::Fitted;

/// What is kept of a prediction: neither its parts nor its evidence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The chance that the call is won.
    pub(crate) probability: Probability,
    /// Outcomes that could not be ruled out, by rising coverage.
    pub(crate) sets: Vec<OutcomeSet>,
    /// Why it was unsure.
    pub(crate) doubts: Vec<Doubt>,
}

impl From<Prediction> for Answer {
    fn from(prediction: Prediction) -> Self {
        Self {
            probability: prediction.probability,
            sets: prediction.outcome_sets,
            doubts: prediction.doubts,
        }
    }
}

/// The probabilities alone.
pub(crate) fn probabilities(answers: Vec<Vec<Answer>>) -> Vec<Vec<Probability>> {
    let alone = |answers: Vec<Answer>| answers.iter().map(|answer| answer.probability).collect();
    answers.into_iter().map(alone).collect()
}

/// Calls that are encoded together: enough for every core. Ctrl-C is heeded in between.
pub(crate) const CHUNK: usize = 32;

/// One way of fitting, to be tried on calls that it has not seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeldOut<'a> {
    /// How to train.
    pub(crate) config: &'a TrainingConfig,
    /// The pre-trained encoder; what it says is remembered from fit to fit.
    pub(crate) encoder: &'a CachedMoments<Encoder>,
    /// Shares of the turns that are known; one probability for each.
    pub(crate) prefixes: &'a [f64],
    /// Who watches.
    pub(crate) progress: &'a Progress,
    /// Where the training keeps its checkpoints, and goes on with those that are there; none are kept without.
    pub(crate) checkpoints: Option<&'a Path>,
}

impl HeldOut<'_> {
    /// Fits on `train`, predicts `test` with neighbours out of `train` only: one probability a prefix for each call.
    ///
    /// # Errors
    ///
    /// That of the training, the encoder or the retriever.
    pub(crate) fn predict(
        &self,
        train: &[&Conversation],
        test: &[&Conversation],
    ) -> Result<Vec<Vec<Probability>>, Cause> {
        Ok(probabilities(self.fitted(train)?.answers(test)?))
    }

    /// Fits on `train`, which is all that the result looks for neighbours in.
    ///
    /// # Errors
    ///
    /// That of the training, the encoder or the collection.
    pub(crate) fn fitted(&self, train: &[&Conversation]) -> Result<Fitted<'_>, Cause> {
        let TrainedModel {
            encoder, predictor, ..
        } = self.fit(train)?;
        Fitted::new(*self, encoder, predictor, train)
    }

    /// Fits on calls.
    ///
    /// # Errors
    ///
    /// That of the training.
    pub(crate) fn fit(&self, train: &[&Conversation]) -> Result<TrainedModel, Cause> {
        let Self {
            config,
            encoder,
            prefixes: _,
            progress,
            checkpoints,
        } = *self;
        let checkpoints = checkpoints
            .map(|folder| Checkpoints::open(folder, Start::Resume))
            .transpose()
            .map_err(Cause::new)?;
        let trainer = Trainer {
            checkpoints: checkpoints.as_ref(),
            ..trainer(config, encoder, progress)
        };
        let model = trainer.fit(train);
        progress.clear();
        model.map_err(Cause::new)
    }

    /// Where another training, of this name, keeps its checkpoints beside these.
    pub(crate) fn checkpoints_of(&self, name: &str) -> Option<PathBuf> {
        self.checkpoints.map(|folder| folder.with_file_name(name))
    }

    /// A collection of calls in memory.
    ///
    /// # Errors
    ///
    /// That of the encoder or the collection.
    pub(crate) fn filled(
        &self,
        moments: &dyn MomentEncoder,
        train: &[&Conversation],
    ) -> Result<Arc<dyn VectorStore>, Cause> {
        self.progress
            .stage("indexing the training calls", train.len() as u64);
        let store = in_memory(moments.dimension(), moments.fingerprint());
        for chunk in train.chunks(CHUNK) {
            let whole: Vec<Prefix<'_>> = chunk.iter().map(|call| call.whole()).collect();
            for (call, encoded) in chunk.iter().zip(self.encode(moments, &whole)?) {
                store.upsert(&points(call, &encoded)).map_err(Cause::new)?;
            }
            self.progress.advance(chunk.len());
        }
        Ok(store)
    }

    /// Predicts `test` with what was fitted: one answer a prefix for each call.
    ///
    /// # Errors
    ///
    /// That of the encoder or the retriever.
    pub(crate) fn answers(
        &self,
        predictor: &FittedPredictor,
        moments: &dyn MomentEncoder,
        retriever: &dyn Retriever,
        test: &[&Conversation],
    ) -> Result<Vec<Vec<Answer>>, Cause> {
        self.progress.stage("predicting", test.len() as u64);
        let mut answers = Vec::with_capacity(test.len());
        for chunk in test.chunks(CHUNK) {
            let known: Vec<Prefix<'_>> = chunk.iter().flat_map(|call| self.known(call)).collect();
            let flat = self.answers_at(predictor, moments, retriever, &known)?;
            answers.extend(
                flat.chunks(self.prefixes.len().max(1))
                    .map(<[Answer]>::to_vec),
            );
            self.progress.advance(chunk.len());
        }
        Ok(answers)
    }

    /// Predicts some prefixes with what was fitted.
    fn answers_at(
        &self,
        predictor: &FittedPredictor,
        moments: &dyn MomentEncoder,
        retriever: &dyn Retriever,
        known: &[Prefix<'_>],
    ) -> Result<Vec<Answer>, Cause> {
        let encoded = self.encode(moments, known)?;
        let one = |(prefix, encoded): (&Prefix<'_>, &Vec<EncodedMoment>)| {
            let prediction =
                predictor.predict_encoded(*prefix, encoded, retriever, moments.fingerprint());
            Ok(prediction.map_err(Cause::new)?.into())
        };
        known.iter().zip(&encoded).map(one).collect()
    }

    /// What is known of a call at each of the prefixes.
    fn known<'c>(&self, call: &'c Conversation) -> Vec<Prefix<'c>> {
        self.prefixes
            .iter()
            .map(|share| Prefix::fraction(call, *share))
            .collect()
    }

    /// The moments of prefixes, unless the user wants to stop.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Stopped`] or that of the encoder.
    pub(crate) fn encode(
        &self,
        moments: &dyn MomentEncoder,
        prefixes: &[Prefix<'_>],
    ) -> Result<Vec<Vec<EncodedMoment>>, Cause> {
        if self.progress.stopped() {
            return Err(Cause::new(TrainingError::Stopped));
        }
        moments.encode(prefixes).map_err(Cause::new)
    }
}

/// Fits with neighbours in memory, without checkpoints.
pub(crate) fn trainer<'a>(
    config: &'a TrainingConfig,
    encoder: &'a CachedMoments<Encoder>,
    monitor: &'a dyn Monitor,
) -> Trainer<'a> {
    Trainer {
        config,
        encoder,
        stores: &|dimension, fingerprint| Ok(in_memory(dimension, fingerprint)),
        monitor,
        checkpoints: None,
    }
}

/// An empty collection in memory: where neighbours are looked for while fitting and evaluating.
fn in_memory(dimension: usize, fingerprint: &Fingerprint) -> Arc<dyn VectorStore> {
    Arc::new(MemoryStore::new(dimension, fingerprint.clone()))
}
