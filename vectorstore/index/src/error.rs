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
            Self::ByCalls | Self::NoRoom { .. } | Self::Io { .. } => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Edge(source) => source.hint(),
            Self::Store(source) => source.hint(),
            Self::Ledger(source) => source.hint(),
            Self::ByCalls => Some("use `Index::put` and `Index::forget`".to_owned()),
            Self::NoRoom { .. } => Some("free some space; the same command goes on".to_owned()),
            Self::Io { .. } => {
                Some("look whether the disk is full and the folder may be written".to_owned())
            }
        }
    }
}
