//! How every error of upturn is classed and what it advises: [`ErrorKind`] and [`Diagnostic`].

use std::error::Error;
use std::fmt;

/// Who has to act on an error. Callers branch on this, never on the variants of another crate's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// What was given is wrong: exit code 2, HTTP 400.
    InvalidInput,
    /// What was named does not exist: exit code 2, HTTP 404.
    NotFound,
    /// Too much at once: exit code 1, HTTP 429.
    Overloaded,
    /// Something outside did not answer: exit code 1, HTTP 503.
    Unavailable,
    /// Our own failure: exit code 1, HTTP 500.
    Internal,
}

impl ErrorKind {
    /// Exit code of a program that stops for this reason.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::InvalidInput | Self::NotFound => 2,
            Self::Overloaded | Self::Unavailable | Self::Internal => 1,
        }
    }

    /// HTTP status of an answer that fails for this reason.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidInput => 400,
            Self::NotFound => 404,
            Self::Overloaded => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// An error that knows its kind and what the reader may do about it.
///
/// The message (`Display`) is lower case, without a full stop, and does not print its source: the chain does.
pub trait Diagnostic: Error + Send + Sync + 'static {
    /// Who has to act.
    fn kind(&self) -> ErrorKind;

    /// What to do next, as one sentence without "hint:". None by default.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// The error of an implementation, carried by a contract's error without naming its type.
#[derive(Debug)]
pub struct Cause(Box<dyn Diagnostic>);

impl Cause {
    /// Wraps an implementation's error.
    pub fn new(error: impl Diagnostic) -> Self {
        Self(Box::new(error))
    }
}

impl Diagnostic for Cause {
    fn kind(&self) -> ErrorKind {
        self.0.kind()
    }

    fn hint(&self) -> Option<String> {
        self.0.hint()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn one_table_gives_exit_codes_and_statuses() {
        let table = [
            (ErrorKind::InvalidInput, 2, 400),
            (ErrorKind::NotFound, 2, 404),
            (ErrorKind::Overloaded, 1, 429),
            (ErrorKind::Unavailable, 1, 503),
            (ErrorKind::Internal, 1, 500),
        ];
        for (kind, exit, status) in table {
            assert_eq!(
                (kind.exit_code(), kind.http_status()),
                (exit, status),
                "{kind:?}"
            );
        }
    }
}
