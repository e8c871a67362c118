//! SmolLM2-135M-Instruct, where there is one: `UPTURN_GGUF` names its file, `.ci/smollm2` fetches it. Without it nothing is tested,
//! which the tests say.

#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt as _;
use upturn_answers::samples::{World, question as call};
use upturn_answers::{AskChain, AskRequest};
use upturn_chains::conformance::chat_model;
use upturn_chains::{ChatChunk, ChatModel as _, Run, Runnable as _};

use super::question;
use super::texts::vocabulary;
use crate::{LocalChat, LocalConfig};

const FILE: &str = "UPTURN_GGUF";
/// Tokens of the question about France with what the template adds, counted by the same Python.
const PROMPT: u64 = 37;

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
    assert!(answer.content.contains("Paris"), "{}", answer.content);
    assert_eq!(answer.usage.prompt, PROMPT);
    let pieces: Vec<_> = model.stream(&asked).collect().await;
    let (last, texts) = pieces.split_last().unwrap();
    assert!(matches!(last, Ok(ChatChunk::Done(whole)) if *whole == answer));
    assert_eq!(
        texts.len() as u64,
        answer.usage.completion,
        "token by token"
    );
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
        earlier: Vec::new(),
    };
    let evidence = analyst.ask(asked.clone()).unwrap();
    let chain = AskChain::new(analyst).with_model(Arc::new(model));
    let mut answer = chain.invoke(asked, &Run::new()).await.unwrap();
    let retold = answer.retold.take().unwrap();
    // The sieves behind it are tested in `upturn-answers`; here a real model meets them.
    assert_eq!(retold.kept().is_empty(), retold.note.is_some());
    assert!(retold.dropped() > 0 || retold.note.is_some(), "{retold:?}");
    assert_eq!(answer, evidence);
}

/// Expected by `tokens.py` beside this file, which knows nothing of the `tokenizers` crate.
#[test]
fn tokens_are_those_of_another_implementation() {
    let Some(file) = file() else {
        return;
    };
    let vocabulary = vocabulary(&file);
    let expected: [(&str, &[u32]); 5] = [
        (
            "Why might this deal stall?",
            &[4898, 1124, 451, 3795, 30720, 47],
        ),
        (
            "It's 2026, don't you'll pay 1,250.00 €!",
            &[
                1589, 506, 216, 34, 32, 34, 38, 28, 1326, 982, 346, 3060, 2290, 216, 33, 28, 34,
                37, 32, 30, 32, 32, 24927, 17,
            ],
        ),
        (
            "Grüße 日本 👋🏽 naïve",
            &[
                27302, 7170, 34878, 85, 17097, 241, 115, 40993, 15107, 235, 229, 10813, 233, 138,
                15486, 46494,
            ],
        ),
        (
            "  two  spaces\n\nand\ttabs \n",
            &[216, 827, 216, 5600, 198, 198, 397, 197, 100, 7366, 3717],
        ),
        (
            "<|im_start|>user\nHi<|im_end|>\n",
            &[1, 4093, 198, 26843, 2, 198],
        ),
    ];
    for (text, tokens) in expected {
        assert_eq!(vocabulary.encode(text).unwrap(), tokens, "{text}");
        if !text.contains("<|") {
            assert_eq!(vocabulary.decode(tokens), text);
        }
    }
}
