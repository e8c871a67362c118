//! What is asked and answered, provider by provider.

use std::sync::Arc;

use futures_util::StreamExt as _;
use schemars::json_schema;
use serde_json::{Value, json};
use upturn_chains::{
    Agent, ChatChunk, ChatModel, ChatRequest, ChatResponse, Finish, Message, RecordedChat,
    ReplayedChat, Role, Scrubber, ToolCall, ToolDescription, Usage, conformance::chat_model,
};
use upturn_core::Diagnostic;

use super::server::{Asked, Reply, Server};
use super::{KEY, config, model, question};
use crate::{GenaiChat, GenaiConfig, GenaiError, Provider};

const ANSWER: &str = "The price is the matter. 日本";

fn whole(message: &Value, finish: &str) -> String {
    json!({
        "id": "1", "object": "chat.completion", "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17},
    })
    .to_string()
}

fn delta(delta: &Value, finish: Option<&str>) -> String {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).to_string()
}

/// Answers the same whole and in pieces.
fn openai(asked: &Asked) -> Reply {
    if asked.body["stream"] != json!(true) {
        let message = json!({"role": "assistant", "content": ANSWER});
        return Reply::json(200, whole(&message, "stop"));
    }
    let mut events: Vec<String> = ANSWER
        .split_inclusive(' ')
        .map(|piece| delta(&json!({"content": piece}), None))
        .collect();
    events.push(delta(&json!({}), Some("stop")));
    let usage = json!({"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17});
    events.push(json!({"choices": [], "usage": usage}).to_string());
    events.push("[DONE]".to_owned());
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    Reply::events(&events)
}

async fn streamed(model: &dyn ChatModel, request: &ChatRequest) -> (Vec<String>, ChatResponse) {
    let chunks: Vec<_> = model.stream(request).collect().await;
    let mut pieces = Vec::new();
    for chunk in chunks {
        match chunk.unwrap() {
            ChatChunk::Text(text) => pieces.push(text),
            ChatChunk::Done(response) => return (pieces, response),
        }
    }
    panic!("the stream has no last piece")
}

#[tokio::test]
async fn an_openai_compatible_address_passes_the_suite_and_so_does_its_recording() {
    let server = Server::new(openai).await;
    let model = GenaiChat::new(config(&server).with_window(2_000)).unwrap();
    chat_model::check(&model).await;
    chat_model::check_silence(&model, KEY).await;
    let recorded = RecordedChat::new(Arc::new(model), Scrubber::new());
    chat_model::check(&recorded).await;
    let replayed = ReplayedChat::new("tiny", recorded.cassette()).with_window(2_000);
    chat_model::check(&replayed).await;
}

#[tokio::test]
async fn everything_of_a_question_is_asked() {
    let server = Server::new(openai).await;
    let call = ToolCall::new("c1", "look_up", json!({"id": "a"}));
    let mut asking = Message::new(Role::Assistant, "");
    asking.tool_calls.push(call.clone());
    let request = ChatRequest {
        messages: vec![
            Message::new(Role::System, "be brief"),
            Message::new(Role::User, "why?"),
            asking,
            Message::answer(&call, "found"),
        ],
        tools: vec![ToolDescription {
            name: "look_up".to_owned(),
            description: "looks up".to_owned(),
            input: json_schema!({"type": "object"}),
            output: json_schema!({"type": "object"}),
        }],
        schema: Some(json_schema!({"type": "object", "properties": {"a": {"type": "string"}}})),
        max_tokens: Some(77),
        temperature: Some(0.0),
        seed: Some(7),
    };
    let answer = model(&server).chat(&request).await.unwrap();
    assert_eq!(
        answer.usage,
        Usage {
            prompt: 12,
            completion: 5
        }
    );
    let Asked { head, body } = server.asked().remove(0);
    assert!(head.starts_with("post /v1/chat/completions "));
    assert!(head.contains(&format!("authorization: bearer {KEY}")));
    let roles: Vec<&Value> = body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["role"])
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "tool"]);
    assert_eq!(
        body["messages"][2]["tool_calls"][0]["function"]["arguments"],
        "{\"id\":\"a\"}"
    );
    assert_eq!(body["messages"][3]["tool_call_id"], "c1");
    assert_eq!(body["tools"][0]["function"]["name"], "look_up");
    assert_eq!(body["response_format"]["type"], "json_schema");
    let numbers = (&body["max_tokens"], &body["temperature"], &body["seed"]);
    assert_eq!(numbers, (&json!(77), &json!(0.0), &json!(7)));
}

#[tokio::test]
async fn names_are_asked_for_as_they_are_and_without_a_key_there_is_no_header() {
    let server = Server::new(openai).await;
    for name in ["qwen-max", "family::model-high", "plain"] {
        let config =
            GenaiConfig::new(Provider::Compatible, name).with_url(format!("{}/", server.url));
        let model = GenaiChat::new(config).unwrap();
        model.chat(&question("why?")).await.unwrap();
        streamed(&model, &question("why?")).await;
        let asked = server.asked();
        for Asked { head, body } in &asked[asked.len() - 2..] {
            assert_eq!(body["model"], name);
            assert!(body.get("reasoning_effort").is_none());
            assert!(!head.contains("authorization"));
            assert!(head.starts_with("post /v1/chat/completions "));
        }
    }
}

