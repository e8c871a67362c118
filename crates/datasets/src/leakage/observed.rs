//! What is kept of a call in the sample: [`Observed`].

use std::fmt;
use std::path::Path;

use upturn_core::{Conversation, Outcome, Turn};

use super::columns::{Cell, columns};
use super::label_words::name_words;
use super::predictive_columns::PARTS;
use super::tokens::{hash, head, tail, words};

/// Words of a call that are read, from its start; different ones that are kept.
const MOST_READ: usize = 20_000;
const MOST_KEPT: usize = 4_096;
/// Bytes of a closing turn that are kept, from its end.
const CLOSING_BYTES: usize = 1_024;
/// Components of a path that count: the file and two folders.
const PATH_PARTS: usize = 3;

/// Buckets into which words are hashed, so that counting them takes bounded memory.
const BUCKETS: u64 = 1 << 19;

/// A labelled call, reduced: at most 70 kB, 5 kB for a call of 2,000 words.
pub(crate) struct Observed {
    pub(crate) outcome: Outcome,
    /// Hash of the account, or of the id where there is none.
    pub(crate) group: u64,
    pub(crate) columns: Vec<(String, Cell)>,
    /// Columns beyond the bound.
    pub(crate) columns_left_out: u64,
    pub(crate) id_words: Vec<String>,
    pub(crate) path_words: Vec<String>,
    /// The words of each of the last turns, parted by spaces.
    pub(crate) closing: Vec<String>,
    /// Hashes of the words of the turns before them, rising, each once.
    pub(crate) earlier: Vec<u32>,
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed")
            .field("outcome", &self.outcome)
            .field("columns", &self.columns.len())
            .field("closing", &self.closing.len())
            .finish_non_exhaustive()
    }
}

impl Observed {
    pub(crate) fn new(
        conversation: &Conversation,
        outcome: Outcome,
        source: Option<&Path>,
        closing_turns: usize,
    ) -> Self {
        let said: Vec<&Turn> = conversation
            .turns()
            .iter()
            .filter(|turn| !turn.text.trim().is_empty())
            .collect();
        let (earlier, closing) = said.split_at(said.len().saturating_sub(closing_turns));
        let (columns, columns_left_out) = columns(conversation.metadata());
        Self {
            outcome,
            group: hash(conversation.group()),
            columns,
            columns_left_out,
            id_words: name_words(conversation.id().as_str()),
            path_words: source.map(path_words).unwrap_or_default(),
            closing: closing
                .iter()
                .map(|turn| joined(tail(&turn.text, CLOSING_BYTES)))
                .collect(),
            earlier: hashed(earlier.iter().flat_map(|turn| words(&turn.text))),
        }
    }

    /// The part of a cross-fit in which its account is.
    pub(crate) fn part(&self) -> usize {
        usize::try_from(self.group % PARTS as u64).unwrap_or_default()
    }

    /// Hashes of the words of the closing turns, rising, each once.
    pub(crate) fn closing_words(&self) -> Vec<u32> {
        hashed(self.closing.iter().flat_map(|turn| turn.split(' ')))
    }
}

/// Hashes of words, rising, each once.
fn hashed(words: impl Iterator<Item = impl AsRef<str>>) -> Vec<u32> {
    let hash = |word: &str| u32::try_from(hash(word) % BUCKETS).unwrap_or_default();
    let mut hashes: Vec<u32> = words
        .take(MOST_READ)
        .map(|word| hash(word.as_ref()))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(MOST_KEPT);
    hashes.shrink_to_fit();
    hashes
}

/// The words of a text, parted by spaces.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in words(text) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&word);
    }
    joined
}

/// Words of the file name and the two folders above it, without the ending.
fn path_words(path: &Path) -> Vec<String> {
    let stem = path.with_extension("");
    let parts: Vec<_> = stem.components().rev().take(PATH_PARTS).collect();
    let text: Vec<_> = parts
        .iter()
        .rev()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    name_words(head(&text.join("/"), 1_024))
}

#[cfg(test)]
mod tests {
    use upturn_core::{ConversationId, Speaker};

    use super::*;

    fn conversation(texts: &[&str]) -> Conversation {
        let turns = texts.iter().map(|text| Turn::new(Speaker::Buyer, *text));
        Conversation::new(ConversationId::new("a-1").unwrap(), turns.collect()).unwrap()
    }

    #[test]
    fn blank_turns_do_not_hide_the_closing_ones() {
        let observed = Observed::new(
            &conversation(&["x", "One two.", " ", "three", ""]),
            Outcome::Won,
            None,
            2,
        );
        assert_eq!(observed.closing, ["one two", "three"]);
        assert_eq!(
            (observed.earlier.len(), observed.closing_words().len()),
            (1, 3)
        );
    }

    #[test]
    fn a_monstrous_call_is_kept_small() {
        let many: Vec<String> = (0..100_000).map(|at| format!("w{at}")).collect();
        let text = many.join(" ");
        let observed = Observed::new(&conversation(&[&text, &text]), Outcome::Won, None, 1);
        assert!(observed.earlier.len() <= MOST_KEPT && observed.closing[0].len() <= CLOSING_BYTES);
    }

    #[test]
    fn only_the_last_three_parts_of_a_path_count() {
        let path = Path::new("/home/lost/exports/won/call_7.vtt");
        assert_eq!(path_words(path), ["7", "call", "exports", "won"]);
    }
}
