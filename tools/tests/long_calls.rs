//! A call of two hundred pages through every tool, and through an agent whose model has a small window.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are no tests to the lints"
)]

mod schema;

use std::sync::Arc;

use serde_json::{Value, json};
use upturn_answers::Analyst;
use upturn_answers::samples::{World, two_hundred_pages};
use upturn_chains::{
    Agent, ChainError, ChatError, Ending, Run, ScriptedChat, Tool, ToolCall, WindowMemory,
};
use upturn_tools::MOST_BYTES;

use schema::misfits;

/// Tokens of a small window.
const WINDOW: usize = 2_048;

/// The arguments of a tool about this call.
fn about(tool: &str, call: &Value) -> Value {
    match tool {
        "search_moments" => json!({"text": "far too expensive", "limit": 20}),
        "compare_conversations" => json!({"call": call, "other": "two-hundred-pages"}),
        "similar_conversations" => json!({"call": call, "limit": 20}),
        _ => json!({"call": call}),
    }
}

#[tokio::test]
async fn every_tool_answers_two_hundred_pages_within_its_bound() {
    let world = World::with(vec![two_hundred_pages()]);
    // The explanation of it is the advice as well.
    let analyst = Arc::new(world.analyst.as_ref().clone().with_last_kept());
    for tool in upturn_tools::all(&analyst) {
        let name = tool.description().name.as_str();
        let answer = tool.call(about(name, &json!(two_hundred_pages()))).await;
        let answer = answer.unwrap();
        let bytes = answer.to_string().len();
        assert!(bytes <= MOST_BYTES, "{name}: {bytes}");
        let misfits = misfits(tool.description().output.as_value(), &answer);
        assert!(misfits.is_empty(), "{name}: {misfits:?}");
    }
}

/// Two of the tools, whose descriptions leave room in a small window.
fn few(analyst: &Arc<Analyst>) -> Vec<Arc<dyn Tool>> {
    let names = ["predict_outcome", "similar_conversations"];
    let mut tools = upturn_tools::by_id(analyst);
    tools.retain(|tool| names.contains(&tool.description().name.as_str()));
    tools
}

/// A model refuses what does not fit its window, so that each answer is one to a question that did.
#[tokio::test]
async fn an_agent_with_a_small_window_talks_about_two_hundred_pages() {
    let analyst = World::with(vec![two_hundred_pages()]).analyst;
    let wants = |tool: &str| ToolCall::new("1", tool, json!({"call": "two-hundred-pages"}));
    let model = ScriptedChat::new("small")
        .with_window(WINDOW)
        .calls([wants("similar_conversations")])
        .says("The buyer finds it expensive.")
        .calls([wants("predict_outcome")])
        .says("It is open.");
    let model = Arc::new(model);
    let agent = Agent::new(model.clone(), few(&analyst)).unwrap();
    let agent = agent.with_max_tokens(256).with_output_limit(500);
    let (mut memory, run) = (WindowMemory::default(), Run::new());
    for expected in ["The buyer finds it expensive.", "It is open."] {
        let answer = agent.answer(&mut memory, "how does it stand?", &run).await;
        let answer = answer.unwrap();
        assert_eq!(
            (answer.content.as_str(), answer.ending),
            (expected, Ending::Answered)
        );
        let [called] = answer.calls.as_slice() else {
            panic!("one tool was called");
        };
        assert!(
            !called.is_error && called.answer.contains("\n[cut: "),
            "{}",
            called.answer
        );
    }
    for asked in model.asked() {
        let tokens = asked.estimated_tokens() + asked.room_for_answer(WINDOW);
        assert!(tokens <= WINDOW, "{tokens}");
    }
}

#[tokio::test]
async fn tools_that_do_not_fit_a_window_are_told_in_a_sentence_and_nothing_is_asked() {
    let analyst = World::with(vec![two_hundred_pages()]).analyst;
    let model = Arc::new(ScriptedChat::new("small").with_window(WINDOW));
    let agent = Agent::new(model.clone(), upturn_tools::all(&analyst)).unwrap();
    let mut memory = WindowMemory::default();
    let answer = agent
        .answer(&mut memory, "how does it stand?", &Run::new())
        .await;
    let Err(ChainError::Chat(error @ ChatError::TooLong { .. })) = answer else {
        panic!("{answer:?}");
    };
    assert!(error.to_string().ends_with("`small` takes 2048"), "{error}");
    assert!(model.asked().is_empty());
}
