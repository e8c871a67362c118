//! Words as a sparse vector: [`SparseEmbedding`], made by [`Bm25`].

use std::collections::BTreeMap;
use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

/// Few weights among four thousand million places, in order of place, each once and greater than 0.
#[derive(Clone, Default, PartialEq)]
pub struct SparseEmbedding {
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl SparseEmbedding {
    /// The places that have a weight, ascending.
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// The weight at each of these places.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Whether it has no weight at all: no word was said.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The weight at a place, if it has one.
    pub fn get(&self, index: u32) -> Option<f32> {
        let at = self.indices.binary_search(&index).ok()?;
        self.values.get(at).copied()
    }
}

impl fmt::Debug for SparseEmbedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparseEmbedding")
            .field("words", &self.indices.len())
            .finish_non_exhaustive()
    }
}

/// Okapi BM25 (Robertson and Zaragoza 2009, equation 3.15) in the two halves that Qdrant's IDF modifier takes.
///
/// A document weighs each of its words by `tf (k + 1) / (tf + k (1 - b + b n / 128))`, `tf` being how often it is said, `n` the words
/// of the document, `k` 1.2 and `b` 0.75; a query weighs each of its words by how often it is said. The store multiplies both with
/// the word's [rarity](Self::rarity) when it searches, so that nothing needs to be stored anew as the collection grows.
///
/// A word is what stands between characters that are neither letters nor digits, in lower case, whatever the language; its
/// place is a hash of 32 bits. It is *not* stemmed, and common words are not left out: they are not rare.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bm25;

impl Bm25 {
    const K: f32 = 1.2;
    const B: f32 = 0.75;
    /// Words of a document of ordinary length; fixed, since an average over the collection would change with every call.
    const LENGTH: f32 = 128.0;

    /// The words of something stored.
    pub fn document(self, text: &str) -> SparseEmbedding {
        let counts = counts(text);
        let length: f32 = counts.values().sum();
        let saturation = Self::K * (1.0 - Self::B + Self::B * length / Self::LENGTH);
        let weigh = |count: f32| count * (Self::K + 1.0) / (count + saturation);
        SparseEmbedding {
            values: counts.values().copied().map(weigh).collect(),
            indices: counts.into_keys().collect(),
        }
    }

    /// The words of a question.
    pub fn query(self, text: &str) -> SparseEmbedding {
        let counts = counts(text);
        SparseEmbedding {
            values: counts.values().copied().collect(),
            indices: counts.into_keys().collect(),
        }
    }

    /// `ln(1 + (n - d + 0.5) / (d + 0.5))` for a word in `d` of `n` documents: Qdrant's IDF modifier.
    pub fn rarity(self, documents: usize, with_word: usize) -> f32 {
        let (all, with) = (documents as f32, with_word as f32);
        ((all - with + 0.5) / (with + 0.5)).ln_1p()
    }
}

/// How often each word is said, by its place.
fn counts(text: &str) -> BTreeMap<u32, f32> {
    let mut counts = BTreeMap::new();
    let lower = text.to_lowercase();
    for word in lower.split(|letter: char| !letter.is_alphanumeric()) {
        if !word.is_empty() {
            *counts.entry(place(word)).or_insert(0.0) += 1.0;
        }
    }
    counts
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "half of the hash is as good a hash"
)]
fn place(word: &str) -> u32 {
    xxh3_64(word.as_bytes()) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_ascend_and_weights_are_positive(text in ".{0,80}") {
            for words in [Bm25.document(&text), Bm25.query(&text)] {
                prop_assert!(words.indices().is_sorted_by(|left, right| left < right));
                prop_assert!(words.values().iter().all(|weight| *weight > 0.0));
                prop_assert_eq!(words.indices().len(), words.values().len());
            }
        }

        #[test]
        fn a_word_said_again_weighs_more_but_never_more_than_k_allows(times in 1usize..200) {
            let weight = |times: usize| {
                let text = vec!["price"; times].join(" ");
                let words = Bm25.document(&text);
                words.values()[0]
            };
            prop_assert!(weight(times) < 2.2);
            // The text grows with the word, so that only its first repetitions count for more.
            prop_assert!(times > 20 || weight(times + 1) > weight(times));
        }
    }

    #[test]
    fn case_and_punctuation_do_not_count_and_order_neither() {
        let words = Bm25.document("The price — the PRICE!");
        assert_eq!(words, Bm25.document("price, price; The the"));
        assert_eq!(words.indices().len(), 2);
        assert_eq!(Bm25.query("the price?").values(), [1.0, 1.0]);
        assert!(Bm25.query(" … ").is_empty());
    }

    #[test]
    fn a_document_of_ordinary_length_weighs_a_single_word_with_one() {
        let filler: Vec<String> = (0..127).map(|word| format!("w{word}")).collect();
        let words = Bm25.document(&format!("price {}", filler.join(" ")));
        assert!(
            words
                .values()
                .iter()
                .all(|weight| (weight - 1.0).abs() < 1e-6)
        );
    }

    #[test]
    fn rarity_is_that_of_the_paper_by_hand() {
        assert!((Bm25.rarity(10, 1) - (1.0 + 9.5f32 / 1.5).ln()).abs() < 1e-6);
        assert!(Bm25.rarity(10, 10) > 0.0);
    }
}
