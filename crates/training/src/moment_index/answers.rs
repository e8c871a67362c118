//! Requests that were answered together: [`Answers`].

use std::collections::HashMap;

use upturn_core::{
    Cause, Embedding, RetrievalRequest, Retriever, RetrieverError, ScoredDocument, VectorStoreError,
};

use super::nearest::Found;
use super::{MomentIndex, vector};
use crate::TrainingError;
use crate::voters::no_encoder;

/// How many times more is found than was asked for: who gets several moments of one call asks again for twice as many.
const MORE: usize = 4;

/// An index with the answers to some requests at hand; others cost a pass each.
pub(crate) struct Answers<'i, 'a> {
    index: &'i MomentIndex<'a>,
    known: HashMap<Vec<u32>, Vec<Answered>>,
}

struct Answered {
    /// Asked with a limit that is larger than the one it was made for.
    request: RetrievalRequest,
    found: Vec<Found>,
}

impl<'i, 'a> Answers<'i, 'a> {
    pub(super) fn to(
        index: &'i MomentIndex<'a>,
        requests: &[RetrievalRequest],
    ) -> Result<Self, TrainingError> {
        let more = |request: &RetrievalRequest| {
            let limit = request.limit.saturating_mul(MORE);
            RetrievalRequest::new(request.query.clone(), limit).with_filter(request.filter.clone())
        };
        let requests: Vec<RetrievalRequest> = different(requests).map(more).collect();
        let mut known: HashMap<Vec<u32>, Vec<Answered>> = HashMap::new();
        let found = index.search(&requests)?;
        for (request, found) in requests.into_iter().zip(found) {
            let answered = Answered { request, found };
            known
                .entry(bits(&answered.request))
                .or_default()
                .push(answered);
        }
        Ok(Self { index, known })
    }

    /// What is known of a request, if that is enough.
    fn known(&self, request: &RetrievalRequest) -> Option<&[Found]> {
        let answered = self.known.get(&bits(request))?;
        let answered = answered
            .iter()
            .find(|answered| answered.request.filter == request.filter)?;
        let all = answered.found.len() < answered.request.limit;
        let enough = all || request.limit <= answered.request.limit;
        let wanted = request.limit.min(answered.found.len());
        answered.found.get(..wanted).filter(|_| enough)
    }

    fn documents(&self, found: &[Found]) -> Vec<ScoredDocument> {
        let scored = |found: &Found| {
            let place = self.index.places.get(found.at)?;
            Some(ScoredDocument {
                document: place.document(),
                score: found.score,
            })
        };
        found.iter().filter_map(scored).collect()
    }
}

impl Retriever for Answers<'_, '_> {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        if vector(request).is_none() {
            return Err(no_encoder());
        }
        if let Some(found) = self.known(request) {
            return Ok(self.documents(found));
        }
        let found = self.index.search(std::slice::from_ref(request));
        let found = found.map_err(|error| VectorStoreError::Backend {
            collection: "neighbours".to_owned(),
            source: Cause::new(error),
        })?;
        Ok(self.documents(found.first().map(Vec::as_slice).unwrap_or_default()))
    }
}

/// Requests by vector, each once: the prefixes of a call ask for nearly the same moments.
fn different(requests: &[RetrievalRequest]) -> impl Iterator<Item = &RetrievalRequest> {
    let mut seen: HashMap<Vec<u32>, Vec<&RetrievalRequest>> = HashMap::new();
    let by_vector = requests.iter().filter(|request| vector(request).is_some());
    by_vector.filter(move |request| {
        let same = seen.entry(bits(request)).or_default();
        let new = !same.contains(request);
        if new {
            same.push(request);
        }
        new
    })
}

/// The numbers of a request's vector.
fn bits(request: &RetrievalRequest) -> Vec<u32> {
    let numbers = vector(request).map(Embedding::as_slice);
    let numbers = numbers.unwrap_or_default().iter();
    numbers.map(|number| number.to_bits()).collect()
}

impl std::fmt::Debug for Answers<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
