//! What cleaning did, in numbers: [`CleaningCounts`].

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// How often each rule of cleaning acted. Counts of several transcripts add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CleaningCounts {
    /// Utterances before cleaning.
    pub utterances_in: u64,
    /// Utterances after cleaning.
    pub utterances_out: u64,
    /// Texts whose characters were changed: their Unicode form, white space, control or zero-width characters.
    pub rewritten: u64,
    /// Pieces of bracketed non-speech that were removed.
    pub artefacts: u64,
    /// Fillers that were removed.
    pub fillers: u64,
    /// Loops that were cut.
    pub loops: u64,
    /// Words removed from loops.
    pub loop_words: u64,
    /// Utterances removed because nothing, or nothing but artefacts, was in them.
    pub empty: u64,
    /// Turns removed because all of it was the boilerplate of a recogniser.
    pub boilerplate: u64,
    /// Turns removed because another party had just said the same.
    pub crosstalk: u64,
    /// Utterances that were joined to the one before.
    pub merged: u64,
    /// Turns that were too long and were cut.
    pub split: u64,
    /// Utterances added by cutting.
    pub added: u64,
    /// Conversations whose language was identified.
    pub languages_identified: u64,
    /// Conversations whose language is not known: not given, and not plain from the text.
    pub languages_unknown: u64,
}

impl CleaningCounts {
    /// Whether every utterance is accounted for: in + added = out + empty + boilerplate + crosstalk + merged.
    pub const fn is_balanced(&self) -> bool {
        self.utterances_in + self.added == self.utterances_out + self.removed() + self.merged
    }

    /// Utterances that were removed whole.
    pub const fn removed(&self) -> u64 {
        self.empty + self.boilerplate + self.crosstalk
    }
}

impl AddAssign for CleaningCounts {
    fn add_assign(&mut self, other: Self) {
        let Self {
            utterances_in,
            utterances_out,
            rewritten,
            artefacts,
            fillers,
            loops,
            loop_words,
            empty,
            boilerplate,
            crosstalk,
            merged,
            split,
            added,
            languages_identified,
            languages_unknown,
        } = other;
        self.utterances_in += utterances_in;
        self.utterances_out += utterances_out;
        self.rewritten += rewritten;
        self.artefacts += artefacts;
        self.fillers += fillers;
        self.loops += loops;
        self.loop_words += loop_words;
        self.empty += empty;
        self.boilerplate += boilerplate;
        self.crosstalk += crosstalk;
        self.merged += merged;
        self.split += split;
        self.added += added;
        self.languages_identified += languages_identified;
        self.languages_unknown += languages_unknown;
    }
}
