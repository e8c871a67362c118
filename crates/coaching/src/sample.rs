//! A small encoder for tests: [`WordVectors`].

use upturn_core::{Embedding, Embeddings, EmbeddingsError, Fingerprint};

use crate::text::words;

const DIMENSION: usize = 512;

/// A bag of words, each in a place that its letters give. Knows no meaning.
#[derive(Debug)]
pub(crate) struct WordVectors(Fingerprint);

impl Default for WordVectors {
    fn default() -> Self {
        Self(Fingerprint::new("words"))
    }
}

impl Embeddings for WordVectors {
    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.0
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Embedding {
    let mut values = vec![0.0; DIMENSION];
    values[0] = 0.1;
    for word in words(text) {
        // FNV-1a (Fowler, Noll and Vo).
        let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        values[1 + (hash % 511) as usize] += 1.0;
    }
    Embedding::normalized(values).unwrap()
}
