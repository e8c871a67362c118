//! An encoder and the store it filled, asked from asynchronous code: [`Calls`].

use std::sync::Arc;

use upturn_core::{
    Diagnostic, Document, Embedding, Embeddings, EmbeddingsError, ErrorKind, Filter, Point,
    PointId, RetrieverError, ScoredDocument, SearchRequest, VectorStore, VectorStoreError,
    VectorStoreRetriever,
};

use crate::guarded::{Panicked, blocking};

/// Why calls gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallsError {
    /// The encoder or the store refused.
    #[error("the calls could not be asked")]
    Refused(#[from] RetrieverError),
    /// One of them panicked.
    #[error("the encoder or the store is out of order")]
    Panicked(#[from] Panicked),
}

impl From<EmbeddingsError> for CallsError {
    fn from(error: EmbeddingsError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<VectorStoreError> for CallsError {
    fn from(error: VectorStoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Diagnostic for CallsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(source) => source.kind(),
            Self::Panicked(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(source) => source.hint(),
            Self::Panicked(source) => source.hint(),
        }
    }
}

/// What to look for, in words.
#[derive(Clone, Default, PartialEq)]
pub struct CallsRequest {
    /// Near what.
    pub text: String,
    /// At most how many.
    pub limit: usize,
    /// Among which. All by default.
    pub filter: Filter,
    /// Not below this score. No threshold by default.
    pub score_threshold: Option<f32>,
}

impl std::fmt::Debug for CallsRequest {
    /// Without the text: a question may repeat what a buyer said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallsRequest")
            .field("chars", &self.text.chars().count())
            .field("limit", &self.limit)
            .field("filter", &self.filter)
            .field("score_threshold", &self.score_threshold)
            .finish()
    }
}

/// The vectors of texts, in order, from asynchronous code.
///
/// # Errors
///
/// [`CallsError`] from the encoder, and if it gave another number of vectors.
pub async fn embed_documents(
    embeddings: &Arc<dyn Embeddings>,
    texts: Vec<String>,
) -> Result<Vec<Embedding>, CallsError> {
    let embeddings = Arc::clone(embeddings);
    let work = move || {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vectors = embeddings.embed_documents(&texts)?;
        let (expected, got) = (texts.len(), vectors.len());
        if got == expected {
            Ok(vectors)
        } else {
            Err(EmbeddingsError::Count { expected, got })
        }
    };
    Ok(blocking(work).await??)
}

/// The vector of a question, from asynchronous code.
///
/// # Errors
///
/// [`CallsError`] from the encoder.
pub async fn embed_query(
    embeddings: &Arc<dyn Embeddings>,
    text: String,
) -> Result<Embedding, CallsError> {
    let embeddings = Arc::clone(embeddings);
    Ok(blocking(move || embeddings.embed_query(&text)).await??)
}

/// An encoder and the store it filled, asked from asynchronous code: what every adapter to a foreign framework holds.
///
/// # Law
///
/// - **Same answers.** `search` gives what [`VectorStore::search`] gives to [`Embeddings::embed_query`] of the text.
#[derive(Debug, Clone)]
pub struct Calls {
    embeddings: Arc<dyn Embeddings>,
    store: Arc<dyn VectorStore>,
}

impl Calls {
    /// Joins an encoder and a store.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::ForeignEncoder`] if the store was filled by another encoder.
    pub fn new(
        embeddings: Arc<dyn Embeddings>,
        store: Arc<dyn VectorStore>,
    ) -> Result<Self, VectorStoreError> {
        VectorStoreRetriever::new(Arc::clone(&embeddings), Arc::clone(&store))?;
        Ok(Self { embeddings, store })
    }

    /// The encoder.
    pub const fn embeddings(&self) -> &Arc<dyn Embeddings> {
        &self.embeddings
    }

    /// The nearest admitted documents, nearest first.
    ///
    /// # Errors
    ///
    /// [`CallsError`] from the encoder or the store.
    pub async fn search(&self, request: CallsRequest) -> Result<Vec<ScoredDocument>, CallsError> {
        let Self { embeddings, store } = self.clone();
        let work = move || -> Result<_, RetrieverError> {
            let query = embeddings.embed_query(&request.text)?;
            let search = SearchRequest {
                score_threshold: request.score_threshold,
                ..SearchRequest::new(query, request.limit).with_filter(request.filter)
            };
            Ok(store.search(&search)?)
        };
        Ok(blocking(work).await??)
    }

    /// Embeds and stores documents, replacing those with the same id; their ids, in order.
    ///
    /// # Errors
    ///
    /// [`CallsError`] from the encoder or the store.
    pub async fn upsert(&self, documents: Vec<Document>) -> Result<Vec<PointId>, CallsError> {
        let texts = documents
            .iter()
            .map(|document| document.page_content.clone());
        let vectors = embed_documents(&self.embeddings, texts.collect()).await?;
        let points = documents.into_iter().zip(vectors);
        let points = points.map(|(document, embedding)| Point {
            document,
            embedding,
        });
        let points: Vec<Point> = points.collect();
        let store = Arc::clone(&self.store);
        let work = move || -> Result<_, VectorStoreError> {
            store.upsert(&points)?;
            Ok(points.iter().map(|point| point.document.id()).collect())
        };
        Ok(blocking(work).await??)
    }
}

#[cfg(test)]
mod tests;
