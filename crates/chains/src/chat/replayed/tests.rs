//! What was recorded is what is replayed, and nothing secret is in between.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use proptest::prelude::*;
use serde_json::json;
use upturn_core::{Diagnostic, ErrorKind};

use crate::{
    Cassette, ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Finish, Message,
    RecordedChat, ReplayedChat, Role, ScriptedChat, Scrubber, ToolCall, Usage,
};

fn question(text: &str) -> ChatRequest {
    ChatRequest {
        messages: vec![Message::new(Role::User, text)],
        ..ChatRequest::default()
    }
}

fn recorded(model: ScriptedChat) -> RecordedChat {
    RecordedChat::new(Arc::new(model), Scrubber::new())
}

/// Through a file, as it is used.
fn replayed(recorded: &RecordedChat) -> ReplayedChat {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cassette.jsonl");
    recorded.cassette().write(&path).unwrap();
    ReplayedChat::new(recorded.name(), Cassette::read(&path).unwrap())
}

async fn pieces(model: &dyn ChatModel, request: &ChatRequest) -> Vec<String> {
    let chunks: Vec<_> = model.stream(request).collect().await;
    let told = chunks.into_iter().map(|chunk| match chunk {
        Ok(ChatChunk::Text(text)) => text,
        Ok(ChatChunk::Done(response)) => serde_json::to_string(&response).unwrap(),
        Err(error) => format!("{error:?}"),
    });
    told.collect()
}

fn errors() -> Vec<ChatError> {
    let model = || "fake".to_owned();
    let reason = || "no such model".to_owned();
    vec![
        ChatError::Overloaded {
            model: model(),
            retry_after: Some(Duration::from_millis(1_500)),
        },
        ChatError::Refused {
            model: model(),
            reason: reason(),
        },
        ChatError::CutOff { model: model() },
        ChatError::Unreadable {
            model: model(),
            reason: reason(),
        },
    ]
}

#[tokio::test]
async fn errors_are_replayed_as_they_were() {
    for error in errors() {
        let expected = format!("{error:?}");
        let recorder = recorded(ScriptedChat::new("fake").fails(error));
        recorder.chat(&question("why?")).await.unwrap_err();
        let error = replayed(&recorder).chat(&question("why?")).await;
        assert_eq!(format!("{:?}", error.unwrap_err()), expected);
    }
}

#[tokio::test]
async fn a_cut_stream_is_replayed_with_its_pieces() {
    let recorder = recorded(ScriptedChat::new("fake").with_pieces(2).cuts("half"));
    let told = pieces(&recorder, &question("why?")).await;
    assert_eq!(told.len(), 3);
    let replayed = replayed(&recorder);
    assert_eq!(pieces(&replayed, &question("why?")).await, told);
    let asked = question("why?");
    let whole = replayed.chat(&asked).await;
    assert!(matches!(whole, Err(ChatError::CutOff { .. })));
}

#[tokio::test]
async fn the_same_question_has_its_answers_in_order_and_then_the_last_again() {
    let recorder = recorded(ScriptedChat::new("fake").says("one").says("two"));
    for _ in 0..2 {
        recorder.chat(&question("why?")).await.unwrap();
    }
    let replayed = replayed(&recorder);
    for expected in ["one", "two", "two"] {
        let answer = replayed.chat(&question("why?")).await.unwrap();
        assert_eq!(answer.content, expected);
    }
}

#[tokio::test]
async fn a_question_that_was_not_recorded_is_an_error_with_a_hint() {
    let recorder = recorded(ScriptedChat::new("fake").says("one"));
    recorder.chat(&question("why?")).await.unwrap();
    let error = replayed(&recorder)
        .chat(&question("how?"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error
            .to_string()
            .starts_with("no answer of `fake` to question `")
    );
    assert!(
        error
            .hint()
            .unwrap()
            .contains("since its 1 answers were recorded")
    );
}

#[tokio::test]
async fn a_cassette_holds_no_secret_and_is_found_with_another() {
    let record = Scrubber::new().with_secret("first-tenant");
    let model = ScriptedChat::new("fake").says("write to jane@example.org, sk-abcdefghijklmnop");
    let recorder = RecordedChat::new(Arc::new(model), record);
    let asked = question("for first-tenant, call +49 30 12345678");
    pieces(&recorder, &asked).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cassette.jsonl");
    recorder.cassette().write(&path).unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    for secret in ["first-tenant", "12345678", "jane@", "abcdefghijklmnop"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let replayed = ReplayedChat::new("fake", recorder.cassette())
        .with_scrubber(Scrubber::new().with_secret("second-tenant"));
    let asked = question("for second-tenant, call +49 30 87654321");
    let answer = replayed.chat(&asked).await.unwrap();
    assert_eq!(answer.content, "write to [e-mail], [key]");
}

#[tokio::test]
async fn a_broken_line_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cassette.jsonl");
    fs_err::write(&path, "\n{}\n").unwrap();
    let error = Cassette::read(&path).unwrap_err();
    assert!(error.to_string().starts_with("line 2 of cassette"));
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let error = Cassette::read(folder.path().join("none")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

prop_compose! {
    fn responses()(
        content in ".{0,40}",
        name in "[a-z]{1,8}",
        argument in ".{0,12}",
        calls in 0_usize..3,
        tokens in 0_u64..1_000,
    ) -> ChatResponse {
        let call = |place| ToolCall::new(format!("call-{place}"), &name, json!({ "text": argument, "n": place }));
        ChatResponse {
            content,
            tool_calls: (0..calls).map(call).collect(),
            usage: Usage { prompt: tokens, completion: 1 },
            finish: if calls > 0 { Finish::ToolCalls } else { Finish::Stop },
        }
    }
}

proptest! {
    #[test]
    fn what_is_replayed_is_what_was_recorded(answers in prop::collection::vec((".{0,20}", responses()), 1..6)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let script = answers.iter().fold(ScriptedChat::new("fake"), |script, (_, answer)| {
                script.answers(answer.clone()).answers(answer.clone())
            });
            let recorder = recorded(script);
            let mut told = Vec::new();
            for (asked, _) in &answers {
                let asked = question(asked);
                told.push((recorder.chat(&asked).await.unwrap(), pieces(&recorder, &asked).await));
            }
            let replayed = replayed(&recorder);
            for ((asked, _), (answer, chunks)) in answers.iter().zip(told) {
                let asked = question(asked);
                prop_assert_eq!(replayed.chat(&asked).await.unwrap(), answer);
                prop_assert_eq!(pieces(&replayed, &asked).await, chunks);
            }
            Ok(())
        })?;
    }
}
