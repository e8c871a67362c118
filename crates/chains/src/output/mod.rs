//! What a language model says, as a value: [`OutputParser`], and [`ask_parsed`], which lets a model correct itself once.
//!
//! | parser | reads |
//! |---|---|
//! | [`JsonParser`] | JSON of a type, alone, in prose or in a code fence |
//! | [`ListParser`] | one item a line |
//! | [`EnumParser`] | exactly one of given choices |
//! | [`CitationParser`] | sentences that end in ids of evidence; what cites nothing is dropped |
//!
//! As steps of a chain they are a [`ParseStep`] behind a model, or a [`ParsedStep`] around it.
//!
//! Errors hold nothing that the model said: it may have quoted a transcript.

mod ask;
mod choice;
mod citation;
mod error;
mod groups;
mod json;
mod lines;
mod list;
mod parse_step;
mod parsed_step;
mod said;
mod values;

use std::fmt;

use schemars::Schema;

pub use ask::{Parsed, ask_parsed};
pub use choice::EnumParser;
pub use citation::{CitationParser, Cited, CitedText};
pub use error::OutputError;
pub use json::JsonParser;
pub use list::ListParser;
pub use parse_step::ParseStep;
pub use parsed_step::ParsedStep;

/// Makes a value of what a language model says.
///
/// # Laws
///
/// - **Total.** Any text is a value or an error, never a panic.
/// - **Silence.** Errors hold nothing of the text.
pub trait OutputParser<T>: fmt::Debug + Send + Sync {
    /// Tells a model what to write, to stand in its prompt.
    fn instructions(&self) -> String;

    /// The form of the answer where it is JSON, for providers that hold a model to it. None by default.
    fn schema(&self) -> Option<Schema> {
        None
    }

    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// [`OutputError`].
    fn parse(&self, text: &str) -> Result<T, OutputError>;
}
