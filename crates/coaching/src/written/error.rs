//! What is wrong with a file, and where: [`FileError`].

use std::error::Error;

use upturn_core::{Diagnostic, ErrorKind};

/// A file that cannot be used, with the place of the fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the {}: {fault}", F::FILE)]
pub struct FileError<F: FileFault> {
    /// The line, from 1.
    pub line: usize,
    /// Character of that line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub fault: F,
}

/// What may be wrong with one kind of file.
pub trait FileFault: Error + From<WrittenFault> + Send + Sync + 'static {
    /// What the file holds, in the plural of a sentence: "of the rules".
    const FILE: &'static str;

    /// What to do about it, as one sentence.
    fn hint(&self) -> String;
}

/// What may be wrong with any file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrittenFault {
    /// It is not TOML, or not the form of such a file.
    #[error("{what}")]
    Form {
        /// What the parser says.
        what: String,
    },
    /// A name or a text that is blank.
    #[error("`{key}` is empty")]
    Empty {
        /// Which.
        key: &'static str,
    },
    /// Two have one name.
    #[error("`name` stands twice, expected another name for each {each}")]
    Twice {
        /// What bears the names.
        each: &'static str,
    },
}

impl<F: FileFault> Diagnostic for FileError<F> {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some(self.fault.hint())
    }
}
