//! Why an encoder could not be opened, run or saved: [`EncoderError`].

use std::path::PathBuf;

use upturn_core::{Cause, Diagnostic, EmbeddingsError, ErrorKind};

/// What went wrong, and with which file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncoderError {
    /// A file that every encoder has is not there.
    #[error("`{}` has no `{file}`", folder.display())]
    MissingFile {
        /// The model folder.
        folder: PathBuf,
        /// What is missing in it.
        file: &'static str,
    },
    /// A file could not be read or written; the source names it.
    #[error("a model file could not be read or written")]
    Io(#[from] std::io::Error),
    /// A JSON file is not what it should be.
    #[error("`{}` is not the JSON expected there", path.display())]
    Json {
        /// Which file.
        path: PathBuf,
        /// Where it departs.
        #[source]
        source: serde_json::Error,
    },
    /// The tokenizer could not be built or applied.
    #[error("`{}` is no usable tokenizer", path.display())]
    Tokenizer {
        /// Which file.
        path: PathBuf,
        /// What the library says.
        #[source]
        source: tokenizers::Error,
    },
    /// The weights are truncated or no safetensors at all.
    #[error("`{}` is truncated or no safetensors file", path.display())]
    Weights {
        /// Which file.
        path: PathBuf,
        /// Where it breaks off.
        #[source]
        source: safetensors::SafeTensorError,
    },
    /// The configuration names something this encoder does not compute.
    #[error("`config.json` asks for `{setting}` = `{got}`, this encoder knows {known}")]
    Unsupported {
        /// Which setting.
        setting: &'static str,
        /// Its value.
        got: String,
        /// What would do.
        known: &'static str,
    },
    /// `config.json` promises a tensor that the weights do not hold.
    #[error("`model.safetensors` has no tensor `{tensor}`, which `config.json` asks for")]
    MissingTensor {
        /// Its name.
        tensor: String,
    },
    /// A tensor of another shape than `config.json` says.
    #[error("tensor `{tensor}` has shape {got:?}, `config.json` expects {expected:?}")]
    Shape {
        /// Its name.
        tensor: String,
        /// From the configuration.
        expected: Vec<usize>,
        /// In the file.
        got: Vec<usize>,
    },
    /// The tokenizer knows words for which there is no vector.
    #[error("`tokenizer.json` has {tokenizer} words, `config.json` {config}")]
    Vocabulary {
        /// In the tokenizer.
        tokenizer: usize,
        /// In the configuration.
        config: usize,
    },
    /// A file was changed after the model was saved.
    #[error("`{file}` is not the file that `fingerprint.json` was made for")]
    Changed {
        /// Which file.
        file: String,
    },
    /// The model was saved by an upturn that gives moments other vectors.
    #[error("`{}` was trained when the vectors of moments were made otherwise", folder.display())]
    OtherMoments {
        /// The model folder.
        folder: PathBuf,
    },
    /// The window leaves no room for a word between the marks.
    #[error("a window of {got} tokens is outside {least} to {most}")]
    Window {
        /// Smallest.
        least: usize,
        /// Largest: the positions the encoder knows.
        most: usize,
        /// Asked for.
        got: usize,
    },
    /// A tensor operation failed.
    #[error("a tensor operation failed")]
    Tensor(#[from] candle_core::Error),
    /// A vector without direction came out.
    #[error("the encoder gave no usable vector")]
    Embedding(#[from] upturn_core::EmbeddingError),
}

impl Diagnostic for EncoderError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::MissingFile { .. } => ErrorKind::NotFound,
            Self::Json { .. }
            | Self::Tokenizer { .. }
            | Self::Weights { .. }
            | Self::Unsupported { .. }
            | Self::MissingTensor { .. }
            | Self::Shape { .. }
            | Self::Vocabulary { .. }
            | Self::Changed { .. }
            | Self::OtherMoments { .. }
            | Self::Window { .. } => ErrorKind::InvalidInput,
            Self::Io(_) | Self::Tensor(_) | Self::Embedding(_) => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::MissingFile { .. } | Self::Weights { .. } => {
                Some("`upturn model pull all-MiniLM-L6-v2` fetches a whole one; a trained one comes from `upturn train`".to_owned())
            }
            Self::Unsupported { .. } => Some("folders of BERT, RoBERTa, XLM-RoBERTa, CamemBERT and DistilBERT work, such as all-MiniLM-L6-v2".to_owned()),
            Self::MissingTensor { .. } | Self::Shape { .. } | Self::Vocabulary { .. } => {
                Some("the folder mixes files of two models: copy all of them from one".to_owned())
            }
            Self::Changed { .. } => Some("train or copy the model again; a model folder is never edited by hand".to_owned()),
            Self::OtherMoments { .. } => Some("train it again, and `upturn index --rebuild` its collection".to_owned()),
            Self::Io(_) | Self::Json { .. } | Self::Tokenizer { .. } | Self::Window { .. } | Self::Tensor(_) | Self::Embedding(_) => None,
        }
    }
}

impl From<EncoderError> for EmbeddingsError {
    fn from(error: EncoderError) -> Self {
        Self::Backend(Cause::new(error))
    }
}
