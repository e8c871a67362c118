//! Calls that were there before: [`Duplicates`] tells them, one call after the other, in bounded memory.
//!
//! Two calls are *exact* duplicates if the same sides say the same words in the same order; case, punctuation, spacing
//! and how turns are cut do not count. They are *near* duplicates if they share enough runs of words: the Jaccard
//! similarity of their sets of shingles, whichever side said them, is estimated from sketches of 128 values (`MinHash`),
//! and only calls that agree in a band of their sketches are compared (locality-sensitive hashing).
//!
//! A part of a call is no duplicate of the whole: half a call has a similarity of 0.5.
//!
//! Sources: Broder 1997, *On the resemblance and containment of documents* (shingles, `MinHash`); Li, Owen & Zhang 2012,
//! *One permutation hashing* (one hash instead of 128); Shrivastava 2017, *Optimal densification for fast and accurate
//! minwise hashing* (bins that stay empty); Li & König 2010, *b-bit minwise hashing* (8 bits a value); Indyk & Motwani
//! 1998, *Approximate nearest neighbors* (bands). Hash: XXH3, the same on every machine.

mod error;
mod firsts;
mod index;
mod options;
mod shingles;
mod sketch;
mod state;
mod words;

use std::fmt;

use upturn_core::Conversation;

pub use error::DuplicateError;
pub use options::DuplicateOptions;

use firsts::{First, Firsts};
use index::Index;
use sketch::{Sketch, Sketched, Sketcher};

/// Whether a call was there before. Numbers count the calls that were checked, from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DuplicateVerdict {
    /// It was not.
    New,
    /// The same words were said before.
    Exact {
        /// Number of the first one.
        of: u64,
    },
    /// Nearly the same words were said before.
    Near {
        /// Number of the most similar one; of equally similar ones the first.
        of: u64,
        /// The estimated similarity, at least the least of the options and at most 1.
        similarity: f64,
    },
}

/// Tells which calls were there before.
///
/// Laws:
///
/// - **The first wins.** A duplicate is always of a call that was new; duplicates themselves are forgotten.
/// - **Exact duplicates are always found.** Another call is taken for one with probability 2⁻⁶⁴ for each call before.
/// - **Near duplicates** are found with the probability that
///   [`chance_of_comparison`](DuplicateOptions::chance_of_comparison) states, if the estimate (standard deviation 0.035
///   at 0.8) reaches the least similarity. Calls of fewer than 16 shingles are compared exactly only. Of more than 32
///   calls that agree in a band, the first 32 are compared: material of one script stays linear.
/// - **Memory.** At most [`BYTES_PER_CALL`](Self::BYTES_PER_CALL) for each new call, nothing for a duplicate.
/// - **Repeatable.** The same calls in the same order give the same verdicts on every machine.
pub struct Duplicates {
    options: DuplicateOptions,
    count: u64,
    firsts: Firsts,
    index: Index,
    sketcher: Sketcher,
}

impl Duplicates {
    /// Most memory that a new call takes, in bytes: 152 of its own and up to 11.5 in each of 17 tables, which hold least
    /// of it when they have just grown. 1,000,000 calls of which all are new need 350 MB at most
    /// (measured, 2026-11-22: 330 bytes each).
    pub const BYTES_PER_CALL: usize = 350;

    /// Nothing was there before.
    ///
    /// # Errors
    ///
    /// [`DuplicateError::Similarity`] or [`DuplicateError::Shingle`].
    pub fn new(options: DuplicateOptions) -> Result<Self, DuplicateError> {
        let options = options.checked()?;
        Ok(Self {
            options,
            count: 0,
            firsts: Firsts::default(),
            index: Index::new(options.rows()),
            sketcher: Sketcher::new(options.shingle, options.seed),
        })
    }

    /// Tells whether a call was there before, and remembers it if it was not.
    pub fn check(&mut self, conversation: &Conversation) -> DuplicateVerdict {
        let sketched = self.sketcher.sketch(conversation);
        let verdict = self.verdict(&sketched);
        if verdict == DuplicateVerdict::New {
            self.keep(First {
                number: self.count,
                sketched,
            });
        }
        self.count += 1;
        verdict
    }

    /// How many calls were checked.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many of them were new.
    pub fn new_count(&self) -> u64 {
        self.firsts.len() as u64
    }

    /// Memory in use, in bytes, with what is reserved for growth and the words of the longest call so far.
    pub fn memory_bytes(&self) -> usize {
        self.firsts.memory_bytes() + self.index.memory_bytes() + self.sketcher.memory_bytes()
    }

    fn verdict(&self, sketched: &Sketched) -> DuplicateVerdict {
        let number = |place| self.firsts.get(place).map(|first| first.number);
        if let Some(of) = self
            .index
            .equal(sketched.digest, &self.firsts)
            .and_then(number)
        {
            return DuplicateVerdict::Exact { of };
        }
        let nearest = sketched.sketch.and_then(|sketch| self.nearest(&sketch));
        match nearest.and_then(|(place, similarity)| Some((number(place)?, similarity))) {
            Some((of, similarity)) => DuplicateVerdict::Near { of, similarity },
            None => DuplicateVerdict::New,
        }
    }

    /// The most similar first call that is similar enough; of several the earliest.
    fn nearest(&self, sketch: &Sketch) -> Option<(u32, f64)> {
        let candidates = self.index.similar(sketch, &self.firsts);
        let estimated = candidates.filter_map(|place| {
            let similarity = self.firsts.sketch(place)?.similarity(sketch);
            (similarity >= self.options.similarity).then_some((place, similarity))
        });
        estimated.min_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)))
    }

    fn keep(&mut self, first: First) {
        // Four thousand million new calls would need 600 GB: no machine gets here.
        if let Ok(place) = u32::try_from(self.firsts.len()) {
            self.firsts.push(first);
            self.index.insert(place, &first.sketched, &self.firsts);
        }
    }
}

impl fmt::Debug for Duplicates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Duplicates")
            .field("options", &self.options)
            .field("count", &self.count)
            .field("new_count", &self.new_count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
