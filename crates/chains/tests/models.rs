//! Models as steps of a chain.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use serde_json::{Value, json};
use upturn_chains::{
    ChainError, ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, ChatStep, EnumParser,
    JsonParser, Message, ParseStep, Parsed, ParsedStep, PromptStep, PromptTemplate, Retries, Role,
    Run, Runnable, RunnableExt as _, ScriptedChat, ToolCall, Usage,
};

fn model() -> ScriptedChat {
    ScriptedChat::new("fake").with_pieces(4)
}

fn busy() -> ChatError {
    let (model, retry_after) = ("fake".to_owned(), None);
    ChatError::Overloaded { model, retry_after }
}

fn prompt() -> PromptStep<Value> {
    let text = "+++\nname = \"ask\"\nversion = 1\ninputs = [\"who\"]\n+++\nWill {{ who }} sign? Yes or no?";
    PromptTemplate::parse("ask", text).unwrap().taking()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    Yes,
    No,
}

fn yes_or_no() -> EnumParser<Answer> {
    EnumParser::new([("yes", Answer::Yes), ("no", Answer::No)])
}

/// What stands in the last question.
fn asked(model: &ScriptedChat) -> String {
    let question = model.asked().pop().unwrap().messages.pop().unwrap();
    assert_eq!(question.role, Role::User);
    question.content
}

#[tokio::test]
async fn a_prompt_a_model_and_a_parser_are_one_chain() {
    let fake = Arc::new(model().says("Yes."));
    let chain = prompt()
        .pipe(ChatStep::new(fake.clone()))
        .pipe(ParseStep::new(yes_or_no()));
    assert_eq!(chain.name(), "ask | fake | parse");
    let answer = chain.invoke(json!({"who": "Ann"}), &Run::new()).await;
    assert_eq!(answer.unwrap(), Answer::Yes);
    assert_eq!(asked(&fake), "Will Ann sign? Yes or no?");
}

/// What a model is asked where this is given to its step.
async fn asked_by<Input>(input: Input) -> ChatRequest
where
    Input: Into<ChatRequest> + Send + 'static,
{
    let fake = Arc::new(model().says("so"));
    let chain = ChatStep::new(fake.clone());
    let answer = chain.invoke(input, &Run::new()).await.unwrap();
    assert_eq!(answer.content, "so");
    fake.asked().remove(0)
}

#[tokio::test]
async fn texts_messages_and_requests_are_asked_alike() {
    let by_text = asked_by("why?".to_owned()).await;
    let messages = vec![Message::new(Role::User, "why?")];
    assert_eq!(asked_by(messages).await, by_text);
    assert_eq!(asked_by(by_text.clone()).await, by_text);
}

#[tokio::test(start_paused = true)]
async fn a_model_is_tried_again_and_replaced_as_any_step() {
    let run = Run::new();
    let fake = Arc::new(model().fails(busy()).says("no").fails(busy()));
    let chain = prompt()
        .pipe(ChatStep::new(fake.clone()).with_retry(Retries::default()))
        .pipe(ParseStep::new(yes_or_no()));
    let answer = chain.invoke(json!({"who": "Ann"}), &run).await;
    assert_eq!(answer.unwrap(), Answer::No);
    assert_eq!(fake.asked().len(), 2);
    let other = Arc::new(ScriptedChat::new("other").says("yes"));
    let chain = prompt()
        .pipe(ChatStep::new(fake).with_fallback(ChatStep::new(other)))
        .pipe(ParseStep::new(yes_or_no()));
    assert_eq!(chain.name(), "ask | fake else other | parse");
    let answer = chain.invoke(json!({"who": "Ann"}), &run).await;
    assert_eq!(answer.unwrap(), Answer::Yes);
}

#[tokio::test]
async fn equal_prompts_are_asked_once_behind_a_cache() {
    let fake = Arc::new(model().says("yes"));
    let kept = ChatStep::new(fake.clone()).with_cache(NonZeroUsize::MIN, String::clone);
    for _ in 0..2 {
        let answer = kept.invoke("why?".to_owned(), &Run::new()).await;
        assert_eq!(answer.unwrap().content, "yes");
    }
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_is_told_piece_by_piece_and_its_end_stands_in_the_last_one() {
    let whole = ChatResponse {
        content: "one two".to_owned(),
        tool_calls: vec![ToolCall::new("1", "look_up", json!({}))],
        usage: Usage {
            prompt: 7,
            completion: 2,
        },
        ..ChatResponse::default()
    };
    let fake = Arc::new(model().answers(whole.clone()));
    let chain = prompt().pipe(ChatStep::new(fake));
    let run = Run::new();
    let pieces = chain
        .stream(json!({"who": "Ann"}), &run)
        .map(Result::unwrap);
    let mut pieces: Vec<ChatResponse> = pieces.collect().await;
    let texts: Vec<&str> = pieces.iter().map(|it| it.content.as_str()).collect();
    assert_eq!(texts, ["one ", "two", ""]);
    let content = texts.concat();
    let last = pieces.pop().unwrap();
    assert!(
        pieces
            .iter()
            .all(|it| it.tool_calls.is_empty() && it.usage == Usage::default())
    );
    assert_eq!(ChatResponse { content, ..last }, whole);
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_an_error_behind_its_pieces() {
    let models: [Arc<dyn ChatModel>; 2] = [Arc::new(model().cuts("half")), Arc::new(Breaks)];
    for model in models {
        let chain = ChatStep::new(model);
        let run = Run::new();
        let pieces: Vec<_> = chain.stream("why?".to_owned(), &run).collect().await;
        assert_eq!(pieces[0].as_ref().unwrap().content, "half");
        let cut = |it: &ChainError| matches!(it, ChainError::Chat(ChatError::CutOff { .. }));
        assert!(pieces.len() == 2 && pieces[1].as_ref().is_err_and(cut));
    }
}

/// A model whose stream just ends.
#[derive(Debug)]
struct Breaks;

impl ChatModel for Breaks {
    fn name(&self) -> &'static str {
        "breaks"
    }

    fn window(&self) -> usize {
        100
    }

    fn chat<'a>(&'a self, _: &'a ChatRequest) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(async { Ok(ChatResponse::default()) })
    }

    fn stream<'a>(&'a self, _: &'a ChatRequest) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        stream::iter([Ok(ChatChunk::Text("half".to_owned()))]).boxed()
    }
}

#[tokio::test]
async fn an_answer_that_can_not_be_read_is_asked_for_once_more() {
    #[derive(Debug, PartialEq, serde::Deserialize, schemars::JsonSchema)]
    struct Next {
        question: String,
    }
    let fake = Arc::new(
        model()
            .says("Who signs?")
            .says("{\"question\": \"Who signs?\"}"),
    );
    let parsed = ParsedStep::new(fake.clone(), JsonParser::<Next>::new());
    let chain = prompt().pipe(parsed);
    assert_eq!(chain.name(), "ask | fake | parse");
    let parsed: Parsed<Next> = chain
        .invoke(json!({"who": "Ann"}), &Run::new())
        .await
        .unwrap();
    assert_eq!(parsed.output.question, "Who signs?");
    assert!(parsed.repaired && fake.asked().iter().all(|it| it.schema.is_some()));
}
