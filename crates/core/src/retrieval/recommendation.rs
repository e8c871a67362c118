//! Like these calls and unlike those: [`recommend`], and the direction that this is: [`towards`].

use std::collections::BTreeSet;

use crate::{
    ConversationId, Document, Embedding, Filter, PointId, ScoredDocument, SearchRequest,
    VectorStore, VectorStoreError,
};

/// Documents near `2 m⁺ - m⁻`, with `m⁺` and `m⁻` the means of the calls `like` and `unlike`; none of these calls is among them.
///
/// This is Qdrant's recommendation by average vectors; without `unlike` it is the mean alone. A call that is not in the store is
/// passed over, and where nothing of `like` is left, or the two means cancel out, nothing is found.
///
/// # Errors
///
/// The store's own.
pub fn recommend(
    store: &dyn VectorStore,
    like: &[ConversationId],
    unlike: &[ConversationId],
    filter: &Filter,
    limit: usize,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let Some(target) = towards(store, like, unlike)? else {
        return Ok(Vec::new());
    };
    let mut filter = filter.clone();
    let given = like.iter().chain(unlike).cloned();
    filter.without_conversations.extend(given);
    store.search(&SearchRequest::new(target, limit).with_filter(filter))
}

/// The direction in which [`recommend`] looks; none where nothing of `like` is in the store, or the two means cancel out.
///
/// # Errors
///
/// The store's own.
pub fn towards(
    store: &dyn VectorStore,
    like: &[ConversationId],
    unlike: &[ConversationId],
) -> Result<Option<Embedding>, VectorStoreError> {
    let Some(wanted) = mean(store, like)? else {
        return Ok(None);
    };
    let target = match mean(store, unlike)? {
        Some(unwanted) => wanted
            .iter()
            .zip(&unwanted)
            .map(|(wanted, unwanted)| 2.0 * wanted - unwanted)
            .collect(),
        None => wanted,
    };
    Ok(Embedding::normalized(target).ok())
}

/// Those of `calls` that have no vector of their own in the store, in the order given.
///
/// # Errors
///
/// The store's own.
pub fn unknown_calls(
    store: &dyn VectorStore,
    calls: &[ConversationId],
) -> Result<Vec<ConversationId>, VectorStoreError> {
    let ids: Vec<PointId> = calls.iter().map(Document::call_id).collect();
    let points = store.retrieve(&ids)?.into_iter();
    let known: BTreeSet<PointId> = points.map(|point| point.document.id()).collect();
    let is_unknown = |call: &&ConversationId| !known.contains(&Document::call_id(call));
    Ok(calls.iter().filter(is_unknown).cloned().collect())
}

/// The mean of the calls' own vectors, not of unit length; none without a known call.
fn mean(
    store: &dyn VectorStore,
    calls: &[ConversationId],
) -> Result<Option<Vec<f32>>, VectorStoreError> {
    let ids: Vec<PointId> = calls.iter().map(Document::call_id).collect();
    let points = store.retrieve(&ids)?;
    if points.is_empty() {
        return Ok(None);
    }
    let mut sum = vec![0f32; store.dimension()];
    for point in &points {
        for (sum, value) in sum.iter_mut().zip(point.embedding.as_slice()) {
            *sum += value / points.len() as f32;
        }
    }
    Ok(Some(sum))
}
