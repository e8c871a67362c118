//! A document as the server keeps it, and back.

use std::collections::HashMap;

use qdrant_client::Payload;
use qdrant_client::qdrant::Value;
use upturn_core::{Document, Fingerprint, document_of};

use crate::QdrantStoreError;

/// What is stored beside a document's vectors.
pub(crate) fn payload(
    document: &Document,
    fingerprint: &Fingerprint,
) -> Result<HashMap<String, Value>, QdrantStoreError> {
    let payload = upturn_core::payload(document, fingerprint);
    payload
        .map(|payload| Payload::from(payload).into())
        .ok_or_else(|| QdrantStoreError::Document { id: document.id() })
}

/// The document that is stored, or none: somebody else may have put points into the collection.
pub(crate) fn document(payload: HashMap<String, Value>) -> Option<Document> {
    let serde_json::Value::Object(payload) = Payload::from(payload).into() else {
        return None;
    };
    document_of(payload)
}
