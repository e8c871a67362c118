//! What doors to the tools are tested with: [`world`], [`questions`] and [`check`].
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a suite of tests is a test"
)]

use std::sync::Arc;

use serde_json::{Value, json};
use upturn_answers::samples::{Letters, World};
use upturn_chains::{Tool, TypedTool as _};
use upturn_core::conformance::doors::{self, Question, fill};

use crate::SearchMoments;

/// A small world that holds the calls of the 50 questions as well.
pub fn world() -> World {
    let world = World::new();
    fill(&Letters::new(), &*world.store);
    world
}

/// The 50 questions of every door as `search_moments` takes them: it finds moments only, from 1 to 20.
pub fn questions() -> Vec<Value> {
    doors::questions().into_iter().map(arguments).collect()
}

fn arguments(question: Question) -> Value {
    let mut arguments = serde_json::to_value(&question.filter).unwrap();
    let fields = arguments.as_object_mut().unwrap();
    fields.remove("kind");
    fields.insert("text".to_owned(), question.text.into());
    fields.insert("limit".to_owned(), question.limit.clamp(1, 20).into());
    arguments
}

/// Asks the 50 questions, each tool about one call, and about one that nobody knows, at a door and directly; panics where the
/// answers differ. The door gives `None` where it refuses.
pub async fn check(tools: &[Arc<dyn Tool>], ask: impl AsyncFn(&str, Value) -> Option<Value>) {
    let mut answered = 0;
    for tool in tools {
        let name = tool.description().name.as_str();
        let mut asked = about(name);
        if name == SearchMoments::NAME {
            asked.extend(questions());
        }
        for (place, arguments) in asked.into_iter().enumerate() {
            let expected = tool.call(arguments.clone()).await.ok();
            answered += usize::from(expected.is_some());
            let given = ask(name, arguments).await;
            assert!(
                given == expected,
                "`{name}`: the door changes answer {place} from {expected:?} to {given:?}"
            );
        }
    }
    assert!(answered > 50, "most questions have an answer: {answered}");
}

/// About the call `question`, which the world knows, and about one that it does not know.
fn about(tool: &str) -> Vec<Value> {
    let of = |call: &str| match tool {
        "search_moments" => json!({ "text": "far too expensive", "per_call": true }),
        "compare_conversations" => json!({ "call": call, "other": "call-0" }),
        _ => json!({ "call": call }),
    };
    vec![of("question"), of("nobody")]
}
