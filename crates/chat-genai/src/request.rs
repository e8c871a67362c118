//! A question as `genai` takes it: [`question`], [`options`].

use std::collections::HashMap;

use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest as Question, ContentPart, JsonSpec, MessageContent,
    ReasoningEffort, Tool, ToolCall as Call, ToolResponse,
};
use upturn_chains::{ChatRequest, Message, Role, ToolCall, ToolDescription};

use crate::config::{GenaiConfig, Provider};

/// What the schema of an answer is called; providers want a name and do not use it.
const SCHEMA: &str = "answer";

pub(crate) fn question(request: &ChatRequest) -> Question {
    let mut names = HashMap::new();
    let mut messages = Vec::new();
    for message in &request.messages {
        let calls = message.tool_calls.iter();
        names.extend(calls.map(|it| (it.id.as_str(), it.name.as_str())));
        messages.push(said(message, &names));
    }
    let question = Question::new(messages);
    if request.tools.is_empty() {
        return question;
    }
    question.with_tools(request.tools.iter().map(tool))
}

/// Gemini wants the name of the tool with its answer.
fn said(message: &Message, names: &HashMap<&str, &str>) -> ChatMessage {
    let content = message.content.as_str();
    match message.role {
        Role::System => ChatMessage::system(content),
        Role::User => ChatMessage::user(content),
        Role::Assistant => ChatMessage::assistant(spoken(message)),
        Role::Tool => {
            let id = message.answers.as_deref().unwrap_or_default();
            let answer = ToolResponse::new(id, content);
            ChatMessage::from(match names.get(id) {
                Some(name) => answer.with_fn_name(*name),
                None => answer,
            })
        }
    }
}

fn spoken(message: &Message) -> MessageContent {
    let content = message.content.as_str();
    let text = (!content.is_empty()).then(|| ContentPart::Text(content.to_owned()));
    let calls = message.tool_calls.iter().map(call);
    let calls = calls.map(ContentPart::ToolCall);
    MessageContent::from_parts(text.into_iter().chain(calls).collect::<Vec<_>>())
}

fn call(call: &ToolCall) -> Call {
    let signatures = call.signatures.clone();
    Call {
        call_id: call.id.clone(),
        fn_name: call.name.clone(),
        fn_arguments: call.arguments.clone(),
        thought_signatures: (!signatures.is_empty()).then_some(signatures),
    }
}

fn tool(tool: &ToolDescription) -> Tool {
    Tool::new(tool.name.as_str())
        .with_description(tool.description.as_str())
        .with_schema(tool.input.as_value().clone())
}

pub(crate) fn options(request: &ChatRequest, config: &GenaiConfig) -> ChatOptions {
    let mut options = ChatOptions::default()
        .with_capture_usage(true)
        .with_capture_tool_calls(true)
        .with_capture_raw_body(true)
        .with_stream_header_timeout(config.timeout)
        .with_stream_read_timeout(config.timeout);
    options.max_tokens = request.max_tokens;
    options.temperature = request.temperature;
    options.seed = request.seed;
    if let Some(schema) = &request.schema {
        let spec = JsonSpec::new(SCHEMA, schema.as_value().clone());
        options = options.with_response_format(spec);
    }
    match config.provider {
        // Not sent, but without it `genai` takes the end of `qwen-max` for an effort and asks for `qwen`.
        Provider::OpenAi | Provider::Ollama | Provider::Compatible => {
            options.with_reasoning_effort(ReasoningEffort::Budget(0))
        }
        Provider::Anthropic | Provider::Gemini => options,
    }
}
