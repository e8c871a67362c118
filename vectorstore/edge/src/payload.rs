//! A document as the engine keeps it, and back.

use qdrant_edge::Payload;
use upturn_core::{Document, Fingerprint, document_of};

use crate::EngineError;

/// What is stored beside a document's vectors.
pub(crate) fn payload(
    document: &Document,
    fingerprint: &Fingerprint,
) -> Result<Payload, EngineError> {
    let payload = upturn_core::payload(document, fingerprint);
    payload.map(Payload).ok_or_else(|| {
        let id = document.id();
        EngineError::new(format!("document {id} is no JSON object"))
    })
}

/// The document that is stored, or none: somebody else may have put points into the folder.
pub(crate) fn document(payload: Option<Payload>) -> Option<Document> {
    let Payload(payload) = payload?;
    document_of(payload)
}
