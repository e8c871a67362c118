//! A document as the server keeps it, and back.

use std::collections::HashMap;

use qdrant_client::Payload;
use qdrant_client::qdrant::Value;
use serde::Serialize;
use upturn_core::{Date, Document, DocumentMetadata, Fingerprint, Outcome};

use crate::QdrantStoreError;

/// A document as it is stored: LangChain's two fields, and those that one may want to filter by.
#[derive(Serialize)]
struct StoredPayload<'a> {
    #[serde(flatten)]
    document: &'a Document,
    kind: &'static str,
    conversation: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    fingerprint: &'a str,
}

impl<'a> StoredPayload<'a> {
    fn new(document: &'a Document, fingerprint: &'a Fingerprint) -> Self {
        let DocumentMetadata {
            kind,
            conversation,
            turns: _,
            account,
            outcome,
            rep,
            stage,
            industry,
            amount,
            date,
            language,
        } = &document.metadata;
        Self {
            document,
            kind: kind.as_str(),
            conversation: conversation.as_str(),
            account,
            outcome: outcome.map(Outcome::as_str),
            rep: rep.as_deref(),
            stage: stage.as_deref(),
            industry: industry.as_deref(),
            amount: *amount,
            date: *date,
            language: language.as_deref(),
            fingerprint: fingerprint.as_str(),
        }
    }
}

/// What is stored beside a document's vectors.
pub(crate) fn payload(
    document: &Document,
    fingerprint: &Fingerprint,
) -> Result<HashMap<String, Value>, QdrantStoreError> {
    serde_json::to_value(StoredPayload::new(document, fingerprint))
        .ok()
        .and_then(|payload| Payload::try_from(payload).ok())
        .map(Into::into)
        .ok_or_else(|| QdrantStoreError::Document { id: document.id() })
}

/// The document that is stored, or none: somebody else may have put points into the collection.
pub(crate) fn document(payload: HashMap<String, Value>) -> Option<Document> {
    serde_json::from_value(Payload::from(payload).into()).ok()
}
