//! What this adapter refuses: [`RigError`].

use upturn_core::{Diagnostic, ErrorKind};

/// What this adapter refuses. It travels within rig's `VectorStoreError::DatastoreError`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RigError {
    /// A document that does not say of which turns of which call it is.
    #[error("a document is no `CallDocument`: it does not name its call")]
    NotOfACall(#[source] serde_json::Error),
}

impl Diagnostic for RigError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotOfACall(_) => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotOfACall(_) => Some("fill the store with `upturn index`".to_owned()),
        }
    }
}
