//! What is asked again, how often, and after what wait.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::time::Instant;
use upturn_core::{Cause, Diagnostic, ErrorKind};

use super::*;
use crate::ScriptedChat;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
#[error("HTTP status 500")]
struct Status;

impl Diagnostic for Status {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

fn model() -> String {
    "fake".to_owned()
}

fn busy(retry_after: Option<Duration>) -> ChatError {
    let model = model();
    ChatError::Overloaded { model, retry_after }
}

fn down() -> ChatError {
    let (model, source) = (model(), Cause::new(Status));
    ChatError::Unavailable { model, source }
}

fn refused() -> ChatError {
    let (model, reason) = (model(), "no key".to_owned());
    ChatError::Refused { model, reason }
}

/// Fails like these, one after another, and then answers in two pieces.
fn failing(errors: Vec<ChatError>) -> (Arc<ScriptedChat>, RetryingChat) {
    let script = ScriptedChat::new("fake").with_pieces(3);
    let script = errors.into_iter().fold(script, ScriptedChat::fails);
    let script = Arc::new(script.says("answer"));
    (Arc::clone(&script), RetryingChat::new(script))
}

async fn streamed(model: &RetryingChat) -> Result<String, ChatError> {
    let request = ChatRequest::default();
    let mut pieces = model.stream(&request);
    let mut text = String::new();
    while let Some(piece) = pieces.next().await {
        match piece? {
            ChatChunk::Text(piece) => text.push_str(&piece),
            ChatChunk::Done(response) => assert_eq!(response.content, text),
        }
    }
    Ok(text)
}

/// Whole or as a stream.
async fn told(model: &RetryingChat, whole: bool) -> Result<String, ChatError> {
    if whole {
        Ok(model.chat(&ChatRequest::default()).await?.content)
    } else {
        streamed(model).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_until_it_has() {
    for whole in [true, false] {
        for errors in [vec![busy(None)], vec![down()], vec![down(), busy(None)]] {
            let asked = errors.len() + 1;
            let (script, model) = failing(errors);
            assert_eq!(told(&model, whole).await.unwrap(), "answer");
            assert_eq!(script.asked().len(), asked);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_left_alone_for_as_long_as_it_says() {
    for whole in [true, false] {
        let (script, model) = failing(vec![busy(Some(20 * SECOND))]);
        let begun = Instant::now();
        assert_eq!(told(&model, whole).await.unwrap(), "answer");
        assert_eq!(begun.elapsed().as_secs(), 20);
        assert_eq!(script.asked().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_longer_wait_than_the_longest_is_not_waited_for() {
    for whole in [true, false] {
        let (script, model) = failing(vec![busy(Some(20 * SECOND))]);
        let model = model.with_retries(Retries::default().with_longest_wait(19 * SECOND));
        let begun = Instant::now();
        let error = told(&model, whole).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(20 * SECOND));
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_not_asked_again() {
    for whole in [true, false] {
        let (script, model) = failing(vec![refused()]);
        let error = told(&model, whole).await.unwrap_err();
        assert!(matches!(error, ChatError::Refused { .. }), "{error:?}");
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn there_are_at_most_so_many_tries_and_the_error_is_the_last_one() {
    for whole in [true, false] {
        let (script, model) = failing(vec![busy(None), down(), busy(None)]);
        let two = NonZeroUsize::new(2).unwrap();
        let model = model.with_retries(Retries::new(two));
        let error = told(&model, whole).await.unwrap_err();
        assert!(matches!(error, ChatError::Unavailable { .. }), "{error:?}");
        assert_eq!(script.asked().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_not_begun_again_behind_its_first_piece() {
    let script = Arc::new(ScriptedChat::new("fake").cuts("half an").says("answer"));
    let model = RetryingChat::new(script.clone());
    let error = streamed(&model).await.unwrap_err();
    assert!(matches!(error, ChatError::CutOff { .. }), "{error:?}");
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_keeps_the_laws_of_the_model_behind_it() {
    let steady = ChatResponse {
        content: "one two three".to_owned(),
        ..ChatResponse::default()
    };
    let model = ScriptedChat::new("fake").fails(busy(None)).always(steady);
    crate::conformance::chat_model::check(&RetryingChat::new(Arc::new(model))).await;
}
