//! What goes through langchain-rust is what upturn says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::HashMap;
use std::sync::Arc;

use langchain_rust::embedding::{Embedder as _, EmbedderError};
use langchain_rust::schemas::{Document as ForeignDocument, Retriever as _};
use langchain_rust::similarity_search;
use langchain_rust::tools::Tool as _;
use langchain_rust::vectorstore::{Retriever, VecStoreOptions, VectorStore as _};
use serde_json::{Value, json};
use upturn_chains::Calls;
use upturn_chains::conformance::{PANICS, PanickingEmbeddings, check_tool, tool};
use upturn_core::conformance::HashedWords;
use upturn_core::conformance::doors::{Answer, Question, check, fill};
use upturn_core::{
    DocumentMetadata, Embedding, Embeddings, Filter, Outcome, VectorStore, VectorStoreRetriever,
};
use upturn_langchain_rust::{CallRetriever, CallStore, CallTool, Encoder, options};
use upturn_tools::conformance::{check as check_all, world};
use upturn_vectorstore_memory::MemoryStore;

fn filled() -> (Arc<dyn Embeddings>, Arc<dyn VectorStore>) {
    let embeddings = HashedWords::new();
    let store = MemoryStore::new(HashedWords::DIMENSION, embeddings.fingerprint().clone());
    fill(&embeddings, &store);
    (Arc::new(embeddings), Arc::new(store))
}

fn store() -> CallStore {
    let (embeddings, store) = filled();
    CallStore::new(Calls::new(embeddings, store).unwrap())
}

fn answers(found: Vec<ForeignDocument>) -> Vec<Answer> {
    let answers = found.into_iter().map(|found| Answer {
        id: found.metadata["id"].as_str().unwrap().parse().unwrap(),
        score: found.score,
        text: found.page_content,
    });
    answers.collect()
}

#[tokio::test]
async fn langchain_gives_the_stores_answers_to_every_question() {
    let (embeddings, store) = filled();
    let calls = Calls::new(Arc::clone(&embeddings), Arc::clone(&store)).unwrap();
    let foreign = CallStore::new(calls);
    check(embeddings.as_ref(), store.as_ref(), async |question| {
        let options = options(&question.filter).unwrap();
        let found = similarity_search!(foreign, &question.text, question.limit, &options);
        answers(found.await.unwrap())
    })
    .await;
}

#[tokio::test]
async fn its_own_retriever_and_ours_give_them_too() {
    let (embeddings, store) = filled();
    let calls = Calls::new(Arc::clone(&embeddings), Arc::clone(&store)).unwrap();
    let foreign = CallStore::new(calls);
    let own = VectorStoreRetriever::new(Arc::clone(&embeddings), Arc::clone(&store)).unwrap();
    let own = Arc::new(own);
    check(
        embeddings.as_ref(),
        store.as_ref(),
        async |question: Question| {
            let Question {
                text,
                limit,
                filter,
            } = question;
            let theirs =
                Retriever::new(foreign.clone(), limit).with_options(options(&filter).unwrap());
            let theirs = answers(theirs.get_relevant_documents(&text).await.unwrap());
            let ours = CallRetriever::new(own.clone(), limit).with_filter(filter);
            let ours = answers(ours.get_relevant_documents(&text).await.unwrap());
            assert_eq!(ours, theirs);
            ours
        },
    )
    .await;
}

#[tokio::test]
async fn metadata_are_the_calls_and_come_back_whole() {
    let found = similarity_search!(store(), "the price", 5).await.unwrap();
    for document in found {
        let fields: serde_json::Map<_, _> = document.metadata.into_iter().collect();
        let metadata: DocumentMetadata = serde_json::from_value(fields.clone().into()).unwrap();
        let mut back = serde_json::to_value(&metadata).unwrap();
        back["id"] = fields["id"].clone();
        assert_eq!(back, Value::Object(fields));
    }
}

#[tokio::test]
async fn a_threshold_of_a_score_keeps_that_score() {
    let store = store();
    let all = similarity_search!(store, "the price", 20).await.unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "it is an f32")]
    let threshold = all[4].score as f32;
    let options = VecStoreOptions::new().with_score_threshold(threshold);
    let near = similarity_search!(store, "the price", 20, &options)
        .await
        .unwrap();
    assert!(near.len() >= 5 && near.iter().all(|found| found.score >= all[4].score));
}

#[tokio::test]
async fn filters_and_options_that_upturn_does_not_have_are_refused() {
    let words: Arc<dyn Embeddings> = Arc::new(HashedWords::new());
    for (options, reason) in [
        (
            VecStoreOptions::new().with_filters(json!({"colour": "red"})),
            "unknown field `colour`",
        ),
        (
            VecStoreOptions::new().with_name_space("calls"),
            "has no `name_space`",
        ),
        (
            VecStoreOptions::new().with_embedder(Encoder::new(words)),
            "has no `embedder`",
        ),
    ] {
        let refused = similarity_search!(store(), "the price", 3, &options).await;
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
        let refused = store().add_documents(&[], &options).await;
        assert!(refused.is_err(), "{reason}");
    }
}

