//! Demonstrates langchain-rust over upturn: its retrieval chain answers a question from calls that were won, and upturn's
//! prediction, grounded answer and search are a chain and a tool of its agents.
//!
//! Requires nothing: offline, a model that only says how much it was shown, a small world of calls whose encoder only counts
//! letters. In your program the encoder is `upturn_encoder::Encoder`, the store what `upturn index` filled, the analyst that of
//! `upturn::Model`, the model one of langchain-rust's.
//! Run it to see the answers and what they rest on: `cargo run -p upturn-langchain-rust --example ask_the_calls`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::Stream;
use langchain_rust::chain::{Chain as _, ConversationalRetrieverChainBuilder};
use langchain_rust::language_models::llm::LLM;
use langchain_rust::language_models::{GenerateResult, LLMError};
use langchain_rust::memory::SimpleMemory;
use langchain_rust::prompt_args;
use langchain_rust::schemas::{Message, StreamData};
use langchain_rust::similarity_search;
use langchain_rust::tools::Tool as _;
use langchain_rust::vectorstore::{Retriever, VectorStore as _};
use serde_json::{Value, json};
use upturn_answers::samples::Letters;
use upturn_answers::{Analyst, AskChain, PredictChain};
use upturn_chains::{Calls, Described};
use upturn_core::{DocumentMetadata, Filter, Outcome};
use upturn_langchain_rust::{CallStore, CallTool, StepChain, options};
use upturn_tools::SearchMoments;
use upturn_tools::conformance::world;

/// Says how much it was shown; in the place of a language model.
#[derive(Clone)]
struct Counting;

#[async_trait]
impl LLM for Counting {
    async fn generate(&self, messages: &[Message]) -> Result<GenerateResult, LLMError> {
        let shown: usize = messages
            .iter()
            .map(|message| message.content.lines().count())
            .sum();
        Ok(GenerateResult {
            generation: format!("I was shown {shown} lines; a model would answer from them."),
            ..GenerateResult::default()
        })
    }

    async fn stream(
        &self,
        _messages: &[Message],
    ) -> Result<Pin<Box<dyn Stream<Item = Result<StreamData, LLMError>> + Send>>, LLMError> {
        Err(LLMError::OtherError("it does not stream".to_owned()))
    }
}

const QUESTION: &str = "what did we answer when they said it is too expensive?";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let world = world();
    let calls = Calls::new(Arc::new(Letters::new()), world.store)?;
    retrieved(CallStore::new(calls)).await?;
    chained(&world.analyst).await?;

    let search = Described::new(SearchMoments::new(world.analyst));
    let tool = CallTool::new(Arc::new(search));
    let found = tool
        .call(r#"{"text": "too expensive", "limit": 1}"#)
        .await?;
    println!("\n{}, as an agent calls it: {found}", tool.name());
    Ok(())
}

/// The store: near calls that were won, and langchain-rust's own chain over them.
async fn retrieved(store: CallStore) -> Result<(), Box<dyn Error>> {
    let won = options(&Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    })?;
    for document in similarity_search!(store, QUESTION, 3, &won).await? {
        let fields = document.metadata.into_iter().collect();
        let found: DocumentMetadata = serde_json::from_value(Value::Object(fields))?;
        println!(
            "{:.2}  {}, {}",
            document.score, found.conversation, found.turns
        );
    }
    let chain = ConversationalRetrieverChainBuilder::new()
        .llm(Counting)
        .rephrase_question(false)
        .memory(SimpleMemory::new().into())
        .retriever(Retriever::new(store, 3).with_options(won))
        .build()?;
    let variables = prompt_args! { "question" => QUESTION };
    println!("{}", chain.invoke(variables).await?);
    Ok(())
}

/// Ready chains: a request as JSON, the answer as JSON.
async fn chained(analyst: &Arc<Analyst>) -> Result<(), Box<dyn Error>> {
    let predict = StepChain::of_json(Arc::new(PredictChain::new(analyst.clone())));
    let request = json!({ "call": "question" });
    let said = predict.invoke(prompt_args! { "input" => request }).await?;
    let said: Value = serde_json::from_str(&said)?;
    println!(
        "\nit is won with probability {}",
        shown(&said, "probability")
    );

    let ask = StepChain::of_json(Arc::new(AskChain::new(analyst.clone())));
    let request = json!({ "question": "why might this deal stall?", "call": "question" });
    let said = ask.invoke(prompt_args! { "input" => request }).await?;
    let said: Value = serde_json::from_str(&said)?;
    println!("it might stall: {}", shown(&said, "sentences"));
    Ok(())
}

/// A field of an answer.
fn shown<'a>(answer: &'a Value, field: &str) -> &'a Value {
    answer.get(field).unwrap_or(&Value::Null)
}
