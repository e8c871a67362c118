//! Tools that are called: [`Calling`].

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use super::data::wrapped;
use super::{Agent, AgentEvent, CalledTool, Decision, Tell};
use crate::{Run, Tool, ToolCall, ToolError};

/// Calls of one step that are made; more are refused.
const MOST_CALLS: usize = 16;

/// What is to be done about a call.
enum Prepared {
    Call(Arc<dyn Tool>, Option<String>),
    /// Not called, for this reason.
    Refused(String),
}

/// What a tool came to.
struct Outcome {
    text: String,
    is_error: bool,
    note: Option<String>,
}

/// The calls of one step.
pub(super) struct Calling<'a> {
    pub(super) agent: &'a Agent,
    pub(super) run: &'a Run,
    pub(super) tell: Option<&'a Tell>,
    /// Tokens of one answer.
    pub(super) limit: usize,
}

impl Calling<'_> {
    /// Asks who must be asked, one call after the other. How long that took comes with it.
    pub(super) async fn approved(&self, calls: Vec<ToolCall>) -> (Vec<Approved>, Duration) {
        let start = Instant::now();
        let mut approved = Vec::new();
        for (place, mut call) in calls.into_iter().enumerate() {
            let prepared = if place < MOST_CALLS {
                self.prepare(&mut call).await
            } else {
                Prepared::Refused(format!("at most {MOST_CALLS} tools are called at once"))
            };
            approved.push(Approved { call, prepared });
        }
        (approved, start.elapsed())
    }

    async fn prepare(&self, call: &mut ToolCall) -> Prepared {
        let Some(tool) = self.agent.tools.get(&call.name) else {
            return Prepared::Refused(self.unknown(&call.name));
        };
        let Some(approval) = &self.agent.approval else {
            return Prepared::Call(Arc::clone(tool), None);
        };
        match approval.decide(call, tool.description()).await {
            Decision::Allow => Prepared::Call(Arc::clone(tool), None),
            Decision::Refuse { reason } => Prepared::Refused(format!("refused: {reason}")),
            Decision::Change { arguments } => {
                let note = format!("called with {arguments} instead");
                call.arguments = arguments;
                Prepared::Call(Arc::clone(tool), Some(note))
            }
        }
    }

    fn unknown(&self, name: &str) -> String {
        let unknown = ToolError::Unknown {
            name: name.to_owned(),
        };
        let names = self.agent.descriptions.iter().map(|it| it.name.as_str());
        let names: Vec<&str> = names.collect();
        format!("{unknown}; there are: {}", names.join(", "))
    }

    /// Calls them side by side and tells their answers in order; those that do not end in time are answered for.
    pub(super) async fn call(&self, approved: Vec<Approved>, deadline: Instant) -> Vec<CalledTool> {
        let calls = approved.into_iter().map(|it| self.call_one(it, deadline));
        stream::iter(calls)
            .buffered(self.agent.at_once)
            .collect()
            .await
    }

    async fn call_one(&self, approved: Approved, deadline: Instant) -> CalledTool {
        let Approved { call, prepared } = approved;
        match prepared {
            Prepared::Refused(reason) => self.told(call, &failed(reason)),
            Prepared::Call(..) if Instant::now() >= deadline => self.told(call, &late()),
            Prepared::Call(tool, note) => {
                let mut outcome = self.outcome(tool, &call, deadline).await;
                outcome.note = note;
                self.told(call, &outcome)
            }
        }
    }

    /// The call as a step of the run. One that answers with an error has failed as a step; the agent goes on.
    async fn outcome(&self, tool: Arc<dyn Tool>, call: &ToolCall, deadline: Instant) -> Outcome {
        let mut step = self.run.begin(&call.name);
        let tool_name = || call.name.clone();
        self.event(AgentEvent::Calling { tool: tool_name() });
        let answer = step.within(timeout_at(deadline, answered(tool, call)));
        let outcome = answer.await.unwrap_or_else(|_| late());
        let is_error = outcome.is_error;
        if !is_error {
            step.done();
        }
        let tool = tool_name();
        self.event(AgentEvent::Called { tool, is_error });
        outcome
    }

    fn told(&self, call: ToolCall, outcome: &Outcome) -> CalledTool {
        let is_known = self.agent.tools.contains_key(&call.name);
        let from = if is_known { &call.name } else { "agent" };
        let mut answer = wrapped(from, &outcome.text, self.limit);
        if let Some(note) = &outcome.note {
            answer = format!("[{note}]\n{answer}");
        }
        CalledTool {
            call,
            answer,
            is_error: outcome.is_error,
        }
    }

    fn event(&self, event: AgentEvent) {
        if let Some(tell) = self.tell {
            // Whoever does not listen any more does not miss it.
            let _ = tell.send(Ok(event));
        }
    }
}

/// A call that was decided about.
pub(super) struct Approved {
    pub(super) call: ToolCall,
    prepared: Prepared,
}

fn failed(text: String) -> Outcome {
    Outcome {
        text,
        is_error: true,
        note: None,
    }
}

fn late() -> Outcome {
    failed("no answer: the time was over".to_owned())
}

/// In a task of its own, within the span of the call: a panic is an error, and a call that nobody waits for any more is ended.
async fn answered(tool: Arc<dyn Tool>, call: &ToolCall) -> Outcome {
    let arguments = call.arguments.clone();
    let mut task = JoinSet::new();
    task.spawn(async move { tool.call(arguments).await }.in_current_span());
    let answer: Result<Value, String> = match task.join_next().await {
        Some(Ok(Ok(value))) => Ok(value),
        Some(Ok(Err(error))) => Err(error.to_string()),
        // What a panic says is for developers, and may quote anything.
        Some(Err(_)) | None => Err(format!("`{}` failed: it panicked", call.name)),
    };
    match answer {
        Ok(value) => Outcome {
            text: value.to_string(),
            is_error: false,
            note: None,
        },
        Err(text) => failed(text),
    }
}
