//! Which points say a word: [`Inverted`].

use std::collections::HashMap;

use upturn_core::{Bm25, SparseEmbedding};

/// For each word the rows that say it, ascending, with the word's weight there.
#[derive(Debug, Default)]
pub(crate) struct Inverted {
    rows: HashMap<u32, Vec<(u32, f32)>>,
    /// How many rows say any word.
    with_words: usize,
}

impl Inverted {
    /// Adds a row that comes after all others.
    pub(crate) fn push(&mut self, row: u32, text: &str) {
        let words = Bm25.document(text);
        self.with_words += usize::from(!words.is_empty());
        for (&word, &weight) in words.indices().iter().zip(words.values()) {
            self.rows.entry(word).or_default().push((row, weight));
        }
    }

    /// BM25 of every row that says a word of the query, with each word's rarity among the rows that say any.
    pub(crate) fn scores(&self, query: &SparseEmbedding) -> Vec<(u32, f32)> {
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for (word, &asked) in query.indices().iter().zip(query.values()) {
            let rows = self.rows.get(word).map_or(&[][..], Vec::as_slice);
            let rarity = asked * Bm25.rarity(self.with_words, rows.len());
            for &(row, weight) in rows {
                *scores.entry(row).or_default() += weight * rarity;
            }
        }
        scores.into_iter().collect()
    }
}
