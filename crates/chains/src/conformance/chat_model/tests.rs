//! The suite fails for each way to break a law, and only then.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use serde_json::json;

use super::{check, check_silence, questions};
use crate::{
    ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, RecordedChat, ReplayedChat,
    ScriptedChat, Scrubber, ToolCall, fits,
};

/// What a model does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    InventsTools,
    LosesAPiece,
    GoesOn,
    StreamsAnother,
    TakesTooMuch,
    Repeats,
    TakesNoTools,
    StreamsWithTools,
}

#[derive(Debug)]
struct Faulty(Fault);

impl Faulty {
    const fn takes_no_tools(&self) -> bool {
        matches!(self.0, Fault::TakesNoTools | Fault::StreamsWithTools)
    }

    fn answer(&self, request: &ChatRequest) -> Result<ChatResponse, ChatError> {
        if self.0 != Fault::TakesTooMuch {
            fits(self, request)?;
        }
        if self.0 == Fault::Repeats && request.messages.len() == 1 && request.tools.is_empty() {
            let reason = request.messages[0].content.clone();
            let model = "faulty".to_owned();
            return Err(ChatError::Refused { model, reason });
        }
        if self.takes_no_tools() && !request.tools.is_empty() {
            let model = "faulty".to_owned();
            let reason = "it can't call tools".to_owned();
            return Err(ChatError::Refused { model, reason });
        }
        let calls = (self.0 == Fault::InventsTools).then(|| ToolCall::new("1", "none", json!({})));
        Ok(ChatResponse {
            content: "one two".to_owned(),
            tool_calls: calls.into_iter().collect(),
            ..ChatResponse::default()
        })
    }
}

impl ChatModel for Faulty {
    fn name(&self) -> &'static str {
        "faulty"
    }

    fn window(&self) -> usize {
        2_000
    }

    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(async { self.answer(request) })
    }

    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let mut asked = request.clone();
        if self.0 == Fault::StreamsWithTools {
            asked.tools.clear();
        }
        let mut response = match self.answer(&asked) {
            Ok(response) => response,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        if self.0 == Fault::StreamsAnother {
            response.content = "three".to_owned();
        }
        let mut pieces = vec![ChatChunk::Text(response.content.clone())];
        if self.0 == Fault::LosesAPiece {
            pieces.clear();
        }
        pieces.push(ChatChunk::Done(response.clone()));
        if self.0 == Fault::GoesOn {
            pieces.push(ChatChunk::Text("more".to_owned()));
        }
        stream::iter(pieces.into_iter().map(Ok)).boxed()
    }
}

fn scripted() -> ScriptedChat {
    ScriptedChat::new("fake")
        .with_window(2_000)
        .always(ChatResponse {
            content: "The price is the matter. 日本".to_owned(),
            ..ChatResponse::default()
        })
}

#[tokio::test]
async fn a_correct_model_passes() {
    check(&Faulty(Fault::None)).await;
}

#[tokio::test]
async fn the_scripted_model_passes() {
    check(&scripted()).await;
}

#[tokio::test]
async fn recorded_and_replayed_models_pass() {
    let recorded = RecordedChat::new(Arc::new(scripted()), Scrubber::new());
    check(&recorded).await;
    let replayed = ReplayedChat::new("fake", recorded.cassette()).with_window(2_000);
    check(&replayed).await;
}

#[tokio::test]
async fn a_model_that_cannot_be_reached_is_silent() {
    check_silence(&ScriptedChat::new("fake"), "the buyer").await;
    assert_eq!(questions().len(), 3);
}

#[tokio::test]
async fn a_model_that_takes_no_tools_passes() {
    check(&Faulty(Fault::TakesNoTools)).await;
}

#[tokio::test]
#[should_panic(expected = "calls: question 1 is refused, but not in a stream")]
async fn a_model_that_takes_tools_in_a_stream_only_is_found() {
    check(&Faulty(Fault::StreamsWithTools)).await;
}

#[tokio::test]
#[should_panic(expected = "calls: question 0 has no tool `none`")]
async fn a_model_that_invents_tools_is_found() {
    check(&Faulty(Fault::InventsTools)).await;
}

#[tokio::test]
#[should_panic(expected = "stream: the pieces of question 0 are not its content")]
async fn a_model_that_loses_a_piece_is_found() {
    check(&Faulty(Fault::LosesAPiece)).await;
}

#[tokio::test]
#[should_panic(expected = "stream: something follows the last piece of question 0")]
async fn a_model_that_goes_on_is_found() {
    check(&Faulty(Fault::GoesOn)).await;
}

#[tokio::test]
#[should_panic(expected = "stream: question 0 is answered otherwise than whole")]
async fn a_model_that_streams_something_else_is_found() {
    check(&Faulty(Fault::StreamsAnother)).await;
}

#[tokio::test]
#[should_panic(expected = "window: a question longer than the window is taken")]
async fn a_model_that_takes_too_much_is_found() {
    check(&Faulty(Fault::TakesTooMuch)).await;
}

#[tokio::test]
#[should_panic(expected = "silence: a secret is told")]
async fn a_model_that_repeats_what_is_said_is_found() {
    check_silence(&Faulty(Fault::Repeats), "the buyer").await;
}
