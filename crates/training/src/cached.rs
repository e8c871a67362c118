//! An encoder that remembers: [`CachedMoments`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use upturn_core::{
    Cause, ConversationId, EmbeddingsError, EncodedMoment, Fingerprint, MomentEncoder, Prefix,
};

use crate::memory::{Blob, Blobs, Share, bytes_of, decoded, encoded};
use crate::{MemoryBudget, TrainingError};

/// Remembers the moments of each prefix by conversation id and number of turns.
///
/// For data that do not change while the value lives: two conversations of one id must be the same. What does not fit its
/// [`MemoryBudget`] is remembered in a scratch file.
#[derive(Debug)]
pub struct CachedMoments<E> {
    encoder: E,
    memory: MemoryBudget,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    moments: HashMap<ConversationId, Vec<Prefixed>>,
    /// Bytes in memory.
    held: usize,
    blobs: Option<Arc<Blobs>>,
}

/// A prefix of a conversation that is known.
#[derive(Debug)]
struct Prefixed {
    turns: usize,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Memory(Vec<EncodedMoment>),
    Scratch(Blob),
}

/// What was found of a prefix while nobody else could change it.
enum Found {
    Moments(Vec<EncodedMoment>),
    Bytes(Arc<Blobs>, Blob),
}

impl<E: MomentEncoder> CachedMoments<E> {
    /// Remembers what `encoder` says, in memory.
    pub fn new(encoder: E) -> Self {
        Self::within(MemoryBudget::unlimited(), encoder)
    }

    /// Remembers what `encoder` says; training with it keeps to `memory`.
    pub fn within(memory: MemoryBudget, encoder: E) -> Self {
        Self {
            encoder,
            memory,
            known: Mutex::default(),
        }
    }

    /// The encoder behind it.
    pub fn encoder(&self) -> &E {
        &self.encoder
    }

    /// How much may be in memory.
    pub fn memory(&self) -> &MemoryBudget {
        &self.memory
    }

    /// Sees to it that prefixes are known.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Scratch`], or the encoder's own.
    pub(crate) fn remember(&self, prefixes: &[Prefix<'_>]) -> Result<(), TrainingError> {
        self.knowing(prefixes).map(drop)
    }

    /// The moments of prefixes, encoded if they are not known.
    ///
    /// # Errors
    ///
    /// As [`remember`](Self::remember).
    pub(crate) fn recall(
        &self,
        prefixes: &[Prefix<'_>],
    ) -> Result<Vec<Vec<EncodedMoment>>, TrainingError> {
        let known = self.knowing(prefixes)?;
        let found: Vec<Found> = prefixes.iter().map(|prefix| known.find(prefix)).collect();
        drop(known);
        let read = |(prefix, found): (&Prefix<'_>, Found)| match found {
            Found::Moments(moments) => Ok(moments),
            Found::Bytes(blobs, blob) => {
                let bytes = blobs
                    .read(blob)
                    .map_err(|error| self.memory.failed(error))?;
                decoded(&bytes, prefix.id())
                    .ok_or_else(|| self.memory.failed(std::io::ErrorKind::InvalidData.into()))
            }
        };
        prefixes.iter().zip(found).map(read).collect()
    }

    /// Nobody holds the lock while the encoder works: its threads may come back here for other prefixes.
    fn knowing(&self, prefixes: &[Prefix<'_>]) -> Result<MutexGuard<'_, Known>, TrainingError> {
        let known = self.lock();
        let unknown: Vec<Prefix<'_>> = prefixes
            .iter()
            .filter(|prefix| known.get(prefix).is_none())
            .copied()
            .collect();
        if unknown.is_empty() {
            return Ok(known);
        }
        drop(known);
        let encoded = self.encoder.encode(&unknown)?;
        let mut known = self.lock();
        for (prefix, moments) in unknown.iter().zip(encoded) {
            known
                .insert(prefix, moments, &self.memory)
                .map_err(|error| self.memory.failed(error))?;
        }
        Ok(known)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn get(&self, prefix: &Prefix<'_>) -> Option<&Kept> {
        let turns = prefix.turns().len();
        let of_call = self.moments.get(prefix.id())?;
        of_call
            .iter()
            .find(|known| known.turns == turns)
            .map(|known| &known.kept)
    }

    fn find(&self, prefix: &Prefix<'_>) -> Found {
        match (self.get(prefix), &self.blobs) {
            (Some(Kept::Memory(moments)), _) => Found::Moments(moments.clone()),
            (Some(Kept::Scratch(blob)), Some(blobs)) => Found::Bytes(Arc::clone(blobs), *blob),
            (Some(Kept::Scratch(_)), None) | (None, _) => Found::Moments(Vec::new()),
        }
    }

    fn insert(
        &mut self,
        prefix: &Prefix<'_>,
        moments: Vec<EncodedMoment>,
        memory: &MemoryBudget,
    ) -> std::io::Result<()> {
        // The same prefix twice among the unknown ones, or encoded by another thread meanwhile.
        if self.get(prefix).is_some() {
            return Ok(());
        }
        let held = self.held.saturating_add(bytes_of(&moments));
        let kept = if held <= memory.share(Share::Vectors) {
            self.held = held;
            Kept::Memory(moments)
        } else {
            let blobs = match &self.blobs {
                Some(blobs) => blobs,
                None => self.blobs.insert(Arc::new(Blobs::new(memory.file()?))),
            };
            Kept::Scratch(blobs.append(&encoded(&moments))?)
        };
        let of_call = self.moments.entry(prefix.id().clone()).or_default();
        of_call.reserve_exact(1);
        of_call.push(Prefixed {
            turns: prefix.turns().len(),
            kept,
        });
        Ok(())
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
        self.recall(prefixes).map_err(|error| {
            if let TrainingError::Embeddings(source) = error {
                return source;
            }
            EmbeddingsError::Backend(Cause::new(error))
        })
    }
}

#[cfg(test)]
mod tests;
