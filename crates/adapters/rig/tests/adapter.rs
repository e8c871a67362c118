//! What goes through rig is what upturn says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::sync::Arc;

use rig_agent::AgentBuilder;
use rig_core::test_utils::{MockCompletionModel, MockTurn, sent_documents};
use rig_core::tool::{DynamicTool, ToolErrorKind};
use rig_core::vector_store::request::SearchFilter as _;
use rig_core::vector_store::{InsertDocuments as _, VectorSearchRequest, VectorStoreIndex as _};
use serde_json::{Value, json};
use upturn_chains::conformance::{self, PANICS, PanickingEmbeddings, check_tool};
use upturn_chains::{Calls, Tool, ToolDescription};
use upturn_core::conformance::HashedWords;
use upturn_core::conformance::doors::{Answer, check, fill};
use upturn_core::{Document, Embedding, Embeddings, Filter, Outcome, VectorStore};
use upturn_rig::{CallDocument, CallFilter, CallIndex, Encoder, tool};
use upturn_tools::conformance::{check as check_all, world};
use upturn_vectorstore_memory::MemoryStore;

fn filled() -> (Arc<dyn Embeddings>, Arc<dyn VectorStore>) {
    let embeddings = HashedWords::new();
    let store = MemoryStore::new(HashedWords::DIMENSION, embeddings.fingerprint().clone());
    fill(&embeddings, &store);
    (Arc::new(embeddings), Arc::new(store))
}

fn index() -> CallIndex {
    let (embeddings, store) = filled();
    CallIndex::new(Calls::new(embeddings, store).unwrap())
}

fn ask(text: &str, samples: u64) -> VectorSearchRequest<CallFilter> {
    VectorSearchRequest::builder()
        .query(text)
        .samples(samples)
        .build()
}

#[tokio::test]
async fn rig_gives_the_stores_answers_to_every_question() {
    let (embeddings, store) = filled();
    let calls = Calls::new(Arc::clone(&embeddings), Arc::clone(&store)).unwrap();
    let index = CallIndex::new(calls);
    check(embeddings.as_ref(), store.as_ref(), async |question| {
        let request = VectorSearchRequest::builder()
            .query(question.text)
            .samples(question.limit as u64)
            .filter(CallFilter::from(question.filter))
            .build();
        let found = index.top_n::<Document>(request.clone()).await.unwrap();
        let ids = index.top_n_ids(request).await.unwrap();
        assert!(
            ids.iter()
                .map(|found| &found.id)
                .eq(found.iter().map(|found| &found.id))
        );
        let answers = found.into_iter().map(|found| Answer {
            id: found.id.parse().unwrap(),
            score: found.score,
            text: found.document.page_content,
        });
        answers.collect()
    })
    .await;
}

#[tokio::test]
async fn either_of_two_is_one_list_nearest_first() {
    let index = index();
    let either = CallFilter::eq("rep", json!("Ada")).or(CallFilter::eq("stage", json!("closing")));
    let request = VectorSearchRequest::builder()
        .query("who signs the contract")
        .samples(1_000)
        .filter(either)
        .build();
    let found = index.top_n::<Document>(request).await.unwrap();
    let all = index
        .top_n::<Document>(ask("who signs the contract", 1_000))
        .await
        .unwrap();
    let is_either = |document: &Document| {
        let metadata = &document.metadata;
        metadata.rep.as_deref() == Some("Ada") || metadata.stage.as_deref() == Some("closing")
    };
    let expected: Vec<_> = all
        .iter()
        .filter(|found| is_either(&found.document))
        .collect();
    assert_eq!(found.len(), expected.len());
    assert!(
        found
            .iter()
            .zip(&expected)
            .all(|(found, expected)| found.score.to_bits() == expected.score.to_bits())
    );
    assert!(found.len() > 20 && found.len() < all.len());
}

#[tokio::test]
async fn a_threshold_of_a_score_keeps_that_score() {
    let index = index();
    let all = index.top_n_ids(ask("the price", 20)).await.unwrap();
    let request = VectorSearchRequest::builder()
        .query("the price")
        .samples(20)
        .threshold(all[4].score)
        .build();
    let near = index.top_n_ids(request).await.unwrap();
    assert!(near.len() >= 5 && near.iter().all(|found| found.score >= all[4].score));
}

#[tokio::test]
async fn a_filter_the_store_does_not_know_is_an_error() {
    let request = VectorSearchRequest::builder()
        .query("the price")
        .samples(3)
        .filter(CallFilter::eq("colour", json!("red")))
        .build();
    let error = index().top_n_ids(request).await.unwrap_err();
    assert!(error.to_string().contains("'colour' must be"), "{error}");
}

#[tokio::test]
async fn the_encoders_vectors_come_through_unrounded_in_both_forms() {
    let words: Arc<dyn Embeddings> = Arc::new(HashedWords::new());
    let texts = vec!["what does it cost".to_owned(), String::new()];
    let widen = |vector: &Embedding| {
        vector
            .as_slice()
            .iter()
            .copied()
            .map(f64::from)
            .collect::<Vec<_>>()
    };

    let model = Encoder::documents(Arc::clone(&words)).model();
    assert_eq!(model.capabilities().ndims, HashedWords::DIMENSION);
    let stored = model.call(texts.clone()).await.unwrap();
    let expected = words.embed_documents(&["what does it cost", ""]).unwrap();
    assert_eq!(stored.embeddings[0].document, texts[0]);
    for (given, expected) in stored.embeddings.iter().zip(&expected) {
        assert_eq!(given.vec, widen(expected));
    }

    let asked = Encoder::queries(Arc::clone(&words)).model();
    let asked = asked.embed_text("what does it cost").await.unwrap();
    assert_eq!(
        asked.vec,
        widen(&words.embed_query("what does it cost").unwrap())
    );
}

