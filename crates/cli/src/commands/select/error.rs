//! Why encoders can't be compared: [`SelectError`].

use upturn::{Diagnostic, ErrorKind};

/// What was typed makes no comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SelectError {
    /// There is nothing to compare with.
    #[error("`--encoders` names one encoder, a comparison takes two")]
    Alone,
    /// There would be something, were it fine-tuned.
    #[error(
        "`--encoders` names one encoder, and {labels} labelled calls are too few to compare it with itself fine-tuned"
    )]
    TooFew {
        /// Calls that the poorest training learns from.
        labels: usize,
    },
    /// Two names of one encoder.
    #[error("`{first}` and `{second}` are the same encoder")]
    Same {
        /// The one named before.
        first: String,
        /// The one named after.
        second: String,
    },
}

impl Diagnostic for SelectError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Alone => {
                "name another behind a comma, or compare it with itself fine-tuned: `--epochs 2`"
            }
            Self::TooFew { .. } => {
                "name another behind a comma, or fine-tune it all the same: `--recipe-kind joint`"
            }
            Self::Same { .. } => "name each encoder once",
        };
        Some(hint.to_owned())
    }
}
