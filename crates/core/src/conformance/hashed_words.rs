//! An encoder without a model, for tests and examples: [`HashedWords`].

use crate::{Embedding, Embeddings, EmbeddingsError, Fingerprint};

/// Places that words fall into.
const WORDS: usize = 62;
/// The place that only stored text has.
const DOCUMENT: usize = WORDS;
/// The place that only questions have.
const QUERY: usize = WORDS + 1;

/// Counts words in places that their hashes choose: texts with common words are near each other, and nothing more.
///
/// A question's vector differs from that of the same text stored, so that a caller that mixes the two up gives other
/// scores. No model: it is for tests and examples, *not* for predictions.
#[derive(Debug)]
pub struct HashedWords {
    fingerprint: Fingerprint,
}

impl HashedWords {
    /// Length of its vectors.
    pub const DIMENSION: usize = WORDS + 2;

    /// The only one there is.
    pub fn new() -> Self {
        Self {
            fingerprint: Fingerprint::new("hashed-words-1"),
        }
    }
}

impl Default for HashedWords {
    fn default() -> Self {
        Self::new()
    }
}

impl Embeddings for HashedWords {
    fn dimension(&self) -> usize {
        Self::DIMENSION
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        Ok(texts.iter().map(|text| embed(text, DOCUMENT)).collect())
    }

    fn embed_query(&self, text: &str) -> Result<Embedding, EmbeddingsError> {
        Ok(embed(text, QUERY))
    }
}

/// The mark is never 0, hence neither is the vector.
fn embed(text: &str, mark: usize) -> Embedding {
    let mut counts = vec![0f32; HashedWords::DIMENSION];
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        let hash = xxhash_rust::xxh3::xxh3_64(word.to_lowercase().as_bytes());
        let place = usize::try_from(hash % WORDS as u64).unwrap();
        *counts.get_mut(place).unwrap() += 1.0;
    }
    *counts.get_mut(mark).unwrap() = 0.5;
    Embedding::normalized(counts).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_words_keep_the_laws_of_embeddings() {
        super::super::embeddings::check(&HashedWords::new());
    }

    #[test]
    fn a_question_is_another_vector_than_the_same_text_stored() {
        let words = HashedWords::new();
        let stored = words.embed_documents(&["what does it cost"]).unwrap();
        let asked = words.embed_query("what does it cost").unwrap();
        assert!(stored[0].cosine(&asked) < 0.99);
    }
}
