//! Each call once: [`nearest_calls`].

use std::collections::BTreeSet;

use crate::{ConversationId, ScoredDocument, SearchRequest, VectorStore, VectorStoreError};

/// Documents asked for first, in multiples of the calls wanted: a call has several moments.
const FIRST_REQUEST: usize = 4;

/// The `limit` nearest calls after the first `offset` ones, each by its nearest admitted document, nearest first.
///
/// Law: what is returned is what is left of the store's whole answer when of each call only the first document is kept. Where the
/// documents found are of too few calls, the store is asked for twice as many.
///
/// # Errors
///
/// The store's own.
pub fn nearest_calls(
    store: &dyn VectorStore,
    request: &SearchRequest,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let end = request.offset.saturating_add(request.limit);
    let mut asked = end.saturating_mul(FIRST_REQUEST);
    loop {
        let found = store.search(&SearchRequest {
            limit: asked,
            offset: 0,
            ..request.clone()
        })?;
        let exhausted = found.len() < asked;
        let mut calls = first_of_each(found);
        if exhausted || calls.len() >= end {
            calls.truncate(end);
            calls.drain(..request.offset.min(calls.len()));
            return Ok(calls);
        }
        asked = asked.saturating_mul(2);
    }
}

/// Of each call the first document.
pub(super) fn first_of_each(found: Vec<ScoredDocument>) -> Vec<ScoredDocument> {
    let mut seen: BTreeSet<ConversationId> = BTreeSet::new();
    let mut is_new =
        |near: &ScoredDocument| seen.insert(near.document.metadata.conversation.clone());
    found.into_iter().filter(|near| is_new(near)).collect()
}
