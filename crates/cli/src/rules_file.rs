//! Small files of rules that the user writes: [`RulesFile`].

use std::path::{Path, PathBuf};

use upturn::{Diagnostic, ErrorKind};

use crate::failure::Failure;

/// The text of such a file and where it came from.
#[derive(Debug)]
pub(crate) struct RulesFile {
    path: PathBuf,
    text: String,
}

/// A file of rules that can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// The system refuses, or it is no text.
    #[error("`{}` can't be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What it says can't be understood.
    #[error("`{}`: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
}

impl Diagnostic for RulesError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Form { hint, .. } => hint.clone(),
        }
    }
}

impl RulesFile {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// [`RulesError::Read`].
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs_err::read_to_string(path).map_err(|source| RulesError::Read {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            text,
        })
    }

    /// Understands it; an error is told with the file's name.
    ///
    /// # Errors
    ///
    /// [`RulesError::Form`].
    pub(crate) fn parse<T, E: Diagnostic>(
        &self,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Failure> {
        parse(&self.text).map_err(|error| {
            let form = RulesError::Form {
                path: self.path.clone(),
                message: error.to_string(),
                hint: error.hint(),
            };
            form.into()
        })
    }
}

/// Reads and understands an optional file.
///
/// # Errors
///
/// [`RulesError`].
pub(crate) fn given<T, E: Diagnostic>(
    path: Option<&Path>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    let file = path.map(RulesFile::read).transpose()?;
    file.map(|file| file.parse(parse)).transpose()
}
