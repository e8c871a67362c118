//! Why a run gave no model: [`TrainingError`].

use std::path::{Path, PathBuf};

use upturn_core::{Diagnostic, EmbeddingsError, ErrorKind, PredictorError, VectorStoreError};
use upturn_encoder::EncoderError;
use upturn_predict::PredictError;

use crate::Divergence;
use crate::loss::LossError;
use crate::recipe::LEAST_LABELS;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// Too few calls with an outcome.
    #[error(
        "training takes at least {expected} calls of each outcome, there are {won} won and {lost} lost"
    )]
    TooFew {
        /// Least number of each.
        expected: usize,
        /// Won ones.
        won: usize,
        /// Lost ones.
        lost: usize,
    },
    /// All calls belong to so few accounts that they can't be held apart.
    #[error("the calls belong to {got} accounts, cross-fitting takes at least {expected}")]
    TooFewGroups {
        /// Least number.
        expected: usize,
        /// Accounts at hand.
        got: usize,
    },
    /// Too few accounts to weigh what sentences say by themselves.
    #[error(
        "the calls belong to {got} accounts, sentences are learnt from by themselves from {expected} on"
    )]
    FewForSentences {
        /// Least number.
        expected: usize,
        /// Accounts at hand.
        got: usize,
    },
    /// A setting that makes no sense.
    #[error("`{setting}` is {got}, expected {expected}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// Its value.
        got: f64,
        /// What would do.
        expected: &'static str,
    },
    /// More layers are to learn than there are.
    #[error("`trainable_layers` is {asked}, and the encoder `{encoder}` has {has}")]
    Layers {
        /// How many were asked for.
        asked: usize,
        /// The encoder's name.
        encoder: String,
        /// Its layers.
        has: usize,
    },
    /// The training went where nothing is learnt any more.
    #[error("{why} at step {step}{}", kept_in(kept.as_deref()))]
    Diverged {
        /// What it is seen by.
        why: Divergence,
        /// From 1, over all epochs.
        step: usize,
        /// The folder of the checkpoints, the last of them of the state before; none where none are kept.
        kept: Option<PathBuf>,
    },
    /// A new run was to begin where another one was interrupted.
    #[error("`{}` holds a training that was interrupted", path.display())]
    Interrupted {
        /// The folder of its checkpoints.
        path: PathBuf,
    },
    /// The run that was interrupted is another one.
    #[error("the training that was interrupted in `{}` has {has}", path.display())]
    OtherRun {
        /// The folder of its checkpoints.
        path: PathBuf,
        /// In what it differs: other settings, other calls, another encoder, another version of upturn.
        has: &'static str,
    },
    /// What says which run was interrupted can't be read.
    #[error("`{}` is damaged: it does not say which training was interrupted", path.display())]
    DamagedRun {
        /// The folder of its checkpoints.
        path: PathBuf,
    },
    /// The folder for checkpoints holds something else.
    #[error("`{}` exists and holds no training", path.display())]
    NoTrainingFolder {
        /// Which.
        path: PathBuf,
    },
    /// A checkpoint could not be written or removed; the ones before are untouched.
    #[error("no checkpoint could be kept in `{}`; the ones before are untouched", path.display())]
    Checkpoint {
        /// The folder of the checkpoints.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The run was asked to stop.
    #[error("training was stopped before a model was published")]
    Stopped,
    /// The folder to publish to holds something else.
    #[error("`{}` exists and is no model folder", path.display())]
    NoModelFolder {
        /// Which.
        path: PathBuf,
    },
    /// Two conversations have the same id.
    #[error("two calls have the id `{id}`")]
    DuplicateId {
        /// Which.
        id: String,
    },
    /// The encoder failed.
    #[error("the encoder failed in training")]
    Encoder(#[from] EncoderError),
    /// A call could not be encoded.
    #[error("a call could not be encoded in training")]
    Embeddings(#[from] EmbeddingsError),
    /// A tensor operation failed.
    #[error("a tensor operation failed in training")]
    Tensor(#[from] candle_core::Error),
    /// The loss could not be computed.
    #[error("the loss could not be computed")]
    Loss(#[from] LossError),
    /// The predictor could not be fitted.
    #[error("the predictor could not be fitted")]
    Predict(#[from] PredictError),
    /// The parts could not be asked.
    #[error("a held-out call could not be predicted in training")]
    Predictor(#[from] PredictorError),
    /// The temporary collection refused.
    #[error("the collection used in training failed")]
    Store(#[from] VectorStoreError),
    /// What does not fit the memory does not fit the disk either.
    #[error("`{}` can't hold what does not fit the memory", folder.display())]
    Scratch {
        /// Where the scratch file lies.
        folder: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file could not be written; what was there before is untouched.
    #[error("the model could not be written to `{}`; what was there before is untouched", path.display())]
    Io {
        /// Where it should go.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file's content could not be made.
    #[error("the model's JSON could not be made")]
    Json(#[from] serde_json::Error),
}

/// `; the state before it is kept in …`, where it is.
fn kept_in(folder: Option<&Path>) -> String {
    folder.map_or_else(String::new, |folder| {
        format!("; the state before it is kept in `{}`", folder.display())
    })
}

impl Diagnostic for TrainingError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooFew { .. }
            | Self::TooFewGroups { .. }
            | Self::FewForSentences { .. }
            | Self::Setting { .. }
            | Self::Layers { .. }
            | Self::NoModelFolder { .. }
            | Self::NoTrainingFolder { .. }
            | Self::Interrupted { .. }
            | Self::OtherRun { .. }
            | Self::DamagedRun { .. }
            | Self::DuplicateId { .. } => ErrorKind::InvalidInput,
            Self::Diverged { .. }
            | Self::Stopped
            | Self::Tensor(_)
            | Self::Io { .. }
            | Self::Scratch { .. }
            | Self::Checkpoint { .. }
            | Self::Json(_) => ErrorKind::Internal,
            Self::Encoder(source) => source.kind(),
            Self::Embeddings(source) => source.kind(),
            Self::Loss(source) => source.kind(),
            Self::Predict(source) => source.kind(),
            Self::Predictor(source) => source.kind(),
            Self::Store(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::TooFew { expected, .. } if *expected > LEAST_LABELS => Some(format!(
                "add calls with `outcome`, or try `upturn simulate`; `--recipe-kind few` takes {LEAST_LABELS} of each"
            )),
            Self::TooFew { .. } => {
                Some("add calls with `outcome`, or try `upturn simulate`".to_owned())
            }
            Self::TooFewGroups { .. } => Some(
                "check `metadata.account`: calls of one account never stand on both sides"
                    .to_owned(),
            ),
            Self::FewForSentences { .. } => Some("leave `--sentences always` out".to_owned()),
            Self::Layers { has, .. } => Some(format!("`--layers {has}` trains all of them")),
            Self::Diverged { kept: None, .. } => Some("lower the learning rate".to_owned()),
            Self::Diverged { kept: Some(_), .. } => {
                Some("begin anew with `--restart` and a smaller `--learning-rate`".to_owned())
            }
            Self::Interrupted { .. } => {
                Some("go on with `--resume`, or discard it with `--restart`".to_owned())
            }
            Self::OtherRun { .. } => Some(
                "give the same calls and options as then, or discard it with `--restart`"
                    .to_owned(),
            ),
            Self::DamagedRun { .. } => Some("discard it with `--restart`".to_owned()),
            Self::NoTrainingFolder { .. } => {
                Some("move it away, or choose another model folder".to_owned())
            }
            Self::Checkpoint { .. } => {
                Some("free some space; training goes on without it".to_owned())
            }
            Self::NoModelFolder { .. } => {
                Some("choose a new folder, or one that `upturn train` made".to_owned())
            }
            Self::Io { .. } => {
                Some("free some space or choose another folder with `--out`".to_owned())
            }
            Self::Scratch { .. } => {
                Some("free some space there, or allow more memory with `--memory`".to_owned())
            }
            Self::Setting { .. }
            | Self::Stopped
            | Self::DuplicateId { .. }
            | Self::Tensor(_)
            | Self::Json(_) => None,
            Self::Encoder(source) => source.hint(),
            Self::Embeddings(source) => source.hint(),
            Self::Loss(source) => source.hint(),
            Self::Predict(source) => source.hint(),
            Self::Predictor(source) => source.hint(),
            Self::Store(source) => source.hint(),
        }
    }
}