#[tokio::test]
async fn tool_calls_come_whole_and_in_pieces() {
    let server = Server::new(|asked| {
        let function = json!({"name": "look_up", "arguments": "{\"id\":\"a\"}"});
        if asked.body["stream"] != json!(true) {
            let calls = json!([{"id": "c1", "type": "function", "function": function}]);
            let message = json!({"role": "assistant", "content": null, "tool_calls": calls});
            return Reply::json(200, whole(&message, "tool_calls"));
        }
        let piece = |function: Value| json!({"tool_calls": [{"index": 0, "id": "c1", "function": function}]});
        Reply::events(&[
            &delta(&piece(json!({"name": "look_up", "arguments": "{\"id\""})), None),
            &delta(&json!({"tool_calls": [{"index": 0, "function": {"arguments": ":\"a\"}"}}]}), None),
            &delta(&json!({}), Some("tool_calls")),
            "[DONE]",
        ])
    })
    .await;
    let model = model(&server);
    let whole = model.chat(&question("why?")).await.unwrap();
    let (pieces, streamed) = streamed(&model, &question("why?")).await;
    for answer in [whole, streamed] {
        assert_eq!(
            answer.tool_calls,
            [ToolCall::new("c1", "look_up", json!({"id": "a"}))]
        );
        assert_eq!(
            (answer.finish, answer.content.as_str()),
            (Finish::ToolCalls, "")
        );
    }
    assert!(pieces.is_empty());
}

#[tokio::test]
async fn broken_arguments_of_a_call_stay_text_for_the_tool_to_refuse() {
    let server = Server::new(|asked| {
        let function = json!({"name": "look_up", "arguments": "{\"id\": "});
        if asked.body["stream"] == json!(true) {
            let call = json!({"tool_calls": [{"index": 0, "id": "c1", "function": function}]});
            return Reply::events(&[&delta(&call, Some("tool_calls")), "[DONE]"]);
        }
        let calls = json!([{"id": "c1", "type": "function", "function": function}]);
        let message = json!({"role": "assistant", "content": "so", "tool_calls": calls});
        Reply::json(200, whole(&message, "tool_calls"))
    })
    .await;
    let model = model(&server);
    let whole = model.chat(&question("why?")).await.unwrap();
    assert_eq!((whole.content.as_str(), whole.usage.prompt), ("so", 12));
    let (_, streamed) = streamed(&model, &question("why?")).await;
    for answer in [whole, streamed] {
        assert_eq!(answer.tool_calls[0].arguments, json!("{\"id\": "));
    }
}

#[tokio::test]
async fn an_answer_without_room_for_more_says_so() {
    let message = json!({"role": "assistant", "content": "half"});
    let server = Server::saying(Reply::json(200, whole(&message, "length"))).await;
    let answer = model(&server).chat(&question("why?")).await.unwrap();
    assert_eq!(answer.finish, Finish::Length);
}

#[tokio::test]
async fn anthropic_is_spoken() {
    let server = Server::new(|asked| {
        if asked.body["stream"] != json!(true) {
            let usage = json!({"input_tokens": 3, "output_tokens": 2});
            let content = json!([{"type": "text", "text": ANSWER}]);
            let body = json!({"model": "c", "content": content, "stop_reason": "end_turn", "usage": usage});
            return Reply::json(200, body.to_string());
        }
        let events = [
            json!({"type": "message_start", "message": {"usage": {"input_tokens": 3, "output_tokens": 0}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ANSWER}}),
            json!({"type": "content_block_stop", "index": 0}),
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}}),
            json!({"type": "message_stop"}),
        ];
        let pieces = events.iter().map(|it| format!("event: {}\ndata: {it}\n\n", it["type"].as_str().unwrap()));
        let mut reply = Reply::events(&[]);
        reply.pieces = pieces.collect();
        reply
    })
    .await;
    let config = GenaiConfig::new(Provider::Anthropic, "claude-x")
        .with_key(KEY)
        .with_url(server.url.as_str());
    let model = GenaiChat::new(config.with_window(2_000)).unwrap();
    chat_model::check(&model).await;
    let asked = server.asked().remove(0);
    assert!(asked.head.starts_with("post /v1/messages "));
    assert!(asked.head.contains(&format!("x-api-key: {KEY}")));
    let (_, answer) = streamed(&model, &question("why?")).await;
    assert_eq!(
        answer.usage,
        Usage {
            prompt: 3,
            completion: 2
        }
    );
}

