//! A step of upturn's is a chain of langchain-rust's.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use langchain_rust::chain::{Chain, ChainError as ForeignError};
use langchain_rust::prompt_args;
use serde::Serialize;
use serde_json::{Value, json};
use upturn_answers::samples::World;
use upturn_answers::{AskChain, AskRequest, CallRef, CallRequest, PredictChain};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_core::ConversationId;
use upturn_langchain_rust::StepChain;

/// A prediction, for what a step would say.
#[derive(Debug, PartialEq, Serialize)]
struct Predicted {
    probability: f64,
    heard: String,
}

#[derive(Debug)]
struct Predict;

impl Runnable<String, Predicted> for Predict {
    fn name(&self) -> &'static str {
        "predict"
    }

    fn invoke<'a>(
        &'a self,
        input: String,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Predicted, ChainError>> {
        Box::pin(run.step("predict", async move {
            assert!(input != "panic", "{input}");
            if input == "cancel" {
                return Err(ChainError::Cancelled);
            }
            Ok(Predicted {
                probability: 0.1 + 0.2,
                heard: input,
            })
        }))
    }
}

#[derive(Debug)]
struct Echo;

impl Runnable<String, String> for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn invoke<'a>(
        &'a self,
        input: String,
        _run: &'a Run,
    ) -> BoxFuture<'a, Result<String, ChainError>> {
        Box::pin(async move { Ok(input) })
    }
}

#[tokio::test]
async fn a_prediction_travels_as_json() {
    let chain: Box<dyn Chain> = StepChain::new(Arc::new(Predict)).into();
    let said = chain
        .invoke(prompt_args! { "input" => "{{ call }}\n\"7\"" })
        .await
        .unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        said,
        json!({"probability": 0.1 + 0.2, "heard": "{{ call }}\n\"7\""})
    );
    let all = chain
        .execute(prompt_args! { "input" => "call 7" })
        .await
        .unwrap();
    assert!(all["output"].as_str().unwrap().contains("call 7"));
}

#[tokio::test]
async fn text_stays_text_and_other_input_is_its_json() {
    let chain = StepChain::new(Arc::new(Echo));
    let said = chain
        .invoke(prompt_args! { "input" => "a \"quote\"" })
        .await
        .unwrap();
    assert_eq!(said, "a \"quote\"");
    let said = chain
        .invoke(prompt_args! { "input" => json!({"turns": [1]}) })
        .await
        .unwrap();
    assert_eq!(said, "{\"turns\":[1]}");
}

#[tokio::test]
async fn ready_chains_take_their_requests_as_json_and_answer_as_they_do_here() {
    let analyst = World::new().analyst;
    let call = || CallRef::Id(ConversationId::new("question").unwrap());
    let predict = StepChain::of_json(Arc::new(PredictChain::new(analyst.clone())));
    let ask = StepChain::of_json(Arc::new(AskChain::new(analyst.clone())));
    for question in ["why might it stall?", "\"{{ input }}\"\nferrets?"] {
        let request = AskRequest::new(question, call());
        let json = serde_json::to_value(&request).unwrap();
        let said = ask.invoke(prompt_args! { "input" => json.clone() }).await;
        let here = analyst.ask(request).unwrap();
        let said: Value = serde_json::from_str(&said.unwrap()).unwrap();
        assert_eq!(said, serde_json::to_value(here).unwrap());
    }
    let request = CallRequest::new(call());
    let text = serde_json::to_string(&request).unwrap();
    let said = predict.invoke(prompt_args! { "input" => text }).await;
    let here = serde_json::to_value(analyst.predict(request).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&said.unwrap()).unwrap(), here);
}

#[tokio::test]
async fn what_is_no_request_is_told_with_its_field() {
    let chain = StepChain::of_json(Arc::new(PredictChain::new(World::new().analyst)));
    for (input, reason) in [
        (
            json!({"call": "question", "turn": 3}),
            "unknown field `turn`",
        ),
        (json!("why?"), "`input` is not what it takes"),
        (json!({"call": "nobody"}), "there is no call `nobody`"),
    ] {
        let error = chain.invoke(prompt_args! { "input" => input }).await;
        let told = error.unwrap_err().to_string();
        assert!(told.contains(reason), "{told}");
    }
}

#[tokio::test]
async fn a_stream_is_the_answer_in_one_piece() {
    let chain = StepChain::new(Arc::new(Echo));
    let pieces = chain
        .stream(prompt_args! { "input" => "all of it" })
        .await
        .unwrap();
    let pieces: Vec<_> = pieces.map(|piece| piece.unwrap().content).collect().await;
    assert_eq!(pieces, ["all of it"]);
}

#[tokio::test]
async fn what_fails_is_an_error_with_its_reason() {
    let chain = StepChain::new(Arc::new(Predict));
    let missing = chain.invoke(prompt_args! { "question" => "x" }).await;
    assert!(matches!(missing, Err(ForeignError::MissingInputVariable(name)) if name == "input"));
    for (input, reason) in [
        ("cancel", "Error: the run was cancelled"),
        ("panic", "Error: step `predict` panicked"),
    ] {
        let error = chain
            .invoke(prompt_args! { "input" => input })
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), reason);
    }
}
