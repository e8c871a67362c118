//! What goes wrong with an index: [`IndexError`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_core::{Diagnostic, ErrorKind, VectorStoreError};
use upturn_vectorstore_edge::EdgeStoreError;
use upturn_vectorstore_ledger::LedgerError;

/// Why an index could not be opened or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The store could not be opened, and there is no ledger to fill it from.
    #[error(transparent)]
    Edge(#[from] EdgeStoreError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] VectorStoreError),
    /// The ledger could not be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It was to be changed through the store's contract.
    #[error("an index is changed by calls, so that its ledger knows them")]
    ByCalls,
    /// Something of what was to be forgotten is left.
    #[error(
        "{store} points of what was to be forgotten are left in the store, {ledger} in the ledger"
    )]
    NotForgotten {
        /// Points in the store.
        store: usize,
        /// Points in the ledger.
        ledger: usize,
    },
    /// The collection was made without a ledger, so its files can't be written anew.
    #[error("the collection in `{}` has no ledger", folder.display())]
    NoLedger {
        /// The folder.
        folder: PathBuf,
    },
    /// The next generation is filled, but the old one is in use.
    #[error("the new generation is filled, but the collection in `{}` is open elsewhere", folder.display())]
    Unpublished {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk would be full before all is stored.
    #[error(
        "the disk of `{}` is almost full: {} MiB are left, {} MiB are wanted to go on",
        folder.display(),
        left >> 20,
        wanted.div_ceil(1 << 20)
    )]
    NoRoom {
        /// The folder.
        folder: PathBuf,
        /// Bytes that are free.
        left: u64,
        /// Bytes that must be.
        wanted: u64,
    },
    /// A file around the store could not be read or written; the source names it.
    #[error("the folder of the collection in `{}` could not be used", folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl IndexError {
    /// Whether the caller named another folder or brought another encoder than he meant: then nothing is wrong with the
    /// collection.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Edge(
                EdgeStoreError::NotFound { .. }
                    | EdgeStoreError::NotACollection { .. }
                    | EdgeStoreError::Refused(_)
            ) | Self::Store(
                VectorStoreError::ForeignEncoder { .. }
                    | VectorStoreError::DimensionMismatch { .. }
            )
        )
    }

    pub(crate) fn io(folder: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io {
            folder: folder.to_owned(),
            source,
        }
    }
}

impl Diagnostic for IndexError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Edge(source) => source.kind(),
            Self::Store(source) => source.kind(),
            Self::Ledger(source) => source.kind(),
            Self::NoLedger { .. } => ErrorKind::InvalidInput,
            Self::Unpublished { .. } => ErrorKind::Unavailable,
            Self::ByCalls | Self::NotForgotten { .. } | Self::NoRoom { .. } | Self::Io { .. } => {
                ErrorKind::Internal
            }
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Edge(source) => source.hint(),
            Self::Store(source) => source.hint(),
            Self::Ledger(source) => source.hint(),
            Self::ByCalls => Some("use `Index::put` and `Index::forget`".to_owned()),
            Self::NotForgotten { .. } => Some("run the same command again; what is left stays marked until it is gone".to_owned()),
            Self::NoLedger { folder } => Some(format!(
                "fill it anew with the calls that may stay: `upturn index --rebuild --model MODEL --data PATH --store {}`",
                folder.display()
            )),
            Self::Unpublished { .. } => {
                Some("end the program that has it open and run the same command again: nothing is embedded twice".to_owned())
            }
            Self::NoRoom { .. } => Some("free some space; the same command goes on".to_owned()),
            Self::Io { .. } => {
                Some("look whether the disk is full and the folder may be written".to_owned())
            }
        }
    }
}
