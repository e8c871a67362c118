//! A call's document as langchain-rust holds it, and back.

use langchain_rust::schemas::Document as ForeignDocument;
use serde_json::Value;
use upturn_core::{Document, ScoredDocument};

use crate::LangchainError;

/// What was found: the metadata's fields, and the point's `id` beside them.
pub(crate) fn found(found: ScoredDocument) -> Result<ForeignDocument, LangchainError> {
    let id = found.document.id();
    let metadata = serde_json::to_value(found.document.metadata);
    let metadata = metadata.and_then(serde_json::from_value);
    let document = ForeignDocument::new(found.document.page_content)
        .with_metadata(metadata.map_err(LangchainError::Unwritable)?)
        .with_score(f64::from(found.score));
    let mut document = document;
    let id = Value::String(id.to_string());
    document.metadata.insert("id".to_owned(), id);
    Ok(document)
}

/// What is to be added; fields that upturn does not know are left out.
pub(crate) fn to_add(place: usize, document: &ForeignDocument) -> Result<Document, LangchainError> {
    let fields = document.metadata.clone().into_iter();
    let metadata = serde_json::from_value(Value::Object(fields.collect()));
    Ok(Document {
        page_content: document.page_content.clone(),
        metadata: metadata.map_err(|source| LangchainError::NotOfACall { place, source })?,
    })
}
