//! Calls are asked as the store is, and what goes wrong below is an error.

use upturn_core::Fingerprint;
use upturn_core::conformance::HashedWords;
use upturn_core::conformance::doors::{Answer, check, fill};
use upturn_vectorstore_memory::MemoryStore;

use super::*;

fn filled() -> (Arc<dyn Embeddings>, Arc<dyn VectorStore>) {
    let embeddings = HashedWords::new();
    let store = MemoryStore::new(HashedWords::DIMENSION, embeddings.fingerprint().clone());
    fill(&embeddings, &store);
    (Arc::new(embeddings), Arc::new(store))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let tokio = tokio::runtime::Builder::new_current_thread().build();
    tokio.unwrap().block_on(work)
}

fn request(text: &str) -> CallsRequest {
    CallsRequest {
        text: text.to_owned(),
        limit: 3,
        ..CallsRequest::default()
    }
}

#[test]
fn calls_answer_as_the_store_does() {
    let (embeddings, store) = filled();
    let calls = Calls::new(Arc::clone(&embeddings), Arc::clone(&store)).unwrap();
    run(check(
        embeddings.as_ref(),
        store.as_ref(),
        async |question| {
            let request = CallsRequest {
                text: question.text,
                limit: question.limit,
                filter: question.filter,
                score_threshold: None,
            };
            let found = calls.search(request).await.unwrap();
            found.into_iter().map(Answer::from).collect()
        },
    ));
}

#[test]
fn a_threshold_keeps_what_is_as_near() {
    let (embeddings, store) = filled();
    let calls = Calls::new(embeddings, store).unwrap();
    let all = run(calls.search(request("the price"))).unwrap();
    let near = CallsRequest {
        score_threshold: Some(all[0].score),
        ..request("the price")
    };
    let found = run(calls.search(near)).unwrap();
    assert!(!found.is_empty() && found.iter().all(|found| found.score >= all[0].score));
}

#[test]
fn what_is_added_is_found_and_replaces_itself() {
    let (embeddings, store) = filled();
    let calls = Calls::new(embeddings, Arc::clone(&store)).unwrap();
    let before = store.count(&Filter::default()).unwrap();
    let mut document = run(calls.search(request("the price")))
        .unwrap()
        .remove(0)
        .document;
    document.page_content = "zebra crossing".to_owned();
    let ids = run(calls.upsert(vec![document.clone()])).unwrap();
    assert_eq!(ids, [document.id()]);
    assert_eq!(store.count(&Filter::default()).unwrap(), before);
    let found = run(calls.search(request("zebra crossing"))).unwrap();
    assert_eq!(found[0].document, document);
}

#[test]
fn another_encoders_store_is_refused() {
    let store = MemoryStore::new(HashedWords::DIMENSION, Fingerprint::new("other"));
    let error = Calls::new(Arc::new(HashedWords::new()), Arc::new(store)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[derive(Debug)]
struct Broken(HashedWords);

impl Embeddings for Broken {
    fn dimension(&self) -> usize {
        self.0.dimension()
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.0.fingerprint()
    }

    fn embed_documents(&self, _texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError> {
        Ok(Vec::new())
    }

    fn embed_query(&self, text: &str) -> Result<Embedding, EmbeddingsError> {
        panic!("{text}")
    }
}

#[test]
fn an_encoder_that_panics_or_drops_texts_is_an_error_without_the_text() {
    let (_, store) = filled();
    let broken: Arc<dyn Embeddings> = Arc::new(Broken(HashedWords::new()));
    let calls = Calls::new(Arc::clone(&broken), store).unwrap();
    let error = run(calls.search(request("a secret"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(!format!("{error:?}").contains("secret"));
    let error = run(embed_documents(&broken, vec!["a secret".to_owned()])).unwrap_err();
    assert!(matches!(
        error,
        CallsError::Refused(RetrieverError::Embeddings(_))
    ));
}

#[test]
fn debug_of_a_request_shows_no_word_of_it() {
    assert!(!format!("{:?}", request("a secret")).contains("secret"));
}
