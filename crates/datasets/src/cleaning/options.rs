//! What is cleaned: [`CleaningOptions`].

use serde::{Deserialize, Serialize};

/// Which rules of cleaning are on. The characters are always cleaned, and turns without text always go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each rule is switched for itself"
)]
pub struct CleaningOptions {
    /// Removes bracketed non-speech and the boilerplate of recognisers. On by default.
    pub artefacts: bool,
    /// Keeps a phrase that is repeated more than three times in a row only once. On by default.
    pub loops: bool,
    /// Keeps the first of the same words by two parties at the same time. On by default.
    pub crosstalk: bool,
    /// Removes `um`, `äh` and the like, where the language is known. Off by default: hesitation is signal.
    pub fillers: bool,
    /// Joins consecutive utterances of one party. On by default.
    pub merge: bool,
    /// Longest pause between two utterances that are joined, in milliseconds; where times are missing, there is none.
    /// 2,000 by default.
    pub merge_gap_ms: u64,
    /// Most words of a turn; a longer one is cut, and none longer is made by joining. At least 1. 4,000 by default.
    pub max_turn_words: usize,
    /// Names the language where the metadata do not. On by default.
    pub identify_language: bool,
}

impl Default for CleaningOptions {
    fn default() -> Self {
        Self {
            artefacts: true,
            loops: true,
            crosstalk: true,
            fillers: false,
            merge: true,
            merge_gap_ms: 2_000,
            max_turn_words: 4_000,
            identify_language: true,
        }
    }
}

impl CleaningOptions {
    /// The same with or without artefacts removed. On by default.
    #[must_use]
    pub fn with_artefacts(mut self, artefacts: bool) -> Self {
        self.artefacts = artefacts;
        self
    }

    /// The same with or without loops cut. On by default.
    #[must_use]
    pub fn with_loops(mut self, loops: bool) -> Self {
        self.loops = loops;
        self
    }

    /// The same with or without crosstalk removed. On by default.
    #[must_use]
    pub fn with_crosstalk(mut self, crosstalk: bool) -> Self {
        self.crosstalk = crosstalk;
        self
    }

    /// The same with or without fillers removed. Off by default.
    #[must_use]
    pub fn with_fillers(mut self, fillers: bool) -> Self {
        self.fillers = fillers;
        self
    }

    /// The same with or without broken turns joined. On by default.
    #[must_use]
    pub fn with_merge(mut self, merge: bool) -> Self {
        self.merge = merge;
        self
    }

    /// The same with another longest pause between joined utterances, in milliseconds. 2,000 by default.
    #[must_use]
    pub fn with_merge_gap_ms(mut self, merge_gap_ms: u64) -> Self {
        self.merge_gap_ms = merge_gap_ms;
        self
    }

    /// The same with another longest turn, in words. 4,000 by default.
    #[must_use]
    pub fn with_max_turn_words(mut self, max_turn_words: usize) -> Self {
        self.max_turn_words = max_turn_words;
        self
    }

    /// The same with or without the language identified. On by default.
    #[must_use]
    pub fn with_identify_language(mut self, identify_language: bool) -> Self {
        self.identify_language = identify_language;
        self
    }
}
