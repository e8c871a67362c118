//! What models answered, in a file: [`Cassette`].

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use upturn_core::{Cause, Diagnostic, ErrorKind};

use super::{ChatError, ChatRequest, ChatResponse, Scrubber};

/// Bytes of a digest that are written: enough to tell questions apart.
const DIGEST: usize = 16;

/// How a question was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    Chat,
    Stream,
}

/// What came of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Answer(ChatResponse),
    Error(RecordedError),
}

/// A [`ChatError`] as it is written; the source as its text.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordedError {
    Unavailable { reason: String },
    Overloaded { retry_after: Option<Duration> },
    Refused { reason: String },
    TooLong { tokens: usize, window: usize },
    CutOff,
    Unreadable { reason: String },
}

/// Why a provider could not be reached when it was recorded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(String);

impl Diagnostic for Told {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

impl RecordedError {
    /// None for what is none of the provider's.
    pub(super) fn of(error: &ChatError) -> Option<Self> {
        Some(match error {
            ChatError::Unavailable { source, .. } => Self::Unavailable {
                reason: source.to_string(),
            },
            ChatError::Overloaded { retry_after, .. } => Self::Overloaded {
                retry_after: *retry_after,
            },
            ChatError::Refused { reason, .. } => Self::Refused {
                reason: reason.clone(),
            },
            ChatError::TooLong { tokens, window, .. } => Self::TooLong {
                tokens: *tokens,
                window: *window,
            },
            ChatError::CutOff { .. } => Self::CutOff,
            ChatError::Unreadable { reason, .. } => Self::Unreadable {
                reason: reason.clone(),
            },
            ChatError::NotRecorded { .. } => return None,
        })
    }

    pub(super) fn into_error(self, model: &str) -> ChatError {
        let model = model.to_owned();
        match self {
            Self::Unavailable { reason } => ChatError::Unavailable {
                model,
                source: Cause::new(Told(reason)),
            },
            Self::Overloaded { retry_after } => ChatError::Overloaded { model, retry_after },
            Self::Refused { reason } => ChatError::Refused { model, reason },
            Self::TooLong { tokens, window } => ChatError::TooLong {
                model,
                tokens,
                window,
            },
            Self::CutOff => ChatError::CutOff { model },
            Self::Unreadable { reason } => ChatError::Unreadable { model, reason },
        }
    }
}

/// One question and what came of it, scrubbed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) digest: String,
    pub(super) model: String,
    pub(super) way: Way,
    pub(super) request: ChatRequest,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) pieces: Vec<String>,
    pub(super) outcome: Outcome,
}

/// Why a cassette can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CassetteError {
    /// The file can't be read or written.
    #[error("the cassette can't be read or written")]
    File(#[source] std::io::Error),
    /// A line is none of a cassette.
    #[error("line {line} of cassette `{path}` can't be read")]
    Line {
        /// Which, from 1.
        line: usize,
        /// Of which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// It can't be written as JSON.
    #[error("the cassette can't be written as JSON")]
    Unwritable(#[source] serde_json::Error),
}

impl Diagnostic for CassetteError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::File(source) if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorKind::NotFound
            }
            Self::File(_) | Self::Unwritable(_) => ErrorKind::Internal,
            Self::Line { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        matches!(self, Self::Line { .. })
            .then(|| "record it again with `RecordedChat`; cassettes are not edited".to_owned())
    }
}

/// What models answered: JSON Lines of a digest, the scrubbed question, and the scrubbed answer or the error.
///
/// The digest (SHA-256, 32 hexadecimal digits) is of the model's name and of the scrubbed question: a recording made with one key is found
/// with another.
#[derive(Clone, Default, PartialEq)]
pub struct Cassette {
    pub(super) entries: Vec<Entry>,
}

impl Cassette {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// [`CassetteError::File`], [`CassetteError::Line`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, CassetteError> {
        let path = path.as_ref();
        let text = fs_err::read_to_string(path).map_err(CassetteError::File)?;
        let lines = (1..).zip(text.lines()).filter(|(_, it)| !it.is_empty());
        let entries = lines.map(|(line, text)| {
            serde_json::from_str(text).map_err(|source| CassetteError::Line {
                line,
                path: path.to_owned(),
                source,
            })
        });
        let entries = entries.collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// [`CassetteError::File`], [`CassetteError::Unwritable`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), CassetteError> {
        let mut text = String::new();
        for entry in &self.entries {
            text += &serde_json::to_string(entry).map_err(CassetteError::Unwritable)?;
            text.push('\n');
        }
        fs_err::write(path.as_ref(), text).map_err(CassetteError::File)
    }

    /// How many answers it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl fmt::Debug for Cassette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cassette")
            .field("answers", &self.len())
            .finish()
    }
}

/// The scrubbed question and its digest.
pub(super) fn question(
    model: &str,
    request: &ChatRequest,
    scrubber: &Scrubber,
) -> Result<(String, ChatRequest), ChatError> {
    let unreadable = |error: serde_json::Error| ChatError::Unreadable {
        model: model.to_owned(),
        reason: error.to_string(),
    };
    let request = scrubber.scrubbed(request).map_err(unreadable)?;
    let text = serde_json::to_vec(&(model, &request)).map_err(unreadable)?;
    let digest = Sha256::digest(text);
    let digest = digest.iter().take(DIGEST).map(|it| format!("{it:02x}"));
    Ok((digest.collect(), request))
}
