//! An error as a model or a person reads it.

use std::error::Error;

use upturn_core::{Diagnostic, ErrorKind};

/// The message, those of its sources and the hint, in one line.
pub(crate) fn told(error: &impl Diagnostic) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(because) = source {
        let because_text = because.to_string();
        // Some messages end in their source's already.
        if !text.ends_with(&because_text) {
            text.push_str(": ");
            text.push_str(&because_text);
        }
        source = Error::source(because);
    }
    if let Some(hint) = error.hint() {
        text.push_str("; hint: ");
        text.push_str(&hint);
    }
    text
}

/// The word for a kind in JSON.
pub(crate) const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "invalid_input",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Overloaded => "overloaded",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Internal => "internal",
    }
}
