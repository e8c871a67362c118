//! What can be wrong with a wish: [`SimulatorError`].

use upturn_core::{Diagnostic, ErrorKind};

/// Why no conversation can be simulated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The word names no [`Trade`](crate::Trade).
    #[error("`{got}` is no trade")]
    UnknownTrade {
        /// The word.
        got: String,
    },
}

impl Diagnostic for SimulatorError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownTrade { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownTrade { .. } => {
                let known: Vec<_> = crate::Trade::ALL.map(crate::Trade::as_str).to_vec();
                Some(format!("choose one of: {}", known.join(", ")))
            }
        }
    }
}
