//! Demonstrates langchain-rust's retrieval chain over upturn: a question about a deal, answered from calls that were won.
//!
//! Requires nothing: offline, a model that only says how much it was shown, an encoder that only counts words. In your
//! program the encoder is `upturn_encoder::Encoder`, the store what `upturn index` filled, the model one of langchain-rust's.
//! Run it to see the answer and what it rests on: `cargo run -p upturn-langchain-rust --example ask_the_calls`
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
use langchain_rust::vectorstore::{Retriever, VectorStore as _};
use serde_json::Value;
use upturn_chains::Calls;
use upturn_core::conformance::{HashedWords, doors};
use upturn_core::{DocumentMetadata, Embeddings as _, Filter, Outcome};
use upturn_langchain_rust::{CallStore, options};
use upturn_vectorstore_memory::MemoryStore;

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

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let encoder = HashedWords::new();
    let store = MemoryStore::new(encoder.dimension(), encoder.fingerprint().clone());
    doors::fill(&encoder, &store);
    let store = CallStore::new(Calls::new(Arc::new(encoder), Arc::new(store))?);

    let question = "what did we answer when they said it is too expensive?";
    let won = options(&Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    })?;
    for document in similarity_search!(store, question, 3, &won).await? {
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
    println!(
        "{}",
        chain
            .invoke(prompt_args! { "question" => question })
            .await?
    );
    Ok(())
}
