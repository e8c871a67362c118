//! Why there is no model or no collection of its: [`ModelError`].

use std::path::PathBuf;

use upturn_core::{Diagnostic, EmbeddingsError, ErrorKind, Fingerprint, VectorStoreError};
use upturn_encoder::EncoderError;
use upturn_predict::PredictError;
use upturn_training::TrainingError;
#[cfg(feature = "qdrant-edge")]
use upturn_vectorstore_index::IndexError;

/// What went wrong with a model or with what it fills, and with which file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// There is no such folder.
    #[error("there is no model folder `{}`", folder.display())]
    NoFolder {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The encoder half could not be opened.
    #[error("the encoder of `{}` could not be opened", folder.display())]
    Encoder {
        /// The model folder.
        folder: PathBuf,
        /// Which file, and why.
        #[source]
        source: EncoderError,
    },
    /// There is an encoder, but no predictor beside it.
    #[error("`{}` has no `predictor.json`: it is an encoder, no trained model", folder.display())]
    NoPredictor {
        /// The folder.
        folder: PathBuf,
    },
    /// `predictor.json` can't be read.
    #[error("`predictor.json` could not be read")]
    Io(#[from] std::io::Error),
    /// `predictor.json` is truncated or of another version.
    #[error("`{}` is truncated or no predictor of this version", path.display())]
    Predictor {
        /// The file.
        path: PathBuf,
        /// Where it departs.
        #[source]
        source: serde_json::Error,
    },
    /// `predictor.json` was fitted on another encoder's vectors.
    #[error("`predictor.json` was fitted with encoder {}, the folder holds {}", expected.short(), got.short())]
    ForeignPredictor {
        /// The predictor's encoder.
        expected: Fingerprint,
        /// The folder's encoder.
        got: Fingerprint,
    },
    /// `predictor.json` was fitted on vectors of another length.
    #[error("`predictor.json` does not fit the encoder")]
    Misfit(#[from] PredictError),
    /// The collection belongs to another encoder.
    #[error("the collection does not fit the model")]
    Store(#[from] VectorStoreError),
    /// Nothing could be learnt from the calls, or not be written.
    #[error("no model could be learnt")]
    Training(#[from] TrainingError),
    /// A call that is to be indexed can't be embedded.
    #[error("the calls could not be embedded")]
    Embeddings(#[from] EmbeddingsError),
    /// The folder of the collection can't be opened or written.
    #[cfg(feature = "qdrant-edge")]
    #[error("the collection could not be opened or filled")]
    Index(#[from] IndexError),
}

impl Diagnostic for ModelError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoFolder { .. } | Self::NoPredictor { .. } => ErrorKind::NotFound,
            Self::Encoder { source, .. } => source.kind(),
            Self::Io(_) => ErrorKind::Internal,
            Self::Predictor { .. } | Self::ForeignPredictor { .. } => ErrorKind::InvalidInput,
            Self::Misfit(source) => source.kind(),
            Self::Store(source) => source.kind(),
            Self::Training(source) => source.kind(),
            Self::Embeddings(source) => source.kind(),
            #[cfg(feature = "qdrant-edge")]
            Self::Index(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoFolder { .. } | Self::NoPredictor { .. } => {
                Some("`upturn train --data PATH --out MODEL` makes one".to_owned())
            }
            Self::Encoder { source, .. } => source.hint(),
            Self::Io(_) => None,
            Self::Misfit(source) => source.hint(),
            Self::Store(source) => source.hint(),
            Self::Training(source) => source.hint(),
            Self::Embeddings(source) => source.hint(),
            #[cfg(feature = "qdrant-edge")]
            Self::Index(source) => source.hint(),
            Self::Predictor { .. } | Self::ForeignPredictor { .. } => {
                Some("train the model again; its files are never mixed or edited".to_owned())
            }
        }
    }
}