#[tokio::test]
async fn an_agents_context_are_the_nearest_winning_calls() {
    let model = MockCompletionModel::text("Ask who signs.");
    let script = model.clone();
    let winning = index().won();
    let agent = AgentBuilder::new(model)
        .dynamic_context(3, winning.clone())
        .build();
    agent.prompt("they say it is too expensive").await.unwrap();

    let sent = sent_documents(&script.requests()[0]);
    let nearest = winning
        .top_n_ids(ask("they say it is too expensive", 3))
        .await
        .unwrap();
    let ids = |(id, _): &(String, String)| id.clone();
    assert_eq!(
        sent.iter().map(ids).collect::<Vec<_>>(),
        nearest
            .into_iter()
            .map(|found| found.id)
            .collect::<Vec<_>>()
    );
    for (_, text) in sent {
        let document: Document = serde_json::from_str(&text).unwrap();
        assert_eq!(document.metadata.outcome, Some(Outcome::Won));
    }
}

#[tokio::test]
async fn an_index_of_what_cannot_be_finds_nothing() {
    let lost = Filter {
        outcome: Some(Outcome::Lost),
        ..Filter::default()
    };
    let never = index().won().with_filter(&lost);
    assert_eq!(never.top_n_ids(ask("the price", 5)).await.unwrap(), []);
}

#[tokio::test]
async fn a_calls_document_is_embedded_anew_and_found() {
    let index = index();
    let mut found = index
        .top_n::<CallDocument>(ask("the price", 1))
        .await
        .unwrap();
    let mut document = found.remove(0).document;
    document.0.page_content = "zebra crossing".to_owned();
    let of_another_model = rig_core::embeddings::Embedding {
        document: "zebra crossing".to_owned(),
        vec: vec![1.0; 3],
    };
    let documents = vec![(document.clone(), vec![of_another_model])];
    index.insert_documents(documents).await.unwrap();
    let found = index
        .top_n::<CallDocument>(ask("zebra crossing", 1))
        .await
        .unwrap();
    assert_eq!(found[0].document, document);
}

#[tokio::test]
async fn a_document_of_no_call_is_refused() {
    let documents = vec![("a leaflet".to_owned(), Vec::new())];
    let error = index().insert_documents(documents).await.unwrap_err();
    assert!(
        error.to_string().contains("does not name its call"),
        "{error}"
    );
}

#[tokio::test]
async fn a_panic_below_is_an_error_above() {
    let (_, store) = filled();
    let broken: Arc<dyn Embeddings> = Arc::new(PanickingEmbeddings::default());
    let model = Encoder::documents(Arc::clone(&broken)).model();
    let error = model.embed_text("a secret").await.unwrap_err().to_string();
    assert!(
        error.contains("panicked") && !error.contains("secret"),
        "{error}"
    );
    let index = CallIndex::new(Calls::new(broken, store).unwrap());
    assert!(index.top_n_ids(ask("a secret", 1)).await.is_err());
}

fn chance() -> (Arc<dyn Tool>, DynamicTool) {
    let own = conformance::tool();
    let rigs = tool(Arc::clone(&own)).unwrap();
    (own, rigs)
}

#[tokio::test]
async fn a_tool_answers_in_rig_as_it_does_here() {
    let (own, rigs) = chance();
    check_tool(async |arguments| {
        let answer = rigs.execute(arguments).await.unwrap();
        answer.as_json().unwrap().clone()
    })
    .await;
    let ToolDescription {
        name,
        description,
        input,
        ..
    } = own.description().clone();
    let definition = rigs.definition();
    assert_eq!(definition.name.as_str(), name);
    assert_eq!(definition.description, description);
    assert_eq!(definition.parameters, Value::from(input));
}

#[tokio::test]
async fn each_tool_of_upturn_answers_in_rig_as_it_does_here() {
    let tools = upturn_tools::all(&world().analyst);
    check_all(&tools, async |name, arguments| {
        let own = tools.iter().find(|it| it.description().name == name);
        let rigs = tool(Arc::clone(own.unwrap())).unwrap();
        let answer = rigs.execute(arguments).await.ok()?;
        Some(answer.as_json().unwrap().clone())
    })
    .await;
}

#[tokio::test]
async fn a_tools_error_reaches_the_model_with_its_reason() {
    let (_, rigs) = chance();
    let error = rigs.execute(json!({"conversation": 7})).await.unwrap_err();
    assert_eq!(error.kind(), ToolErrorKind::InvalidArgs);
    let told = error.model_feedback().unwrap();
    assert!(told.contains("conversation: invalid type"), "{told}");
    let error = rigs
        .execute(json!({"conversation": PANICS}))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ToolErrorKind::Other);
    assert_eq!(error.message(), "`chance` failed: the work panicked");
}

#[tokio::test]
async fn an_agent_calls_the_tool() {
    let (own, rigs) = chance();
    let arguments = json!({"conversation": "call 7"});
    let model = MockCompletionModel::from_turns([
        MockTurn::tool_call("1", "chance", arguments.clone()),
        MockTurn::text("30 %"),
    ]);
    let script = model.clone();
    let agent = AgentBuilder::new(model).dynamic_tool(rigs).build();
    let said = agent
        .prompt("how likely is call 7?")
        .max_turns(2)
        .await
        .unwrap();
    assert_eq!(said.to_string(), "30 %");
    let history = serde_json::to_string(&script.requests()[1]).unwrap();
    let expected = own.call(arguments).await.unwrap()["probability"].to_string();
    assert!(history.contains(&expected), "{history}");
}
