//! What can go wrong with trackers: [`TrackersError`] in their file, [`TrackerError`] at work.

use upturn_core::{Diagnostic, EmbeddingsError, ErrorKind};
use upturn_predict::PredictError;

use crate::written::{FileError, FileFault, WrittenFault};

/// A file of trackers that cannot be used, with the place of the fault.
pub type TrackersError = FileError<TrackerFault>;

/// What is wrong with a file of trackers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrackerFault {
    /// What may be wrong with any file.
    #[error(transparent)]
    Written(#[from] WrittenFault),
    /// Nothing to learn from.
    #[error("{got} example{}, expected at least {least}", if *.got == 1 { "" } else { "s" })]
    TooFewExamples {
        /// How many are needed.
        least: usize,
        /// How many there are.
        got: usize,
    },
    /// A sentence that stands twice would be found by itself when it is left out.
    #[error("this sentence stands twice, expected each of the examples and counter-examples once")]
    Repeated,
    /// A number that is no chance, or says that nothing or everything is meant.
    #[error("`{key}` is outside of its range, expected a number above 0 and below 1")]
    Range {
        /// Which.
        key: &'static str,
    },
    /// Prototypes of what is no kind of objection.
    #[error("`name` is no kind of objection, expected one of {}", listed(known))]
    Kind {
        /// The names of the kinds.
        known: Vec<&'static str>,
    },
    /// No side of a call.
    #[error("`side` is no side that sells or buys, expected `seller` or `buyer`")]
    Side,
}

/// Each in backticks.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

impl FileFault for TrackerFault {
    const FILE: &'static str = "trackers";

    fn hint(&self) -> String {
        match self {
            Self::TooFewExamples { .. } => {
                "write sentences as they are said in calls, in other words each time; ten to twenty do well"
            }
            Self::Written(_) | Self::Repeated | Self::Range { .. } | Self::Kind { .. } | Self::Side => "a tracker is `[[tracker]]` with `name` and `examples = [\"Is there a trial?\", …]`",
        }
        .to_owned()
    }
}

/// Why trackers cannot be made, or cannot read a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrackerError {
    /// The encoder failed.
    #[error("the sentences could not be embedded")]
    Embeddings(#[from] EmbeddingsError),
    /// Too little to set the examples against.
    #[error(
        "tracker `{tracker}` has {got} other sentences to be told from, expected at least {least}"
    )]
    TooFewOthers {
        /// The tracker.
        tracker: String,
        /// How many are needed.
        least: usize,
        /// How many there are.
        got: usize,
    },
    /// Scores could not be turned into probabilities.
    #[error("tracker `{tracker}` could not be calibrated")]
    Calibration {
        /// The tracker.
        tracker: String,
        /// Why.
        source: PredictError,
    },
}

impl Diagnostic for TrackerError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Embeddings(source) => source.kind(),
            Self::TooFewOthers { .. } => ErrorKind::InvalidInput,
            Self::Calibration { source, .. } => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Embeddings(source) => source.hint(),
            Self::TooFewOthers { .. } => Some(
                "give more calls for the background, or none: sentences of ordinary calls are shipped".to_owned(),
            ),
            Self::Calibration { source, .. } => source.hint(),
        }
    }
}