fn gemini(parts: &Value, finish: Option<&str>) -> String {
    let mut candidate = json!({"content": {"role": "model", "parts": parts}});
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    let usage = json!({"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5});
    json!({"candidates": [candidate], "usageMetadata": usage}).to_string()
}

fn gemini_model(server: &Server) -> GenaiChat {
    let config = GenaiConfig::new(Provider::Gemini, "gemini-x")
        .with_key(KEY)
        .with_url(server.url.as_str());
    GenaiChat::new(config.with_window(2_000)).unwrap()
}

#[tokio::test]
async fn gemini_is_spoken() {
    let server = Server::new(|asked| {
        let parts = json!([{"text": ANSWER}]);
        if asked.head.contains("streamgeneratecontent") {
            Reply::events(&[&gemini(&parts, None), &gemini(&json!([]), Some("STOP"))])
        } else {
            Reply::json(200, gemini(&parts, Some("STOP")))
        }
    })
    .await;
    let model = gemini_model(&server);
    chat_model::check(&model).await;
    let asked = server.asked().remove(0);
    assert!(asked.head.contains(&format!("x-goog-api-key: {KEY}")));
    assert!(!asked.head.lines().next().unwrap().contains(KEY));
}

#[tokio::test]
async fn signatures_of_gemini_go_back_with_their_calls() {
    let call = json!({"functionCall": {"name": "look_up", "args": {"id": "a"}}, "thoughtSignature": "sig"});
    let server = Server::saying(Reply::json(200, gemini(&json!([call]), Some("STOP")))).await;
    let model = gemini_model(&server);
    let answer = model.chat(&question("why?")).await.unwrap();
    assert_eq!(answer.tool_calls[0].signatures, ["sig"]);
    let mut next = question("why?");
    next.messages.push(Message::said(&answer));
    next.messages
        .push(Message::answer(&answer.tool_calls[0], "found"));
    model.chat(&next).await.unwrap();
    let body = server.asked().remove(1).body;
    assert_eq!(body["contents"][1]["parts"][0]["thoughtSignature"], "sig");
    assert_eq!(
        body["contents"][2]["parts"][0]["functionResponse"]["name"],
        "look_up"
    );
}

#[tokio::test]
async fn an_agent_speaks_through_it() {
    let server = Server::new(openai).await;
    let agent = Agent::new(Arc::new(model(&server)), Vec::new()).unwrap();
    let mut memory = upturn_chains::WindowMemory::default();
    let run = upturn_chains::Run::new();
    let answer = agent.answer(&mut memory, "why?", &run).await.unwrap();
    assert_eq!(answer.content, ANSWER);
}

#[test]
fn a_configuration_that_cannot_work_is_refused_with_a_hint() {
    let compatible = || GenaiConfig::new(Provider::Compatible, "tiny");
    let table = [
        (
            GenaiConfig::new(Provider::OpenAi, "x").with_key(" "),
            "`OpenAi` needs a key",
        ),
        (compatible(), "the address of the model is not given"),
        (
            compatible().with_url("http://me:secret@host/v1"),
            "the address of the model is no http",
        ),
        (
            compatible().with_url("file:///etc"),
            "the address of the model is no http",
        ),
        (
            compatible().with_url("host"),
            "the address of the model is no http",
        ),
    ];
    for (config, expected) in table {
        let error: GenaiError = GenaiChat::new(config).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(error.hint().is_some() && !format!("{error:?}").contains("secret"));
    }
    assert!(GenaiChat::new(GenaiConfig::new(Provider::Ollama, "llama")).is_ok());
}

#[test]
fn debug_does_not_tell_the_key() {
    let config = GenaiConfig::new(Provider::OpenAi, "x").with_key(KEY);
    let model = GenaiChat::new(config.clone()).unwrap();
    assert!(!format!("{config:?} {model:?}").contains(KEY));
}

/// Each provider has its own place for the form of an answer.
#[tokio::test]
async fn a_schema_is_asked_for_where_each_provider_expects_it() {
    let mut asked = question("why?");
    asked.schema = Some(json_schema!({
        "type": "object",
        "properties": {"verdict": {"type": "string"}},
    }));
    let places = [
        (Provider::OpenAi, "/response_format/json_schema/schema"),
        (Provider::Compatible, "/response_format/json_schema/schema"),
        (Provider::Ollama, "/response_format/json_schema/schema"),
        (Provider::Anthropic, "/output_config/format/schema"),
        (Provider::Gemini, "/generationConfig/responseJsonSchema"),
    ];
    for (provider, place) in places {
        let server = Server::saying(Reply::json(200, "{}")).await;
        let config = GenaiConfig::new(provider, "model-x")
            .with_key(KEY)
            .with_url(server.url.as_str());
        // What is answered is no matter here.
        let _ = GenaiChat::new(config).unwrap().chat(&asked).await;
        let body = server.asked().remove(0).body;
        let schema = body.pointer(place);
        let verdict = schema.and_then(|it| it.pointer("/properties/verdict/type"));
        assert_eq!(verdict, Some(&json!("string")), "{provider:?} {body}");
    }
}
