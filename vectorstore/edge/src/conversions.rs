//! Our words into the engine's and back.
//!
//! Conversions destructure completely, so that a new field stops the build here.

use std::collections::{BTreeMap, HashMap};

use qdrant_edge::{
    BinaryQuantizationConfig, CountRequest, Distance, EdgeConfig, EdgeSparseVectorParamsBuilder,
    EdgeVectorParamsBuilder, Modifier, NamedQuery, PointId, PointInsertOperations, PointOperations,
    PointStructPersisted, QuantizationConfig, QuantizationSearchParams, QueryEnum, Record,
    ScalarQuantizationConfig, ScalarType, ScoredPoint, ScrollRequest, SearchParams,
    SearchRequest as EngineRequest, SparseVector, UpdateOperation, VectorInternal, VectorPersisted,
    VectorStructInternal, VectorStructPersisted, WithPayloadInterface, WithVector,
};
use rayon::prelude::*;
use upturn_core::{
    Bm25, Document, Embedding, Filter, Fingerprint, Point, Quantization, ScoredDocument,
    SearchQuery, SearchRequest, SparseEmbedding,
};

use crate::filter::filter;
use crate::payload::{document, payload};
use crate::{EdgeLayout, EngineError};

/// Name of the vector that the encoder made.
pub(crate) const DENSE: &str = "dense";
/// Name of the vector of words.
const SPARSE: &str = "sparse";
/// Candidates that a search of the graph keeps, at least: with fewer, some of the ten nearest of 100,000 are missed.
const LEAST_CANDIDATES: usize = 128;

/// A vector compared by cosine and one of words, whose rarity the engine sees to; everything else as the engine has it.
pub(crate) fn config(dimension: usize, layout: &EdgeLayout) -> EdgeConfig {
    let EdgeLayout {
        vectors_on_disk,
        words_on_disk,
        graph_on_disk,
        quantization,
    } = *layout;
    let dense = EdgeVectorParamsBuilder::new(dimension, Distance::Cosine).on_disk(vectors_on_disk);
    let sparse = EdgeSparseVectorParamsBuilder::new()
        .modifier(Modifier::Idf)
        .on_disk(words_on_disk);
    let builder = EdgeConfig::builder()
        .vector(DENSE, dense.build())
        .sparse_vector(SPARSE, sparse.build());
    let mut config = match quantization {
        Some(form) => builder.quantization_config(small(form)).build(),
        None => builder.build(),
    };
    config.hnsw_config.on_disk = Some(graph_on_disk);
    config
}

fn small(form: Quantization) -> QuantizationConfig {
    match form {
        Quantization::Scalar { .. } => ScalarQuantizationConfig {
            r#type: ScalarType::Int8,
            quantile: None,
            always_ram: Some(true),
        }
        .into(),
        Quantization::Binary { .. } => BinaryQuantizationConfig {
            always_ram: Some(true),
            encoding: None,
            query_encoding: None,
        }
        .into(),
    }
}

/// The operation that stores points, each under its document's id.
pub(crate) fn upsert(
    points: &[Point],
    fingerprint: &Fingerprint,
) -> Result<UpdateOperation, EngineError> {
    let points = points
        .par_iter()
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

/// What is stored under which id. Of two with one id the later counts.
pub(crate) fn by_id(points: &[Point]) -> BTreeMap<PointId, &Document> {
    let by_id = points
        .iter()
        .map(|point| (PointId::Uuid(point.document.id()), &point.document));
    by_id.collect()
}

/// Whether the records are what is expected.
pub(crate) fn hold(records: Vec<Record>, mut expected: BTreeMap<PointId, &Document>) -> bool {
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

/// What the engine believes to be the count, by its indexes.
pub(crate) fn estimate(admitted: &Filter) -> Result<CountRequest, EngineError> {
    Ok(CountRequest {
        exact: false,
        ..count(admitted)?
    })
}

/// A search for the `limit` nearest points; limit and offset in the request are not looked at.
pub(crate) fn search(
    request: &SearchRequest,
    limit: usize,
    quantization: Option<Quantization>,
) -> Result<EngineRequest, EngineError> {
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
            (
                NamedQuery::new(vector, DENSE),
                Some(params(limit, quantization)),
            )
        }
        SearchQuery::Words(words) => {
            let vector = VectorInternal::Sparse(sparse(words)?);
            (NamedQuery::new(vector, SPARSE), None)
        }
    };
    // A filter without conditions is looked at for every point on the way all the same.
    let conditions = (*admitted != Filter::default()).then(|| filter(admitted));
    Ok(EngineRequest {
        query: QueryEnum::Nearest(query),
        filter: conditions.transpose()?,
        params,
        limit,
        offset: 0,
        with_payload: Some(WithPayloadInterface::Bool(true)),
        with_vector: None,
        score_threshold: *score_threshold,
    })
}

fn params(limit: usize, quantization: Option<Quantization>) -> SearchParams {
    let rescored = |form: Quantization| QuantizationSearchParams {
        ignore: false,
        rescore: Some(true),
        oversampling: Some(form.oversampling()),
    };
    SearchParams {
        hnsw_ef: Some(limit.saturating_mul(2).max(LEAST_CANDIDATES)),
        quantization: quantization.map(rescored),
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
