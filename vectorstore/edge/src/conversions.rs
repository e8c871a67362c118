//! Our words into the engine's and back.
//!
//! Conversions destructure completely, so that a new field stops the build here.

use std::collections::{BTreeMap, HashMap};

use qdrant_edge::{
    CountRequest, Distance, EdgeConfig, EdgeSparseVectorParamsBuilder, EdgeVectorParamsBuilder,
    Modifier, NamedQuery, PointId, PointInsertOperations, PointOperations, PointStructPersisted,
    QueryEnum, Record, ScoredPoint, ScrollRequest, SearchParams, SearchRequest as EngineRequest,
    SparseVector, UpdateOperation, VectorInternal, VectorPersisted, VectorStructInternal,
    VectorStructPersisted, WithPayloadInterface, WithVector,
};
use upturn_core::{
    Bm25, Embedding, Filter, Fingerprint, Point, ScoredDocument, SearchQuery, SearchRequest,
    SparseEmbedding,
};

use crate::EngineError;
use crate::filter::filter;
use crate::payload::{document, payload};

/// Name of the vector that the encoder made.
pub(crate) const DENSE: &str = "dense";
/// Name of the vector of words.
const SPARSE: &str = "sparse";
/// Candidates that a search of the graph keeps, at least: with fewer, some of the ten nearest of 100,000 are missed.
const LEAST_CANDIDATES: usize = 128;

/// A vector compared by cosine and one of words, whose rarity the engine sees to; everything else as the engine has it.
pub(crate) fn config(dimension: usize) -> EdgeConfig {
    let dense = EdgeVectorParamsBuilder::new(dimension, Distance::Cosine).build();
    let sparse = EdgeSparseVectorParamsBuilder::new()
        .modifier(Modifier::Idf)
        .build();
    EdgeConfig::builder()
        .vector(DENSE, dense)
        .sparse_vector(SPARSE, sparse)
        .build()
}

/// The operation that stores points, each under its document's id.
pub(crate) fn upsert(
    points: &[Point],
    fingerprint: &Fingerprint,
) -> Result<UpdateOperation, EngineError> {
    let points = points
        .iter()
        .map(|point| stored(point, fingerprint))
        .collect::<Result<_, _>>()?;
    let points = PointInsertOperations::PointsList(points);
    let operation = PointOperations::UpsertPoints(points);
    Ok(UpdateOperation::PointOperation(operation))
}

fn stored(point: &Point, fingerprint: &Fingerprint) -> Result<PointStructPersisted, EngineError> {
    let Point {
        document,
        embedding,
    } = point;
    let dense = VectorPersisted::Dense(embedding.as_slice().to_vec());
    let mut vectors = HashMap::from([(DENSE.to_owned(), dense)]);
    let words = Bm25.document(&document.page_content);
    if !words.is_empty() {
        vectors.insert(SPARSE.to_owned(), VectorPersisted::Sparse(sparse(&words)?));
    }
    Ok(PointStructPersisted {
        id: PointId::Uuid(document.id()),
        vector: VectorStructPersisted::Named(vectors),
        payload: Some(payload(document, fingerprint)?),
    })
}

fn sparse(words: &SparseEmbedding) -> Result<SparseVector, EngineError> {
    SparseVector::new(words.indices().to_vec(), words.values().to_vec())
        .map_err(|error| EngineError::new(error.to_string()))
}

/// The ids under which points are stored.
pub(crate) fn ids(points: &[Point]) -> Vec<PointId> {
    let ids = points
        .iter()
        .map(|point| PointId::Uuid(point.document.id()));
    ids.collect()
}

/// Whether what the engine has under the points' ids is what they hold. Of two with one id the later counts.
pub(crate) fn hold(records: Vec<Record>, points: &[Point]) -> bool {
    let mut expected: BTreeMap<_, _> = points
        .iter()
        .map(|point| (PointId::Uuid(point.document.id()), &point.document))
        .collect();
    for record in records {
        let stored = document(record.payload);
        if stored.is_some_and(|stored| expected.get(&record.id) == Some(&&stored)) {
            expected.remove(&record.id);
        }
    }
    expected.is_empty()
}

/// The operation that removes what is admitted.
pub(crate) fn delete(admitted: &Filter) -> Result<UpdateOperation, EngineError> {
    let operation = PointOperations::DeletePointsByFilter(filter(admitted)?);
    Ok(UpdateOperation::PointOperation(operation))
}

/// The exact count of what is admitted.
pub(crate) fn count(admitted: &Filter) -> Result<CountRequest, EngineError> {
    Ok(CountRequest {
        filter: Some(filter(admitted)?),
        exact: true,
    })
}

/// A search for the `limit` nearest points; limit and offset in the request are not looked at.
pub(crate) fn search(request: &SearchRequest, limit: usize) -> Result<EngineRequest, EngineError> {
    let SearchRequest {
        query,
        limit: _,
        offset: _,
        filter: admitted,
        score_threshold,
    } = request;
    let (query, params) = match query {
        SearchQuery::Dense(query) => {
            let vector = VectorInternal::Dense(query.as_slice().to_vec());
            (NamedQuery::new(vector, DENSE), Some(params(limit)))
        }
        SearchQuery::Words(words) => {
            let vector = VectorInternal::Sparse(sparse(words)?);
            (NamedQuery::new(vector, SPARSE), None)
        }
    };
    Ok(EngineRequest {
        query: QueryEnum::Nearest(query),
        filter: Some(filter(admitted)?),
        params,
        limit,
        offset: 0,
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: None,
        score_threshold: *score_threshold,
    })
}

fn params(limit: usize) -> SearchParams {
    SearchParams {
        hnsw_ef: Some(limit.saturating_mul(2).max(LEAST_CANDIDATES)),
        ..SearchParams::default()
    }
}

/// The points from `from` on, in order of id.
pub(crate) fn scroll(
    admitted: &Filter,
    from: Option<PointId>,
    limit: usize,
) -> Result<ScrollRequest, EngineError> {
    Ok(ScrollRequest {
        offset: from,
        limit: Some(limit),
        filter: Some(filter(admitted)?),
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: WithVector::Bool(true),
        order_by: None,
    })
}

/// A found point as a document with its score; none if it is not ours.
pub(crate) fn scored(point: ScoredPoint) -> Option<ScoredDocument> {
    Some(ScoredDocument {
        document: document(point.payload)?,
        score: point.score,
    })
}

/// A stored point as it came; none if it is not ours.
pub(crate) fn point(record: Record) -> Option<Point> {
    let VectorStructInternal::Named(mut vectors) = record.vector? else {
        return None;
    };
    let VectorInternal::Dense(dense) = vectors.remove(DENSE)? else {
        return None;
    };
    Some(Point {
        document: document(record.payload)?,
        embedding: Embedding::from_unit(dense).ok()?,
    })
}
