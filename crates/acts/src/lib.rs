//! What turns do in a sale, by their words: steps that are proposed and agreed to, and what the buyer holds against it.
//!
//! [`TurnActs`] reads one turn by itself, [`CallActs`] puts those of a call together. Lists of phrases do it, in English: how well
//! they agree with people stands in the README of `upturn-coaching`, which cites what is found; what it tells of the outcome, in
//! `crates/training/LOG.md`.

mod call;
mod objections;
mod steps;
pub mod text;
mod turn;

pub use call::{Agreement, CallActs};
pub use objections::{ObjectionKind, objections_in};
pub use turn::{Step, TurnActs};

/// Whether the word lists are for this language (BCP 47): English, or one that nobody has named.
pub fn is_english(language: Option<&str>) -> bool {
    language.is_none_or(|tag| {
        let tag = tag.trim();
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        ["", "en", "eng", "english"].contains(&primary.to_ascii_lowercase().as_str())
    })
}
