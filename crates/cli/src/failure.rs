//! How an error reaches the user: [`Failure`], one line that says what and where, one that says what to do.

use std::error::Error;
use std::path::Path;

use serde::Serialize;
use upturn::{Diagnostic, ErrorKind};

/// Exit code of a program that Ctrl-C ended: 128 and the signal's number.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Whoever read the output has enough of it: a success.
    ClosedPipe,
    /// The user stopped it.
    Interrupted {
        /// What stands now, in one sentence.
        message: String,
    },
    /// An error.
    Error {
        /// Who has to act.
        kind: ErrorKind,
        /// The error and its sources, in one line.
        message: String,
        /// What to do next.
        hint: Option<String>,
    },
}

/// A failure in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct FailureReport<'a> {
    error: Fields<'a>,
}

#[derive(Debug, Serialize)]
struct Fields<'a> {
    kind: &'static str,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<D: Diagnostic> From<D> for Failure {
    fn from(error: D) -> Self {
        Self::Error {
            kind: error.kind(),
            message: chain(&error),
            hint: error.hint().map(|hint| one_line(&hint)),
        }
    }
}

impl Failure {
    /// A run that the user stopped; `state` says what stands now.
    pub(crate) fn interrupted(state: &str) -> Self {
        Self::Interrupted {
            message: format!("interrupted: {state}"),
        }
    }

    /// The same with what was typed for an option in the command that its hint names.
    pub(crate) fn with_typed(self, placeholder: &str, typed: &Path) -> Self {
        let typed = typed.display().to_string();
        let typed = shell_words::quote(&typed);
        self.with_hint(|hint| hint.replace(placeholder, &typed))
    }

    /// The same with where the collection is, as it was typed, at the end of the command that its hint names.
    pub(crate) fn with_place(self, options: &str) -> Self {
        self.with_hint(|hint| {
            let placed = hint.split_once("--store ").and_then(|(before, rest)| {
                let (_, after) = rest.split_once('`')?;
                Some(format!("{before}{options}`{after}"))
            });
            placed.unwrap_or(hint)
        })
    }

    fn with_hint(mut self, change: impl FnOnce(String) -> String) -> Self {
        if let Self::Error { hint, .. } = &mut self {
            *hint = hint.take().map(change);
        }
        self
    }

    /// 0 for a closed pipe, 130 after Ctrl-C, else by [`ErrorKind`].
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::Interrupted { .. } => INTERRUPTED,
            Self::Error { kind, .. } => kind.exit_code(),
        }
    }

    /// The message without a prefix; none for a closed pipe, of which nobody is told.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::ClosedPipe => None,
            Self::Interrupted { message } | Self::Error { message, .. } => Some(message),
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::ClosedPipe | Self::Interrupted { .. } => None,
            Self::Error { hint, .. } => hint.as_deref(),
        }
    }

    /// The form for programs; none for a closed pipe.
    pub(crate) fn report(&self) -> Option<FailureReport<'_>> {
        let kind = match self {
            Self::ClosedPipe => return None,
            Self::Interrupted { .. } => "interrupted",
            Self::Error { kind, .. } => word(*kind),
        };
        Some(FailureReport {
            error: Fields {
                kind,
                message: self.message()?,
                hint: self.hint(),
            },
        })
    }
}

const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "invalid_input",
        ErrorKind::NotFound => "not_found",
        ErrorKind::Overloaded => "overloaded",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Internal => "internal",
    }
}

/// An error with its sources, each told once.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = one_line(&error.to_string());
    let mut next = error.source();
    while let Some(source) = next {
        let more = one_line(&source.to_string());
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::error::CliError;

    fn full_disk() -> Failure {
        CliError::write(Path::new("out.jsonl"))(io::Error::new(
            io::ErrorKind::StorageFull,
            "no\nspace left",
        ))
        .into()
    }

    #[test]
    fn an_error_and_its_sources_are_one_line_with_a_hint() {
        let failure = full_disk();
        assert_eq!(
            failure.message(),
            Some("`out.jsonl` can't be written: no space left")
        );
        assert_eq!(
            failure.hint(),
            Some("free some space or choose another place")
        );
        assert_eq!(failure.exit_code(), 1);
    }

    #[test]
    fn exit_codes_are_those_of_the_kinds_with_130_for_ctrl_c_and_0_for_a_closed_pipe() {
        let missing: Failure =
            CliError::call(Path::new("x"), io::ErrorKind::NotFound.into()).into();
        assert_eq!(missing.exit_code(), 2);
        assert_eq!(Failure::interrupted("nothing was written").exit_code(), 130);
        assert_eq!(Failure::ClosedPipe.exit_code(), 0);
        assert!(Failure::ClosedPipe.report().is_none());
    }

    #[test]
    fn programs_get_kind_message_and_hint() -> Result<(), serde_json::Error> {
        let json = serde_json::to_value(full_disk().report())?;
        let expected = serde_json::json!({"error": {
            "kind": "internal",
            "message": "`out.jsonl` can't be written: no space left",
            "hint": "free some space or choose another place",
        }});
        assert_eq!(json, expected);
        Ok(())
    }
}
