//! An encoder that counts letters: [`Letters`].

use upturn_core::{
    Embedding, Embeddings, EmbeddingsError, EncodedMoment, EncodedTurn, Fingerprint, Moment,
    MomentEncoder, Prefix, Turn, TurnRange,
};

/// Numbers of a vector.
pub(super) const HIDDEN: usize = 3;

/// One moment a turn, whose numbers are counts of letters.
#[derive(Debug)]
pub struct Letters(Fingerprint);

impl Letters {
    /// The one there is.
    pub fn new() -> Self {
        Self(Fingerprint::new("letters"))
    }
}

impl Default for Letters {
    fn default() -> Self {
        Self::new()
    }
}

impl MomentEncoder for Letters {
    fn hidden(&self) -> usize {
        HIDDEN
    }

    fn dimension(&self) -> usize {
        HIDDEN
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.0
    }

    fn encode(&self, prefixes: &[Prefix<'_>]) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        Ok(prefixes.iter().map(|prefix| moments(*prefix)).collect())
    }
}

impl Embeddings for Letters {
    fn dimension(&self) -> usize {
        HIDDEN
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.0
    }

    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        let embedded = texts
            .iter()
            .map(|text| Embedding::normalized(counts(text)).unwrap());
        Ok(embedded.collect())
    }
}

fn counts(text: &str) -> Vec<f32> {
    let count = |of: &str| text.chars().filter(|c| of.contains(*c)).count() as f32;
    vec![1.0 + count("aeiou"), count("strn"), count("ylmp")]
}

pub(super) fn moments(prefix: Prefix<'_>) -> Vec<EncodedMoment> {
    let one = |(start, turn): (usize, &Turn)| {
        let vector = counts(&turn.text);
        EncodedMoment {
            moment: Moment {
                conversation: prefix.id().clone(),
                turns: TurnRange {
                    start,
                    end: start + 1,
                },
                text: format!("{}: {}", turn.speaker.as_str(), turn.text),
            },
            embedding: Embedding::normalized(vector.clone()).unwrap(),
            turns: vec![EncodedTurn {
                speaker: turn.speaker,
                vector,
            }],
        }
    };
    prefix.turns().iter().enumerate().map(one).collect()
}
