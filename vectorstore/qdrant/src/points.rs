//! Points in the server's words and back: two named vectors and a payload.

use std::collections::HashMap;

use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::vector_output::Vector as Output;
use qdrant_client::qdrant::{
    NamedVectors, PointId as ServerId, PointStruct, RetrievedPoint, ScoredPoint, Vector,
};
use upturn_core::{Bm25, Embedding, Fingerprint, Point, PointId, ScoredDocument, SparseEmbedding};

use crate::QdrantStoreError;
use crate::payload::{document, payload};

/// Name of the vector that the encoder made.
pub(crate) const DENSE: &str = "dense";
/// Name of the vector of words.
pub(crate) const SPARSE: &str = "sparse";
/// At most how many points go in one message.
const BATCH: usize = 256;
/// At most how many bytes, roughly: servers and what stands before them often refuse more.
const BATCH_BYTES: usize = 3 << 20;

/// The points in messages of a size that servers accept, in order.
pub(crate) fn batches(
    points: &[Point],
    fingerprint: &Fingerprint,
) -> Result<Vec<Vec<PointStruct>>, QdrantStoreError> {
    let mut batches: Vec<Vec<PointStruct>> = Vec::new();
    let mut bytes = 0;
    for point in points {
        let words = Bm25.document(&point.document.page_content);
        let size = size(point, &words);
        bytes += size;
        let stored = stored(point, &words, fingerprint)?;
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes <= BATCH_BYTES => batch.push(stored),
            _ => {
                batches.push(vec![stored]);
                bytes = size;
            }
        }
    }
    Ok(batches)
}

/// Bytes of a point in a message, roughly and not less.
fn size(point: &Point, words: &SparseEmbedding) -> usize {
    const METADATA: usize = 1_024;
    let text = point.document.page_content.len();
    text + 4 * point.embedding.dimension() + 10 * words.indices().len() + METADATA
}

fn stored(
    point: &Point,
    words: &SparseEmbedding,
    fingerprint: &Fingerprint,
) -> Result<PointStruct, QdrantStoreError> {
    let Point {
        document,
        embedding,
    } = point;
    let dense = Vector::new_dense(embedding.as_slice().to_vec());
    let mut vectors = HashMap::from([(DENSE.to_owned(), dense)]);
    if !words.is_empty() {
        let (indices, values) = (words.indices().to_vec(), words.values().to_vec());
        vectors.insert(SPARSE.to_owned(), Vector::new_sparse(indices, values));
    }
    Ok(PointStruct {
        id: Some(server_id(document.id())),
        payload: payload(document, fingerprint)?,
        vectors: Some(NamedVectors { vectors }.into()),
    })
}

/// Our id in the server's words.
pub(crate) fn server_id(id: PointId) -> ServerId {
    ServerId {
        point_id_options: Some(PointIdOptions::Uuid(id.to_string())),
    }
}

/// Whether two ids are one; the server may write the same UUID in another way.
pub(crate) fn is_id(id: Option<&ServerId>, ours: PointId) -> bool {
    match id.and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Uuid(uuid)) => uuid.parse() == Ok(ours),
        Some(PointIdOptions::Num(_)) | None => false,
    }
}

/// A found point as a document with its score; none if it is not ours.
pub(crate) fn scored(point: ScoredPoint) -> Option<ScoredDocument> {
    Some(ScoredDocument {
        document: document(point.payload)?,
        score: point.score,
    })
}

/// A stored point as it came; none if it is not ours.
pub(crate) fn point(stored: RetrievedPoint) -> Option<Point> {
    let Output::Dense(dense) = stored.vectors?.get_vector_by_name(DENSE)? else {
        return None;
    };
    Some(Point {
        document: document(stored.payload)?,
        embedding: Embedding::from_unit(dense.data).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use upturn_core::{ConversationId, Document, DocumentKind, DocumentMetadata, TurnRange};

    use super::*;

    fn said(start: usize, text: String) -> Point {
        let metadata = DocumentMetadata {
            kind: DocumentKind::Moment,
            conversation: ConversationId::new("call").unwrap(),
            turns: TurnRange {
                start,
                end: start + 1,
            },
            account: "acme".to_owned(),
            outcome: None,
            rep: None,
            stage: None,
            industry: None,
            amount: None,
            date: None,
            language: None,
        };
        Point {
            document: Document {
                page_content: text,
                metadata,
            },
            embedding: Embedding::normalized(vec![3.0, 4.0]).unwrap(),
        }
    }

    #[test]
    fn batches_are_short_and_light_and_hold_every_point_in_order() {
        let fingerprint = Fingerprint::new("f");
        let short: Vec<_> = (0..600).map(|at| said(at, "a".to_owned())).collect();
        let batches = batches(&short, &fingerprint).unwrap();
        let sizes: Vec<_> = batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [256, 256, 88]);
        let ids = batches.concat().into_iter().map(|point| point.id.unwrap());
        assert!(ids.eq(short.iter().map(|point| server_id(point.document.id()))));
    }

    #[test]
    fn long_texts_go_in_few_and_one_that_is_too_long_alone() {
        let fingerprint = Fingerprint::new("f");
        let mut long: Vec<_> = (0..5).map(|at| said(at, "a".repeat(1 << 20))).collect();
        long.push(said(9, "a".repeat(BATCH_BYTES)));
        let batches = batches(&long, &fingerprint).unwrap();
        let sizes: Vec<_> = batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2, 1, 1]);
    }

    #[test]
    fn a_point_without_words_has_no_sparse_vector() {
        let fingerprint = Fingerprint::new("f");
        let silent = batches(&[said(0, "…".to_owned())], &fingerprint).unwrap();
        let vectors = format!("{:?}", silent[0][0].vectors);
        assert!(vectors.contains(DENSE) && !vectors.contains(SPARSE));
    }
}
