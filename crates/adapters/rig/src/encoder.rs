//! The encoder as rig's embedding model: [`Encoder`].

use std::sync::Arc;

use futures_util::stream;
use rig_core::driver::{Exchange, Local, Model, Opened, Opening, Step, Transport};
use rig_core::embeddings::{Embedding as Vector, EmbeddingResponse};
use rig_core::error::ProviderError;
use rig_core::operation::Embedding;
use rig_core::wire::Capabilities;
use upturn_chains::{CallsError, embed_documents, embed_query, in_full};
use upturn_core::Embeddings;

/// Texts that rig may hand over at once; the encoder makes its own batches of them.
const MAX_DOCUMENTS: usize = 1024;

/// Which form of a text's vector is meant.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Document,
    Query,
}

/// An encoder in the calling process, as the transport of rig's embedding model. Clones share it.
///
/// ```
/// use std::sync::Arc;
/// use upturn_rig::Encoder;
///
/// # fn of(encoder: Arc<dyn upturn_core::Embeddings>) {
/// let model = Encoder::documents(encoder).model();
/// # let _ = model.capabilities();
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Encoder {
    embeddings: Arc<dyn Embeddings>,
    form: Form,
}

impl Encoder {
    /// Embeds texts as what is stored.
    pub const fn documents(embeddings: Arc<dyn Embeddings>) -> Self {
        Self {
            embeddings,
            form: Form::Document,
        }
    }

    /// Embeds texts as questions.
    pub const fn queries(embeddings: Arc<dyn Embeddings>) -> Self {
        Self {
            embeddings,
            form: Form::Query,
        }
    }

    /// rig's model: provider `upturn`, the encoder's fingerprint as its id.
    pub fn model(self) -> Model<Local<Embedding>, Self> {
        let capabilities = Capabilities::embedding(MAX_DOCUMENTS, self.embeddings.dimension());
        let wire = Local::new("upturn")
            .with_id(self.embeddings.fingerprint().as_str())
            .with_capabilities(capabilities);
        Model::new(wire, self)
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vector>, CallsError> {
        let mut vectors = Vec::with_capacity(texts.len());
        match self.form {
            Form::Document => vectors = embed_documents(&self.embeddings, texts.clone()).await?,
            Form::Query => {
                for text in &texts {
                    vectors.push(embed_query(&self.embeddings, text.clone()).await?);
                }
            }
        }
        let pairs = texts.into_iter().zip(vectors);
        let vectors = pairs.map(|(document, vector)| Vector {
            document,
            vec: vector.as_slice().iter().copied().map(f64::from).collect(),
        });
        Ok(vectors.collect())
    }
}

impl Transport<Local<Embedding>> for Encoder {
    fn send(&self, texts: Vec<String>, _exchange: Exchange) -> Opening<Step<Embedding>> {
        let encoder = self.clone();
        Opening::new(async move {
            let vectors = encoder.embed(texts).await;
            let reply = vectors
                .map(|vectors| Step::End(EmbeddingResponse::new(vectors)))
                .map_err(|error| ProviderError::Provider(in_full(&error)));
            Ok(Opened::new(stream::iter([reply])))
        })
    }
}
