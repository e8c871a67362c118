//! An encoder that remembers: [`CachedMoments`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use upturn_core::{
    ConversationId, EmbeddingsError, EncodedMoment, Fingerprint, MomentEncoder, Prefix,
};

/// Remembers the moments of each prefix by conversation id and number of turns.
///
/// For data that do not change while the value lives: two conversations of one id must be the same.
#[derive(Debug)]
pub struct CachedMoments<E> {
    encoder: E,
    known: Mutex<HashMap<(ConversationId, usize), Vec<EncodedMoment>>>,
}

impl<E: MomentEncoder> CachedMoments<E> {
    /// Remembers what `encoder` says.
    pub fn new(encoder: E) -> Self {
        Self {
            encoder,
            known: Mutex::new(HashMap::new()),
        }
    }

    /// The encoder behind it.
    pub fn encoder(&self) -> &E {
        &self.encoder
    }
}

impl<E: MomentEncoder> MomentEncoder for CachedMoments<E> {
    fn hidden(&self) -> usize {
        self.encoder.hidden()
    }

    fn dimension(&self) -> usize {
        self.encoder.dimension()
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.encoder.fingerprint()
    }

    fn encode(&self, prefixes: &[Prefix<'_>]) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        let key = |prefix: &Prefix<'_>| (prefix.id().clone(), prefix.turns().len());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown: Vec<Prefix<'_>> = prefixes
            .iter()
            .filter(|prefix| !known.contains_key(&key(prefix)))
            .copied()
            .collect();
        for (prefix, moments) in unknown.iter().zip(self.encoder.encode(&unknown)?) {
            known.insert(key(prefix), moments);
        }
        Ok(prefixes
            .iter()
            .map(|prefix| known.get(&key(prefix)).cloned().unwrap_or_default())
            .collect())
    }
}
