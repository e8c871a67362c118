//! A document as every store of Qdrant's keeps it: [`payload`], and back: [`document_of`].

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Date, Document, DocumentMetadata, Fingerprint, Outcome};

/// LangChain's two fields, and beside them those that one may want to filter by.
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

/// What is stored beside a document's vectors: `page_content` and `metadata` as LangChain's Qdrant stores write them, and on the
/// top level the fields that filters name, with the encoder's fingerprint. None only if it were no JSON object.
pub fn payload(document: &Document, fingerprint: &Fingerprint) -> Option<Map<String, Value>> {
    match serde_json::to_value(StoredPayload::new(document, fingerprint)) {
        Ok(Value::Object(payload)) => Some(payload),
        _ => None,
    }
}

/// The document that a payload holds, or none: somebody else may have put points into the collection.
pub fn document_of(payload: Map<String, Value>) -> Option<Document> {
    serde_json::from_value(Value::Object(payload)).ok()
}
