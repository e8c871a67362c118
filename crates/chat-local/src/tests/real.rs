//! SmolLM2-135M-Instruct, where there is one: `UPTURN_GGUF` names its file, `.ci/smollm2` fetches it. Without it nothing is tested,
//! which the tests say.

#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt as _;
use upturn_answers::samples::{World, question as call};
use upturn_answers::{AskChain, AskRequest};
use upturn_chains::conformance::chat_model;
use upturn_chains::{ChatChunk, ChatModel as _, Finish, Run, Runnable as _};

use super::question;
use super::texts::vocabulary;
use crate::{LocalChat, LocalConfig};

const FILE: &str = "UPTURN_GGUF";

/// Where the model is, if there is one.
fn file() -> Option<PathBuf> {
    let file = std::env::var_os(FILE).filter(|it| !it.is_empty());
    if file.is_none() {
        eprintln!("\n**** SKIPPED: `{FILE}` is not set, `.ci/smollm2` fetches a model ****\n");
    }
    file.map(PathBuf::from)
}

fn model(told: impl FnOnce(LocalConfig) -> LocalConfig) -> Option<LocalChat> {
    file().map(|file| LocalChat::open(told(LocalConfig::new(file))).unwrap())
}

#[tokio::test]
async fn a_real_model_keeps_the_laws() {
    let Some(model) = model(|it| it.with_max_tokens(3)) else {
        return;
    };
    assert_eq!(model.window(), 4_096);
    chat_model::check(&model).await;
}

#[tokio::test]
async fn a_real_model_says_something_true_and_the_same_again() {
    let Some(model) = model(|it| it.with_max_tokens(12)) else {
        return;
    };
    let asked = question("What is the capital of France?");
    let answer = model.chat(&asked).await.unwrap();
    assert_eq!(answer.content, "The capital of France is Paris.");
    assert_eq!(answer.finish, Finish::Stop);
    assert_eq!((answer.usage.prompt, answer.usage.completion), (37, 7));
    let pieces: Vec<_> = model.stream(&asked).collect().await;
    let (last, texts) = pieces.split_last().unwrap();
    assert!(matches!(last, Ok(ChatChunk::Done(whole)) if *whole == answer));
    assert_eq!(texts.len(), 7, "token by token");
}

/// No word of such a small model may be trusted: what it adds is dropped and counted, and the answer is the evidence.
#[tokio::test]
async fn what_a_real_model_makes_up_is_dropped_and_the_evidence_stays() {
    let Some(model) = model(|it| it.with_window(640)) else {
        return;
    };
    let analyst = World::new().analyst;
    let asked = AskRequest {
        question: "why might it stall?".to_owned(),
        call: call().into(),
        turns: None,
    };
    let evidence = analyst.ask(asked.clone()).unwrap();
    let chain = AskChain::new(analyst).with_model(Arc::new(model));
    let mut answer = chain.invoke(asked, &Run::new()).await.unwrap();
    let retold = answer.retold.take().unwrap();
    eprintln!("{retold:?}");
    assert!(
        retold.kept().is_empty() && retold.dropped() > 0,
        "{retold:?}"
    );
    assert!(retold.note.is_some());
    assert_eq!(answer, evidence);
}

#[test]
fn tokens_are_those_of_llama_cpp() {
    let Some(file) = file() else {
        return;
    };
    let vocabulary = vocabulary(&file);
    let text = "Why might this deal stall?";
    assert_eq!(vocabulary.decode(&vocabulary.encode(text).unwrap()), text);
}
