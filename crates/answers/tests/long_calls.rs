//! A call of two hundred pages against a model whose window is small.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests are no tests to the lints"
)]

use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use upturn_answers::samples::{FakeModel, World, two_hundred_pages};
use upturn_answers::{
    Analyst, AskChain, AskRequest, CallRequest, CoachChain, ExplainChain, Retold,
};
use upturn_chains::{ChatModel as _, ChatRequest, Run, Runnable as _, ScriptedChat, fits};

/// Tokens of a small window, and of one that is large enough for all.
const SMALL: usize = 2_048;
const LARGE: usize = 100_000;

/// A model that repeats what it is told, refuses what does not fit its window as every model does, and records what reached it.
fn model(window: usize) -> (Arc<FakeModel>, Arc<Mutex<Vec<ChatRequest>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (heard, repeating) = (asked.clone(), FakeModel::repeating());
    let measure = ScriptedChat::new("measure").with_window(window);
    let model = FakeModel::new(move |request| {
        fits(&measure, request)?;
        heard.lock().unwrap().push(request.clone());
        repeating.chat(request).now_or_never().unwrap()
    });
    (model.with_window(window), asked)
}

/// Something is told, within the window.
fn assert_told(retold: Option<&Retold>, asked: &Mutex<Vec<ChatRequest>>) {
    let retold = retold.unwrap();
    assert!(!retold.kept().is_empty(), "{retold:?}");
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(asked.len(), 1);
    let window = asked[0].estimated_tokens() + asked[0].room_for_answer(SMALL);
    assert!(window <= SMALL, "{window}");
}

#[test]
fn it_has_a_hundred_thousand_words() {
    let call = two_hundred_pages();
    let words = call
        .turns()
        .iter()
        .map(|it| it.text.split_whitespace().count());
    let words: usize = words.sum();
    assert!((95_000..115_000).contains(&words), "{words}");
}

#[tokio::test]
async fn explanation_answer_and_advice_of_two_hundred_pages_fit_a_small_window() {
    let world = World::new();
    let analyst = Arc::new(world.analyst.as_ref().clone().with_last_kept());
    let (model, asked) = model(SMALL);
    let (call, run) = (two_hundred_pages(), Run::new());
    let request = CallRequest::new(call.clone());

    let chain = ExplainChain::new(analyst.clone()).with_model(model.clone());
    let told = chain.invoke(request.clone(), &run).await.unwrap();
    assert_told(told.retold.as_ref(), &asked);
    assert_eq!(told.explanation.transcript.len(), call.turns().len());

    let chain = CoachChain::new(analyst.clone()).with_model(model.clone());
    let told = chain.invoke(request.clone(), &run).await.unwrap();
    assert_told(told.retold.as_ref(), &asked);
    advice_takes_as_much_as_the_window(&analyst, &request).await;

    let chain = AskChain::new(analyst).with_model(model);
    for question in ["why might this deal stall?", "who else found it expensive?"] {
        let request = AskRequest::new(question, call.clone());
        let told = chain.invoke(request, &run).await.unwrap();
        assert_told(told.retold.as_ref(), &asked);
    }
}

/// What is offered goes before turns, and the newest turn before older ones.
async fn advice_takes_as_much_as_the_window(analyst: &Arc<Analyst>, request: &CallRequest) {
    let mut left_out = Vec::new();
    for window in [1_000, LARGE] {
        let (model, asked) = model(window);
        let chain = CoachChain::new(analyst.clone()).with_model(model);
        let told = chain.invoke(request.clone(), &Run::new()).await.unwrap();
        left_out.push(told.retold.unwrap().left_out);
        let asked = asked.lock().unwrap();
        let prompt = &asked.last().unwrap().messages[0].content;
        let heard = prompt.contains("no thanks, that is far too expensive for us");
        assert_eq!(heard, prompt.contains("<<< turns"), "{window}");
    }
    assert!(left_out[0] > 0 && left_out[1] == 0, "{left_out:?}");
}
