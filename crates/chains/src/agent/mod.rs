//! A model that may call tools, within budgets.
//!
//! - [`Agent`] asks the model, calls what it wants called, and asks again, until it answers or a [`Budget`] is used up.
//! - [`Memory`] is what was said before: [`WindowMemory`] keeps the latest, [`SummaryMemory`] also a summary of the rest.
//! - [`Approval`] is asked before each call: a person, or a rule.
//!
//! What tools answer is data. It is fenced so that the model can tell, and whatever it says, only tools of the agent's list are called.
//!
//! Not here: prompts (the caller gives them), and the tools themselves.

mod answer;
mod approval;
mod budget;
mod calling;
mod data;
mod memory;
mod work;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use tokio::sync::mpsc;

pub use answer::{AgentAnswer, AgentEvent, CalledTool, Ending};
pub use approval::{Approval, Decision};
pub use budget::{Budget, StopReason};
pub use memory::{Memory, Recalled, Room, SummaryMemory, WindowMemory};

use self::work::Work;
use crate::{ChainError, ChatModel, Message, Role, Run, Runnable, Tool, ToolDescription};

/// Tokens of one tool's answer that the model reads.
const OUTPUT: usize = 4_000;
/// Tokens of one answer of the model.
const ANSWER: u32 = 1_024;
/// Tools that run side by side.
const AT_ONCE: usize = 4;

/// A model that may call tools, within budgets.
///
/// # Laws
///
/// - **Budgets.** No call of the model begins that would exceed a [`Budget`], by the estimate of its tokens; what runs when the time is over is
///   cut short. The answer then ends in [`Ending::Stopped`] and holds what was found so far.
/// - **List.** Only tools of the list are called. What else the model asks for, wrong arguments, failures and panics of tools go back to it as
///   text; they never end the run.
/// - **Order.** The answers of tools are told in the order of the calls, whichever ended first.
/// - **Data.** Each answer of a tool is [`fenced`](crate::fenced) as data; one that is cut to the limit says so.
#[derive(Clone)]
pub struct Agent {
    name: String,
    model: Arc<dyn ChatModel>,
    tools: BTreeMap<String, Arc<dyn Tool>>,
    /// In the order in which they were given.
    descriptions: Vec<ToolDescription>,
    instructions: Option<String>,
    budget: Budget,
    approval: Option<Arc<dyn Approval>>,
    at_once: usize,
    output: usize,
    max_tokens: u32,
}

impl Agent {
    /// With no instructions, the default budget, and nobody who is asked.
    ///
    /// # Errors
    ///
    /// [`ChainError::TwoTools`].
    pub fn new(model: Arc<dyn ChatModel>, tools: Vec<Arc<dyn Tool>>) -> Result<Self, ChainError> {
        let descriptions = tools.iter().map(|it| it.description().clone()).collect();
        let mut named = BTreeMap::new();
        for tool in tools {
            let name = tool.description().name.clone();
            if named.insert(name.clone(), tool).is_some() {
                return Err(ChainError::TwoTools { name });
            }
        }
        let max_tokens = u32::try_from(model.window() / 4).unwrap_or(ANSWER);
        Ok(Self {
            name: "agent".to_owned(),
            max_tokens: max_tokens.min(ANSWER),
            model,
            tools: named,
            descriptions,
            instructions: None,
            budget: Budget::default(),
            approval: None,
            at_once: AT_ONCE,
            output: OUTPUT,
        })
    }

    /// [`Runnable::name`]; "agent" by default.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What the model is told first, as the system; nothing by default. [`FENCE_RULE`](crate::FENCE_RULE) is told in any case.
    #[must_use]
    pub fn with_instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// What one answer may take at most.
    #[must_use]
    pub const fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Who is asked before each call; nobody by default.
    #[must_use]
    pub fn with_approval(mut self, approval: Arc<dyn Approval>) -> Self {
        self.approval = Some(approval);
        self
    }

    /// Tools that run side by side, at least 1; 4 by default.
    #[must_use]
    pub fn with_calls_at_once(mut self, calls: usize) -> Self {
        self.at_once = calls.max(1);
        self
    }

    /// Tokens ([`estimated_tokens`](crate::estimated_tokens)) of one tool's answer that the model reads; 4,000 by default. All answers of one
    /// step have half of the model's window at most.
    #[must_use]
    pub const fn with_output_limit(mut self, tokens: usize) -> Self {
        self.output = tokens;
        self
    }

    /// Tokens of one answer of the model; 1,024 by default, a quarter of a window that has fewer than 4,096.
    #[must_use]
    pub const fn with_max_tokens(mut self, tokens: u32) -> Self {
        self.max_tokens = tokens;
        self
    }

    /// Answers a question; question, calls and answer are added to the memory.
    ///
    /// # Errors
    ///
    /// [`ChainError::Cancelled`], or [`ChainError::Chat`] where the model itself does not answer.
    pub async fn answer(
        &self,
        memory: &mut dyn Memory,
        question: impl Into<String>,
        run: &Run,
    ) -> Result<AgentAnswer, ChainError> {
        let question = vec![Message::new(Role::User, question)];
        self.work(memory, question, run, None).await
    }

    /// Answers a question and tells on the way what happens.
    ///
    /// The texts after the last call, laid together, are the content of the answer, which is always the last event.
    pub fn answer_stream<'a>(
        &'a self,
        memory: &'a mut dyn Memory,
        question: impl Into<String>,
        run: &'a Run,
    ) -> BoxStream<'a, Result<AgentEvent, ChainError>> {
        let question = vec![Message::new(Role::User, question)];
        let (tell, mut heard) = mpsc::unbounded_channel();
        let working = async move {
            let answer = self.work(memory, question, run, Some(&tell)).await;
            // Nobody hears of it when the stream was dropped, which then drops this as well.
            let _ = tell.send(answer.map(|it| AgentEvent::Done(Box::new(it))));
        };
        let working = stream::once(working).filter_map(|()| async { None });
        let heard = stream::poll_fn(move |context| heard.poll_recv(context));
        Box::pin(stream::select(heard, working))
    }

    async fn work(
        &self,
        memory: &mut dyn Memory,
        question: Vec<Message>,
        run: &Run,
        tell: Option<&Tell>,
    ) -> Result<AgentAnswer, ChainError> {
        let work = Work::new(self, memory, run, tell);
        run.step(&self.name, work.answer(question)).await
    }
}

/// Who hears of events.
type Tell = mpsc::UnboundedSender<Result<AgentEvent, ChainError>>;

/// A conversation so far to the answer of its last question, with a [`WindowMemory`] of its own.
impl Runnable<Vec<Message>, AgentAnswer> for Agent {
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Vec<Message>,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<AgentAnswer, ChainError>> {
        Box::pin(async move {
            let mut memory = WindowMemory::new(usize::MAX);
            self.work(&mut memory, input, run, None).await
        })
    }
}

impl fmt::Debug for Agent {
    /// Without instructions: they may quote a transcript.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("name", &self.name)
            .field("model", &self.model)
            .field("tools", &self.tools.keys())
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
