//! Where cross-fitting looks for neighbours: a store of the caller, or a [`MomentIndex`] for more calls than memory holds.

use std::sync::Arc;

use upturn_core::{
    EmbeddingsError, EncodedMoment, Fingerprint, Query, RetrievalRequest, Retriever,
    RetrieverError, ScoredDocument, SearchRequest, VectorStore, points,
};
use upturn_encoder::Encoder;

use crate::cross_fit::EncodedCall;
use crate::memory::Share;
use crate::moment_index::MomentIndex;
use crate::{CachedMoments, StoreFactory, TrainingError};

/// Bytes of a point in a store besides its numbers and its text, about.
const POINT: usize = 400;

/// Calls that may vote.
pub(crate) enum Voters<'a> {
    /// In a store of the caller.
    Store(StoreOnly),
    /// In a scratch file.
    Index(MomentIndex<'a>),
}

impl<'a> Voters<'a> {
    /// In a store if that fits the memory.
    pub(crate) fn of(
        calls: &[&EncodedCall<'a>],
        moments: &CachedMoments<Encoder>,
        stores: &StoreFactory,
    ) -> Result<Self, TrainingError> {
        match filled(calls, moments, stores)? {
            Some(store) => Ok(Self::Store(store)),
            None => Ok(Self::Index(MomentIndex::of(calls, moments)?)),
        }
    }

    /// A retriever that is ready for some first requests; it answers others too.
    pub(crate) fn ready_for(
        &self,
        requests: &[RetrievalRequest],
    ) -> Result<Box<dyn Retriever + '_>, TrainingError> {
        match self {
            Self::Store(store) => Ok(Box::new(store.clone())),
            Self::Index(index) => Ok(Box::new(index.ready_for(requests)?)),
        }
    }

    /// Whether it takes a pass over all calls to answer, so that many requests are better made at once.
    pub(crate) const fn answers_many_at_once(&self) -> bool {
        matches!(self, Self::Index(_))
    }
}

/// A collection of `calls`, ready to be asked; none if it takes too much memory.
fn filled(
    calls: &[&EncodedCall<'_>],
    moments: &CachedMoments<Encoder>,
    stores: &StoreFactory,
) -> Result<Option<StoreOnly>, TrainingError> {
    let mut store: Option<Arc<dyn VectorStore>> = None;
    let (mut held, allowed) = (0usize, moments.memory().share(Share::Neighbours));
    for call in calls {
        let of_call = call.moments(moments)?;
        held = held.saturating_add(bytes_of(&of_call));
        if held > allowed {
            return Ok(None);
        }
        let store = match &store {
            Some(store) => store,
            None => store.insert(stores(dimension(&of_call), fingerprint(moments))?),
        };
        store.upsert(&points(call.conversation, &of_call))?;
    }
    match store {
        Some(store) => Ok(Some(StoreOnly(store))),
        None => Ok(Some(StoreOnly(stores(0, fingerprint(moments))?))),
    }
}

fn fingerprint(moments: &CachedMoments<Encoder>) -> &Fingerprint {
    upturn_core::MomentEncoder::fingerprint(moments)
}

fn dimension(moments: &[EncodedMoment]) -> usize {
    let first = moments.first();
    first.map_or(0, |moment| moment.embedding.dimension())
}

/// Bytes of the points of a call: one a moment, one for the call, whose text is that of all.
fn bytes_of(moments: &[EncodedMoment]) -> usize {
    let point = POINT + 4 * dimension(moments);
    let text: usize = moments.iter().map(|moment| moment.moment.text.len()).sum();
    point * (moments.len() + 1) + 2 * text
}

/// A store as a retriever: training asks by vector only, so no encoder is needed.
#[derive(Debug, Clone)]
pub(crate) struct StoreOnly(pub(crate) Arc<dyn VectorStore>);

impl Retriever for StoreOnly {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        match &request.query {
            Query::Vector(vector) => {
                let search = SearchRequest::new(vector.clone(), request.limit)
                    .with_filter(request.filter.clone());
                Ok(self.0.search(&search)?)
            }
            Query::Text(_) => Err(no_encoder()),
        }
    }
}

/// No encoder stands here to turn text into a vector.
pub(crate) fn no_encoder() -> RetrieverError {
    EmbeddingsError::Count {
        expected: 1,
        got: 0,
    }
    .into()
}
