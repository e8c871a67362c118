//! Taking personal data out of conversations: [`Redactor`].
//!
//! [`Redactor::redact`] replaces names, addresses and numbers by placeholders such as `[PERSON_1]`, the same for the
//! same person wherever it stands in the call. What was replaced comes back beside the conversation and is written
//! nowhere, unless to a [`KeyFileWriter`]; with such a file [`KeyFile::restore`] undoes it.
//!
//! Rules find what has a form. They are *not* a promise that nothing personal is left: names nobody gave and nobody
//! introduced stay, as does what only the sense of a sentence gives away.

mod boundaries;
mod counts;
mod error;
mod file;
mod finders;
mod key_file;
mod kind;
mod names;
mod numbering;
mod options;
mod parts;
mod placeholder;
mod pseudonym_key;
mod redactor;
mod rules;
mod search;
mod span;
mod triggers;

pub use counts::RedactionCounts;
pub use error::RedactionError;
pub use file::{FileRedaction, redact_file, restore_file};
pub use key_file::{KeyFile, KeyFileWriter};
pub use kind::{RedactionKind, UnknownKind};
pub use options::{CustomPattern, MetadataRedaction, RedactionOptions};
pub use pseudonym_key::PseudonymKey;
pub use redactor::{Pseudonym, Redacted, Redactor};

#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod tests;
