//! The laws of [`ChatModel`]: [`check`], [`check_silence`].

use std::error::Error;

use futures_util::StreamExt as _;
use schemars::json_schema;

use crate::{
    ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Message, Role, ToolDescription,
};

/// What must not be heard of again.
const SAID: &str = "the buyer is called Wilhelmina Achterberg";

/// What [`check`] asks, for those who record it or serve it. A deterministic model answers each of them, however often it is asked.
pub fn questions() -> Vec<ChatRequest> {
    let plain = ChatRequest {
        messages: vec![Message::new(Role::User, SAID)],
        ..ChatRequest::default()
    };
    let mut with_tool = plain.clone();
    with_tool.tools = vec![ToolDescription {
        name: "look_up".to_owned(),
        description: "looks up a call".to_owned(),
        input: json_schema!({"type": "object", "properties": {"id": {"type": "string"}}}),
        output: json_schema!({"type": "object"}),
    }];
    let mut long = plain.clone();
    long.messages
        .insert(0, Message::new(Role::System, "You are brief."));
    long.messages
        .push(Message::new(Role::Assistant, "Grüße 日本."));
    long.messages.push(Message::new(Role::User, "and then?"));
    vec![plain, with_tool, long]
}

/// Runs every law on `model`, which must be deterministic.
pub async fn check(model: &dyn ChatModel) {
    assert!(!model.name().is_empty(), "name: the model has none");
    assert!(model.window() > 0, "window: nothing fits");
    for (place, request) in questions().iter().enumerate() {
        let answer = match model.chat(request).await {
            Err(ChatError::Refused { .. }) if !request.tools.is_empty() => {
                refused(model, place, request).await;
                continue;
            }
            answer => answer,
        };
        let answer =
            answer.unwrap_or_else(|error| panic!("answer: question {place} has none: {error}"));
        calls(place, request, &answer);
        stream(model, place, request, &answer).await;
    }
    window(model).await;
    check_silence(model, SAID).await;
}

fn calls(place: usize, request: &ChatRequest, answer: &ChatResponse) {
    for call in &answer.tool_calls {
        assert!(
            request.tools.iter().any(|tool| tool.name == call.name),
            "calls: question {place} has no tool `{}`",
            call.name
        );
    }
}

/// Who takes no tools takes none in a stream either.
async fn refused(model: &dyn ChatModel, place: usize, request: &ChatRequest) {
    let chunks: Vec<_> = model.stream(request).collect().await;
    assert!(
        matches!(chunks.as_slice(), [Err(ChatError::Refused { .. })]),
        "calls: question {place} is refused, but not in a stream"
    );
}

async fn stream(model: &dyn ChatModel, place: usize, request: &ChatRequest, answer: &ChatResponse) {
    let chunks: Vec<_> = model.stream(request).collect().await;
    let mut text = String::new();
    let mut done = None;
    for chunk in chunks {
        assert!(
            done.is_none(),
            "stream: something follows the last piece of question {place}"
        );
        match chunk {
            Ok(ChatChunk::Text(piece)) => text += &piece,
            Ok(ChatChunk::Done(response)) => done = Some(response),
            Err(error) => panic!("stream: question {place} has none: {error}"),
        }
    }
    let Some(done) = done else {
        panic!("stream: question {place} has no last piece")
    };
    assert_eq!(
        text, done.content,
        "stream: the pieces of question {place} are not its content"
    );
    let same = done.content.trim() == answer.content.trim()
        && done.tool_calls == answer.tool_calls
        && done.finish == answer.finish;
    assert!(
        same,
        "stream: question {place} is answered otherwise than whole"
    );
}

async fn window(model: &dyn ChatModel) {
    let mut request = questions().remove(0);
    let content = format!("{SAID} ").repeat(model.window() / 4);
    request.messages.push(Message::new(Role::User, content));
    let answer = model.chat(&request).await;
    assert!(
        matches!(answer, Err(ChatError::TooLong { .. })),
        "window: a question longer than the window is taken"
    );
    let chunks: Vec<_> = model.stream(&request).collect().await;
    assert!(
        matches!(chunks.as_slice(), [Err(ChatError::TooLong { .. })]),
        "window: a question longer than the window is streamed"
    );
}

/// Neither the model nor what it answers, as `Debug` shows it, nor its errors tell `secret`, even when it is said.
pub async fn check_silence(model: &dyn ChatModel, secret: &str) {
    let request = ChatRequest {
        messages: vec![Message::new(Role::User, secret)],
        ..ChatRequest::default()
    };
    let mut shown = vec![format!("{model:?} {request:?}")];
    shown.push(match model.chat(&request).await {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => chain(&error),
    });
    let chunks: Vec<_> = model.stream(&request).collect().await;
    shown.extend(chunks.iter().map(|chunk| match chunk {
        Ok(chunk) => format!("{chunk:?}"),
        Err(error) => chain(error),
    }));
    let told = shown.iter().any(|it| it.contains(secret));
    assert!(!told, "silence: a secret is told");
}

/// Everything that an error can be heard to say.
fn chain(error: &ChatError) -> String {
    let mut shown = vec![format!("{error:?} {error}")];
    let mut source = error.source();
    while let Some(error) = source {
        shown.push(format!("{error} {error:?}"));
        source = error.source();
    }
    shown.join("\n")
}

#[cfg(test)]
mod tests;