#[tokio::test]
async fn the_encoders_vectors_come_through_unrounded_in_both_forms() {
    let words: Arc<dyn Embeddings> = Arc::new(HashedWords::new());
    let widen = |vector: &Embedding| {
        vector
            .as_slice()
            .iter()
            .copied()
            .map(f64::from)
            .collect::<Vec<_>>()
    };
    let encoder = Encoder::new(Arc::clone(&words));
    let stored = encoder
        .embed_documents(&["what does it cost".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        stored[0],
        widen(&words.embed_documents(&["what does it cost"]).unwrap()[0])
    );
    let asked = encoder.embed_query("what does it cost").await.unwrap();
    assert_eq!(
        asked,
        widen(&words.embed_query("what does it cost").unwrap())
    );
}

#[tokio::test]
async fn a_document_that_names_its_call_is_added_and_one_that_does_not_is_refused() {
    let store = store();
    let options = VecStoreOptions::default();
    let mut known = similarity_search!(store, "the price", 1)
        .await
        .unwrap()
        .remove(0);
    known.page_content = "zebra crossing".to_owned();
    let leaflet = ForeignDocument::new("a leaflet")
        .with_metadata(HashMap::from([("outcome".to_owned(), json!("won"))]));
    let both = [known.clone(), leaflet];
    let error = store
        .add_documents(&both, &options)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("document 1 does not name its call (fill the store with `upturn index`)"),
        "{error}"
    );
    assert!(error.contains("missing field"), "{error}");
    let nearest = similarity_search!(store, "zebra crossing", 1)
        .await
        .unwrap();
    assert_ne!(nearest[0].page_content, "zebra crossing");

    let ids = store.add_documents(&both[..1], &options).await.unwrap();
    assert_eq!(Value::from(ids), json!([known.metadata["id"]]));
    let nearest = similarity_search!(store, "zebra crossing", 1)
        .await
        .unwrap();
    assert_eq!(
        (&nearest[0].page_content, &nearest[0].metadata),
        (&known.page_content, &known.metadata)
    );
}

#[tokio::test]
async fn a_panic_below_is_an_error_above() {
    let (_, store) = filled();
    let broken: Arc<dyn Embeddings> = Arc::new(PanickingEmbeddings::default());
    let error = Encoder::new(Arc::clone(&broken))
        .embed_query("a secret")
        .await
        .unwrap_err();
    assert!(matches!(&error, EmbedderError::HttpError { status_code, .. } if *status_code == 500));
    let own = VectorStoreRetriever::new(Arc::clone(&broken), Arc::clone(&store)).unwrap();
    let ours = CallRetriever::new(Arc::new(own), 1);
    let store = CallStore::new(Calls::new(broken, store).unwrap());
    for said in [
        error.to_string(),
        similarity_search!(store, "a secret", 1)
            .await
            .unwrap_err()
            .to_string(),
        ours.get_relevant_documents("a secret")
            .await
            .unwrap_err()
            .to_string(),
    ] {
        assert!(
            said.contains("panicked") && !said.contains("secret"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_tool_answers_in_langchain_as_it_does_here() {
    let foreign = CallTool::new(tool());
    check_tool(async |arguments| {
        let answer = foreign.call(&arguments.to_string()).await.unwrap();
        assert_eq!(foreign.run(arguments).await.unwrap(), answer);
        serde_json::from_str(&answer).unwrap()
    })
    .await;
    let own = tool();
    assert_eq!(foreign.name(), own.description().name);
    assert_eq!(foreign.description(), own.description().description);
    assert_eq!(
        foreign.parameters(),
        Value::from(own.description().input.clone())
    );
}

#[tokio::test]
async fn each_tool_of_upturn_answers_in_langchain_as_it_does_here() {
    let tools = upturn_tools::all(&world().analyst);
    check_all(&tools, async |name, arguments| {
        let own = tools.iter().find(|it| it.description().name == name);
        let foreign = CallTool::new(Arc::clone(own.unwrap()));
        let answer = foreign.call(&arguments.to_string()).await.ok()?;
        Some(serde_json::from_str(&answer).unwrap())
    })
    .await;
}

#[tokio::test]
async fn a_tools_error_says_which_field_and_a_panic_is_one() {
    let foreign = CallTool::new(tool());
    for (arguments, reason) in [
        ("{\"conversation\": 7}", "conversation: invalid type"),
        ("call 7", "invalid type: string"),
        (
            &format!("{{\"conversation\": \"{PANICS}\"}}"),
            "`chance` failed: the work panicked",
        ),
    ] {
        let error = foreign.call(arguments).await.unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[tokio::test]
async fn a_filter_as_options_is_that_filter() {
    let won = Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    };
    let (store, typed) = (store(), options(&won).unwrap());
    let by_hand = VecStoreOptions::new().with_filters(json!({"outcome": "won"}));
    let typed = similarity_search!(store, "the price", 9, &typed).await;
    let by_hand = similarity_search!(store, "the price", 9, &by_hand).await;
    assert_eq!(answers(typed.unwrap()), answers(by_hand.unwrap()));
}
