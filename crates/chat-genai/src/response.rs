//! An answer as `genai` gives it: [`answer`], [`ended`].

use genai::chat::{
    ChatResponse as Answer, MessageContent, StopReason, StreamEnd, ToolCall as Call,
    Usage as Counted,
};
use serde_json::Value;
use upturn_chains::{ChatResponse, Finish, ToolCall, Usage};

use crate::Provider;

/// Why there is no answer though the provider gave one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// The provider's filter withheld it.
    Filtered,
    /// Nothing says that it ended.
    CutOff,
}

pub(crate) fn answer(answer: Answer) -> Result<ChatResponse, NoAnswer> {
    let text = text(&answer.content);
    let calls = answer.content.into_tool_calls();
    whole(text, calls, answer.stop_reason, &answer.usage)
}

/// The last piece of a stream whose texts are these.
///
/// Where a stream of Gemini breaks off, `genai` makes up an end; it lacks the reason that a real one has.
pub(crate) fn ended(
    provider: Provider,
    text: String,
    end: StreamEnd,
) -> Result<ChatResponse, NoAnswer> {
    if provider == Provider::Gemini && end.captured_stop_reason.is_none() {
        return Err(NoAnswer::CutOff);
    }
    let stop = end.captured_stop_reason.clone();
    let usage = end.captured_usage.clone().unwrap_or_default();
    let calls = end.captured_into_tool_calls().unwrap_or_default();
    whole(text, calls, stop, &usage)
}

fn whole(
    content: String,
    calls: Vec<Call>,
    stop: Option<StopReason>,
    usage: &Counted,
) -> Result<ChatResponse, NoAnswer> {
    let is_filtered = matches!(stop, Some(StopReason::ContentFilter(_)));
    if is_filtered && content.is_empty() && calls.is_empty() {
        return Err(NoAnswer::Filtered);
    }
    let is_long = stop.is_some_and(|it| it.is_max_tokens());
    let finish = match (calls.is_empty(), is_long) {
        (false, _) => Finish::ToolCalls,
        (true, true) => Finish::Length,
        (true, false) => Finish::Stop,
    };
    Ok(ChatResponse {
        content,
        tool_calls: calls.into_iter().map(call).collect(),
        usage: Usage {
            prompt: count(usage.prompt_tokens),
            completion: count(usage.completion_tokens),
        },
        finish,
    })
}

fn text(content: &MessageContent) -> String {
    content.texts().concat()
}

fn count(tokens: Option<i32>) -> u64 {
    tokens.and_then(|it| u64::try_from(it).ok()).unwrap_or(0)
}

/// No arguments are an empty object.
fn call(call: Call) -> ToolCall {
    let is_none = |text: &str| text.trim().is_empty();
    let arguments = if call.fn_arguments.as_str().is_some_and(is_none) {
        Value::Object(serde_json::Map::new())
    } else {
        call.fn_arguments
    };
    let mut told = ToolCall::new(call.call_id, call.fn_name, arguments);
    told.signatures = call.thought_signatures.unwrap_or_default();
    told
}

/// An answer of OpenAI's protocol that `genai` refuses because the arguments of a call are no JSON: a tool refuses them in words, which the
/// model reads.
pub(crate) fn recovered(body: &Value) -> Option<ChatResponse> {
    let message = body.pointer("/choices/0/message")?;
    let calls = message.get("tool_calls")?.as_array()?;
    let calls = calls.iter().map(|it| {
        let function = it.get("function")?;
        let arguments = function.get("arguments")?;
        let parsed = arguments
            .as_str()
            .and_then(|it| serde_json::from_str(it).ok());
        Some(call(Call {
            call_id: it.get("id")?.as_str()?.to_owned(),
            fn_name: function.get("name")?.as_str()?.to_owned(),
            fn_arguments: parsed.unwrap_or_else(|| arguments.clone()),
            thought_signatures: None,
        }))
    });
    let tokens = |path| body.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let content = message.get("content").and_then(Value::as_str);
    Some(ChatResponse {
        content: content.unwrap_or_default().trim().to_owned(),
        tool_calls: calls.collect::<Option<_>>()?,
        usage: Usage {
            prompt: tokens("/usage/prompt_tokens"),
            completion: tokens("/usage/completion_tokens"),
        },
        finish: Finish::ToolCalls,
    })
}
