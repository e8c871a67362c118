//! Why a loss has no value: [`LossError`].

use upturn_core::{Diagnostic, ErrorKind};

/// What a loss can't work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LossError {
    /// The batch lacks what the loss compares.
    #[error("the loss `{loss}` takes `{field}`, the batch has none")]
    Missing {
        /// Name of the loss.
        loss: &'static str,
        /// Field of [`LossBatch`](super::LossBatch).
        field: &'static str,
    },
    /// The batch has no row.
    #[error("the loss `{loss}` was given a batch without rows")]
    Empty {
        /// Name of the loss.
        loss: &'static str,
    },
    /// Two fields of the batch do not belong together.
    #[error("`{field}` has {got} rows, expected {expected} as its vectors have")]
    Rows {
        /// Field of the batch.
        field: &'static str,
        /// Rows of the vectors.
        expected: usize,
        /// Rows of the field.
        got: usize,
    },
    /// A label that is no outcome.
    #[error("the label {got} is neither 0 (lost) nor 1 (won), as `BinaryCrossEntropy` takes them")]
    Label {
        /// The first such label.
        got: u32,
    },
    /// More dimensions asked for than there are.
    #[error("`dims` asks for {got} dimensions, the vectors have {expected}")]
    Dimensions {
        /// Length of the vectors.
        expected: usize,
        /// The dimension in `dims`.
        got: usize,
    },
    /// A setting that makes no sense.
    #[error("`{setting}` of the loss `{loss}` is {got}, expected {expected}")]
    Setting {
        /// Name of the loss.
        loss: &'static str,
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        got: f64,
        /// What would do.
        expected: &'static str,
    },
    /// A tensor operation failed.
    #[error("a tensor operation failed in a loss")]
    Tensor(#[from] candle_core::Error),
}

impl LossError {
    /// [`LossError::Setting`] unless `kept`; a number that is not finite never is.
    pub(super) fn bound(
        kept: bool,
        loss: &'static str,
        (setting, got): (&'static str, f64),
        expected: &'static str,
    ) -> Result<(), Self> {
        if kept && got.is_finite() {
            return Ok(());
        }
        Err(Self::Setting {
            loss,
            setting,
            got,
            expected,
        })
    }
}

impl Diagnostic for LossError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Label { .. }
            | Self::Dimensions { .. }
            | Self::Missing { .. }
            | Self::Setting { .. } => ErrorKind::InvalidInput,
            Self::Empty { .. } | Self::Rows { .. } | Self::Tensor(_) => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { field, .. } => Some(format!(
                "epochs on outcomes fill `labelled` only, not `{field}`: pairs are learnt from in a recipe's `adaptation` and `contrast`"
            )),
            Self::Label { .. } => Some("use `SupCon` or a triplet loss for classes".to_owned()),
            Self::Dimensions { expected, .. } => {
                Some(format!("name dimensions of at most {expected} in `dims`"))
            }
            Self::Setting { .. } | Self::Empty { .. } | Self::Rows { .. } | Self::Tensor(_) => None,
        }
    }
}
