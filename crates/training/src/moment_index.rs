//! Exact search over more moments than memory holds: [`MomentIndex`].
//!
//! The vectors lie in a scratch file; a pass over it answers many requests at once. `LANES` vectors stand side by side,
//! number by number, so that one instruction advances as many cosines, and each sums its products in the order of
//! [`Embedding::cosine`](upturn_core::Embedding::cosine): the scores are equal to the bit.

mod answers;
mod nearest;

use rayon::prelude::*;
use upturn_core::{
    Conversation, Document, Embedding, Moment, PointId, Query, RetrievalRequest, TurnRange,
};
use upturn_encoder::Encoder;

use crate::cross_fit::EncodedCall;
use crate::memory::{Blob, Blobs};
use crate::{CachedMoments, MemoryBudget, TrainingError};
pub(crate) use answers::Answers;
use nearest::{Found, Nearest};

/// Vectors side by side.
const LANES: usize = 16;

/// Groups of vectors that are read together: 1.5 MB at 384 dimensions.
const GROUPS: usize = 64;

/// The moments of whole calls with their vectors. They come without their text: votes don't read it.
#[derive(Debug)]
pub(crate) struct MomentIndex<'a> {
    dimension: usize,
    memory: MemoryBudget,
    blobs: Blobs,
    /// Where the vectors of `GROUPS × LANES` moments lie.
    blocks: Vec<Blob>,
    places: Vec<Place<'a>>,
}

/// Whose moment it is.
#[derive(Clone, Copy)]
struct Place<'a> {
    id: PointId,
    conversation: &'a Conversation,
    turns: TurnRange,
}

impl std::fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("conversation", self.conversation.id())
            .field("turns", &self.turns)
            .finish_non_exhaustive()
    }
}

impl Place<'_> {
    fn document(&self) -> Document {
        let moment = Moment {
            conversation: self.conversation.id().clone(),
            turns: self.turns,
            text: String::new(),
        };
        Document::from_moment(self.conversation, &moment)
    }
}

impl<'a> MomentIndex<'a> {
    /// Writes the vectors of `calls` down.
    pub(crate) fn of(
        calls: &[&EncodedCall<'a>],
        moments: &CachedMoments<Encoder>,
    ) -> Result<Self, TrainingError> {
        let memory = moments.memory().clone();
        let failed = |error| memory.failed(error);
        let mut index = Self {
            dimension: upturn_core::MomentEncoder::dimension(moments),
            blobs: Blobs::new(memory.file().map_err(failed)?),
            blocks: Vec::new(),
            places: Vec::new(),
            memory: memory.clone(),
        };
        let mut waiting: Vec<Embedding> = Vec::with_capacity(GROUPS * LANES);
        for call in calls {
            for moment in call.moments(moments)? {
                let mut place = Place {
                    id: PointId::nil(),
                    conversation: call.conversation,
                    turns: moment.moment.turns,
                };
                place.id = place.document().id();
                index.places.push(place);
                waiting.push(moment.embedding);
                if waiting.len() == GROUPS * LANES {
                    index.write(&waiting).map_err(failed)?;
                    waiting.clear();
                }
            }
        }
        index.write(&waiting).map_err(failed)?;
        Ok(index)
    }

    fn write(&mut self, vectors: &[Embedding]) -> std::io::Result<()> {
        if !vectors.is_empty() {
            let bytes = side_by_side(vectors, self.dimension);
            self.blocks.push(self.blobs.append(&bytes)?);
        }
        Ok(())
    }

    /// Answers `requests` in one pass, and others when they come.
    pub(crate) fn ready_for(
        &self,
        requests: &[RetrievalRequest],
    ) -> Result<Answers<'_, 'a>, TrainingError> {
        Answers::to(self, requests)
    }

    /// The nearest of each request's admitted moments, nearest first.
    fn search(&self, requests: &[RetrievalRequest]) -> Result<Vec<Vec<Found>>, TrainingError> {
        let mut nearest: Vec<Nearest<'_>> = requests.iter().filter_map(Nearest::to).collect();
        let mut places = self.places.chunks(GROUPS * LANES);
        let mut first = 0;
        for blob in &self.blocks {
            let bytes = self
                .blobs
                .read(*blob)
                .map_err(|error| self.memory.failed(error))?;
            let block = numbers(&bytes);
            let of_block = places.next().unwrap_or_default();
            nearest
                .par_iter_mut()
                .for_each(|nearest| nearest.look(&block, of_block, first));
            first += of_block.len();
        }
        Ok(nearest.into_iter().map(Nearest::sorted).collect())
    }
}

/// Each group of vectors number by number; the last group is filled up with zeros. Shape: `[groups, dimension, LANES]`.
fn side_by_side(vectors: &[Embedding], dimension: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(vectors.len().next_multiple_of(LANES) * dimension * 4);
    for group in vectors.chunks(LANES) {
        for at in 0..dimension {
            for lane in 0..LANES {
                let vector = group.get(lane).map(Embedding::as_slice);
                let number = vector.and_then(|vector| vector.get(at)).copied();
                bytes.extend(number.unwrap_or_default().to_le_bytes());
            }
        }
    }
    bytes
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks();
    numbers
        .iter()
        .map(|number| f32::from_le_bytes(*number))
        .collect()
}

/// The vector of a request; none of a text, which no encoder stands here to read.
fn vector(request: &RetrievalRequest) -> Option<&Embedding> {
    match &request.query {
        Query::Vector(vector) => Some(vector),
        Query::Text(_) => None,
    }
}

#[cfg(test)]
mod tests;
