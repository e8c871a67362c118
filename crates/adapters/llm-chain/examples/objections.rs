//! Demonstrates llm-chain's vector store and sequential chain over upturn: the nearest winning answers to an objection go
//! into a prompt of upturn's as data between marks, and the prompt into a step.
//!
//! Requires nothing: offline, an executor that only repeats how much it was shown, an encoder that only counts words. In
//! your program the encoder is `upturn_encoder::Encoder`, the store what `upturn index` filled, the executor llm-chain's.
//! Run it to see what the step says: `cargo run -p upturn-llm-chain --example objections`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use llm_chain::options::Options;
use llm_chain::output::Output;
use llm_chain::parameters;
use llm_chain::prompt::{Data, Prompt};
use llm_chain::tokens::{
    PromptTokensError, TokenCollection, TokenCount, Tokenizer, TokenizerError,
};
use llm_chain::traits::{Executor, ExecutorCreationError, ExecutorError, VectorStore as _};
use serde_json::json;
use upturn_chains::{Calls, Prompts};
use upturn_core::conformance::{HashedWords, doors};
use upturn_core::{Embeddings as _, Filter, Outcome};
use upturn_llm_chain::{CallStore, prompt_step};
use upturn_vectorstore_memory::MemoryStore;

/// Says how many lines it was shown; in the place of a language model.
struct Counting;

struct Words;

impl Tokenizer for Words {
    fn tokenize_str(&self, text: &str) -> Result<TokenCollection, TokenizerError> {
        let places = 0..i32::try_from(text.split_whitespace().count()).unwrap_or(i32::MAX);
        Ok(places.collect::<Vec<_>>().into())
    }

    fn to_string(&self, _tokens: TokenCollection) -> Result<String, TokenizerError> {
        Ok(String::new())
    }
}

#[async_trait]
impl Executor for Counting {
    type StepTokenizer<'a> = Words;

    fn new_with_options(_options: Options) -> Result<Self, ExecutorCreationError> {
        Ok(Self)
    }

    async fn execute(&self, _options: &Options, prompt: &Prompt) -> Result<Output, ExecutorError> {
        let lines = prompt.to_text().lines().count();
        let said = format!("I was shown {lines} lines of calls that were won and one objection.");
        Ok(Output::new_immediate(Data::text(said)))
    }

    fn tokens_used(&self, _: &Options, prompt: &Prompt) -> Result<TokenCount, PromptTokensError> {
        let words = prompt.to_text().split_whitespace().count();
        Ok(TokenCount::new(
            4_096,
            i32::try_from(words).unwrap_or(i32::MAX),
        ))
    }

    fn max_tokens_allowed(&self, _options: &Options) -> i32 {
        4_096
    }

    fn answer_prefix(&self, _prompt: &Prompt) -> Option<String> {
        None
    }

    fn get_tokenizer(&self, _options: &Options) -> Result<Words, TokenizerError> {
        Ok(Words)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let encoder = HashedWords::new();
    let store = MemoryStore::new(encoder.dimension(), encoder.fingerprint().clone());
    doors::fill(&encoder, &store);
    let store = CallStore::new(Calls::new(Arc::new(encoder), Arc::new(store))?);

    let objection = "it is too expensive compared with your competitor";
    let won = Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    };
    let nearest = store
        .with_filter(won)
        .similarity_search(objection.to_owned(), 3)
        .await?;

    let mut passages = Vec::new();
    for (number, document) in (1..).zip(nearest) {
        let Some(found) = document.metadata else {
            continue;
        };
        let (call, turns) = (found.document.conversation, found.document.turns);
        println!("{:.2}  {call}, {turns}", found.score.unwrap_or_default());
        passages.push(json!({ "id": format!("e{number}"), "text": document.page_content }));
    }
    // What others said is data: the prompt puts marks around each passage, and says so.
    let inputs = json!({
        "question": "What may the seller answer?",
        "earlier": [],
        "sentences": [],
        "passages": passages,
    });
    let prompt = Prompts::shipped().get("answer_question")?;
    let chain = prompt_step(&prompt, &inputs)?.to_chain();
    let said = chain.run(parameters!(objection), &Counting).await?;
    println!("{}", said.to_immediate().await?);
    Ok(())
}
