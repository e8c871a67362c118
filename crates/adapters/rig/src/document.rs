//! A call's document as rig inserts it: [`CallDocument`].

use rig_core::Embed;
use rig_core::embeddings::{EmbedError, TextEmbedder};
use serde::{Deserialize, Serialize};
use upturn_core::Document;

/// A call's document as rig inserts it: JSON of [`Document`], `{"page_content": …, "metadata": {…}}`.
///
/// Any type with the same JSON may be inserted. What is inserted votes in predictions as what `upturn index` stores does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallDocument(pub Document);

impl Embed for CallDocument {
    fn embed(&self, embedder: &mut TextEmbedder) -> Result<(), EmbedError> {
        embedder.embed(self.0.page_content.clone());
        Ok(())
    }
}
