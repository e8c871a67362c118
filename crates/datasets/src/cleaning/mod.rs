//! Cleaning: what recorders and recognisers add to a call is taken away, what was said is not: [`Cleaner`].
//!
//! The rules, in this order:
//!
//! 1. **Characters** (`characters`). Unicode NFC; control and zero-width characters and soft hyphens go; every run of
//!    white space, no-break spaces included, becomes one space. Mojibake (`â€™`) is left alone: what it once was is a
//!    guess, and a wrong guess damages sound text.
//! 2. **Artefacts** (`artefacts`). Bracketed non-speech (`[BLANK_AUDIO]`, `(inaudible)`, `♪`) goes, by a list: other
//!    brackets, such as a vendor's `[PHONE_NUMBER_1]`, stay.
//! 3. **Fillers** (`fillers`). Off by default, for they carry signal.
//! 4. **Long turns** (`long`). A turn of more than [`max_turn_words`](CleaningOptions::max_turn_words) words is cut at the
//!    ends of sentences into several of the same party. No word is lost.
//! 5. **Loops** (`loops`). A phrase of 1 to 8 words said more than three times in a row is kept once.
//! 6. **Turns** (`turns`). Turns without text and the boilerplate of recognisers go; of crosstalk (`echoes`) the first
//!    text stays; the pieces of a broken turn are joined.
//! 7. **Language** (`language`), where the metadata do not name it.
//!
//! # Laws
//!
//! - Cleaning twice is cleaning once.
//! - No word is added, and no two change their order.
//! - ASCII text without artefacts stays as it is, byte for byte.
//! - [`CleaningCounts::is_balanced`].
//! - Time and memory grow with the length of the text, whatever it is.
//!
//! This module is *not* a place where personal data are found.

mod artefacts;
mod boilerplate;
mod characters;
mod cleaner;
mod counts;
mod echoes;
mod fillers;
mod language;
mod long;
mod loops;
mod options;
mod plain_language;
mod turns;
mod words;

pub use cleaner::Cleaner;
pub use counts::CleaningCounts;
pub use options::CleaningOptions;

#[cfg(test)]
mod tests;
