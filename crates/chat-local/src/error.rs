//! Why there is no model, or no answer of it: [`LocalError`].

use std::error::Error;
use std::io;
use std::path::PathBuf;

use upturn_core::{Diagnostic, ErrorKind};

/// Why there is no model, or no answer of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
    /// There is no such file, or it may not be read.
    #[error("the model can't be opened")]
    Open(#[source] io::Error),
    /// The file is something else.
    #[error("`{path}` is no GGUF file")]
    NotGguf {
        /// Which.
        path: PathBuf,
    },
    /// The file is cut off, damaged, or of a kind that candle does not know.
    #[error("the model in `{path}` can't be read")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A model of another family.
    #[error("`{path}` holds a model of the family `{got}`, expected `llama`")]
    Family {
        /// Which.
        path: PathBuf,
        /// What it says of itself.
        got: String,
    },
    /// A tokenizer that is not built here.
    #[error("`{path}` has the tokenizer `{got}`, expected one of `gpt2/{}`", expected.join("`, `gpt2/"))]
    Tokenizer {
        /// Which.
        path: PathBuf,
        /// Its kind, and how it takes texts apart.
        got: String,
        /// How texts may be taken apart.
        expected: &'static [&'static str],
    },
    /// Something that has to be told is not, or is told otherwise than is usual.
    #[error("`{path}` does not tell `{key}` as it should")]
    Missing {
        /// Which.
        path: PathBuf,
        /// What is not told.
        key: &'static str,
    },
    /// The chat template can't be used.
    #[error("the chat template of `{path}` can't be used: {reason} in line {line}")]
    Template {
        /// Which.
        path: PathBuf,
        /// Line of the template, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// No thread could be started.
    #[error("no thread can be started")]
    Thread(#[source] io::Error),
    /// An answer could not be computed.
    #[error("the answer can't be computed")]
    Answer(#[source] candle_core::Error),
    /// The thread of an answer panicked.
    #[error("the answer ended in a panic")]
    Panicked,
}

impl Diagnostic for LocalError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Open(source) if source.kind() == io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Open(_)
            | Self::NotGguf { .. }
            | Self::Unreadable { .. }
            | Self::Family { .. }
            | Self::Tokenizer { .. }
            | Self::Missing { .. }
            | Self::Template { .. } => ErrorKind::InvalidInput,
            Self::Thread(_) | Self::Answer(_) | Self::Panicked => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Open(_) => "give the path of a GGUF file",
            Self::NotGguf { .. } => {
                "give a GGUF file; a folder of safetensors becomes one by `convert_hf_to_gguf.py` of llama.cpp"
            }
            Self::Unreadable { .. } => {
                "if the file is cut off, fetch it again; weights may be F32, F16, BF16, Q4_0 to Q8_0 or Q2_K to Q6_K"
            }
            Self::Family { .. } | Self::Tokenizer { .. } => {
                "take another model, or serve this one (llama.cpp, Ollama) and give its address"
            }
            Self::Missing { .. } | Self::Template { .. } => {
                "take a file of a chat model, converted by a recent llama.cpp"
            }
            Self::Thread(_) | Self::Answer(_) | Self::Panicked => return None,
        };
        Some(hint.to_owned())
    }
}
