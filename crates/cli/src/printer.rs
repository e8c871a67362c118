//! The only place that prints: [`Printer`].

use std::io::{self, IsTerminal, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::environment::Environment;
use crate::error::CliError;
use crate::failure::Failure;

/// For whom answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object, with `"schema": {"version": 1}`.
    Json,
}

/// What every JSON answer carries beside its own fields.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}")]
pub(crate) struct Answer<T> {
    /// The form of this object.
    schema: SchemaVersion,
    #[serde(flatten)]
    body: T,
}

/// Which form an object has; fields may be added within a version, never changed.
#[derive(Debug, Serialize, JsonSchema)]
struct SchemaVersion {
    version: u32,
}

/// Meaning of a coloured word; the word says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Error,
    Warning,
    Hint,
    Success,
}

impl Tone {
    const fn code(self) -> &'static str {
        match self {
            Self::Error => "31",
            Self::Warning => "33",
            Self::Hint => "36",
            Self::Success => "32",
        }
    }
}

/// Data to standard output, talk to standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    format: Format,
    verbose: bool,
    colours: bool,
}

impl Printer {
    /// A printer for this terminal; colours are for terminals only, and never against the user's wish.
    pub(crate) fn new(format: Format, verbose: bool, environment: &Environment) -> Self {
        Self {
            format,
            verbose,
            colours: !environment.colourless && io::stderr().is_terminal(),
        }
    }

    /// Whether answers are JSON.
    pub(crate) const fn is_json(self) -> bool {
        matches!(self.format, Format::Json)
    }

    /// Whether the user wants to hear more.
    pub(crate) const fn is_verbose(self) -> bool {
        self.verbose
    }

    /// Prints text, with a line break after it, as data.
    ///
    /// # Errors
    ///
    /// [`Failure::ClosedPipe`] if nobody reads it, [`CliError::Stdout`] for any other reason.
    #[expect(clippy::unused_self, reason = "only who was given a printer can print")]
    pub(crate) fn line(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match writeln!(out, "{text}").and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::ClosedPipe),
            Err(error) => Err(CliError::Stdout(error).into()),
        }
    }

    /// Prints an answer: the text for people, or the object for programs.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line).
    pub(crate) fn answer(self, text: &str, body: impl Serialize) -> Result<(), Failure> {
        match self.format {
            Format::Text => self.line(text),
            Format::Json => {
                let answer = Answer {
                    schema: SchemaVersion { version: 1 },
                    body,
                };
                self.line(&serde_json::to_string(&answer).map_err(CliError::Json)?)
            }
        }
    }

    /// Prints a step of a longer text: data for people; talk where programs read the data.
    ///
    /// # Errors
    ///
    /// As [`line`](Self::line).
    pub(crate) fn tell(self, text: &str) -> Result<(), Failure> {
        match self.format {
            Format::Text => self.line(text),
            Format::Json => {
                self.note(text);
                Ok(())
            }
        }
    }

    /// Says something besides the answer.
    #[expect(clippy::unused_self, reason = "only who was given a printer can print")]
    pub(crate) fn note(self, text: &str) {
        // Nobody could be told that standard error can't be written.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says something if the user wants to hear more.
    pub(crate) fn detail(self, text: &str) {
        if self.verbose {
            self.note(text);
        }
    }

    /// Says that a longer work is done.
    pub(crate) fn success(self, text: &str) {
        self.note(&self.painted(Tone::Success, text));
    }

    /// Says what was not as it should be, although the work goes on.
    pub(crate) fn warning(self, text: &str) {
        self.note(&format!(
            "{} {text}",
            self.painted(Tone::Warning, "warning:")
        ));
    }

    /// Says why there is no answer, and what to do.
    pub(crate) fn failure(self, failure: &Failure) {
        match (self.format, failure.message()) {
            (_, None) => {}
            (Format::Text, Some(message)) => {
                self.note(&format!(
                    "{} {message}",
                    self.painted(Tone::Error, "error:")
                ));
                if let Some(hint) = failure.hint() {
                    self.note(&format!("{} {hint}", self.painted(Tone::Hint, "hint:")));
                }
            }
            (Format::Json, Some(message)) => {
                let report = serde_json::to_string(&failure.report());
                self.note(&report.unwrap_or_else(|_| message.to_owned()));
            }
        }
    }

    fn painted(self, tone: Tone, word: &str) -> String {
        if self.colours {
            format!("\u{1b}[{}m{word}\u{1b}[0m", tone.code())
        } else {
            word.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_carries_the_version_of_its_form() -> Result<(), serde_json::Error> {
        let answer = Answer {
            schema: SchemaVersion { version: 1 },
            body: serde_json::json!({"calls": 2}),
        };
        assert_eq!(
            serde_json::to_string(&answer)?,
            r#"{"schema":{"version":1},"calls":2}"#
        );
        Ok(())
    }

    #[test]
    fn words_are_coloured_only_where_colours_are_wanted() {
        let plain = Printer {
            format: Format::Text,
            verbose: false,
            colours: false,
        };
        assert_eq!(plain.painted(Tone::Error, "error:"), "error:");
        assert_eq!(
            Printer {
                colours: true,
                ..plain
            }
            .painted(Tone::Error, "error:"),
            "\u{1b}[31merror:\u{1b}[0m"
        );
    }
}
