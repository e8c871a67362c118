//! The loop of an agent: [`Work`].

use futures_util::StreamExt as _;
use tokio::time::timeout_at;

use super::budget::Spending;
use super::calling::Calling;
use super::{Agent, AgentAnswer, AgentEvent, CalledTool, Ending, Memory, Room, StopReason, Tell};
use crate::{
    ChainError, ChatChunk, ChatError, ChatRequest, ChatResponse, FENCE_RULE, Finish, Message, Role,
    Run,
};

/// Tokens of a call and of what is said around its answer.
const AROUND: usize = 48;

/// One question on its way to an answer.
pub(super) struct Work<'a> {
    agent: &'a Agent,
    memory: &'a mut dyn Memory,
    run: &'a Run,
    tell: Option<&'a Tell>,
    spent: Spending,
    called: Vec<CalledTool>,
    /// The last that the model said.
    said: String,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        agent: &'a Agent,
        memory: &'a mut dyn Memory,
        run: &'a Run,
        tell: Option<&'a Tell>,
    ) -> Self {
        Self {
            agent,
            memory,
            run,
            tell,
            spent: Spending::new(agent.budget),
            called: Vec::new(),
            said: String::new(),
        }
    }

    /// Asks and calls until the model answers or a budget is used up.
    pub(super) async fn answer(mut self, asked: Vec<Message>) -> Result<AgentAnswer, ChainError> {
        for message in asked {
            self.memory.add(message);
        }
        loop {
            match self.step().await? {
                Step::Called => {}
                Step::Ended(ending) => return Ok(self.ended(ending)),
            }
        }
    }

    async fn step(&mut self) -> Result<Step, ChainError> {
        let request = match self.request().await? {
            Ok(request) => request,
            Err(reason) => return Ok(stopped(reason)),
        };
        let asking = timeout_at(self.spent.deadline, self.ask(&request));
        let Ok(response) = asking.await else {
            self.spent.steps += 1;
            return Ok(stopped(StopReason::Time));
        };
        let response = response?;
        self.spent.step(request.estimated_tokens(), &response);
        if !response.content.is_empty() {
            self.said.clone_from(&response.content);
        }
        if response.tool_calls.is_empty() {
            let ending = self.ending(&request, &response);
            self.memory.add(Message::said(&response));
            return Ok(Step::Ended(ending));
        }
        // Nobody would read what the tools answer.
        if let Err(reason) = self.spent.may_go_on() {
            return Ok(stopped(reason));
        }
        self.call(response).await;
        Ok(Step::Called)
    }

    /// What the model is asked next, or which budget forbids it.
    async fn request(&mut self) -> Result<Result<ChatRequest, StopReason>, ChainError> {
        if let Err(reason) = self.spent.may_go_on() {
            return Ok(Err(reason));
        }
        let mut request = self.fixed();
        let around = request.estimated_tokens() + self.agent.max_tokens as usize;
        let room = Room {
            tokens: self.agent.model.window().saturating_sub(around),
            spend: self.spent.tokens(),
        };
        let recalling = timeout_at(self.spent.deadline, self.memory.recall(room));
        let Ok(recalled) = recalling.await else {
            return Ok(Err(StopReason::Time));
        };
        let recalled = recalled?;
        self.spent.usage += recalled.usage;
        request.messages.extend(recalled.messages);
        let room = match self.spent.room(request.estimated_tokens()) {
            Ok(room) => room,
            Err(reason) => return Ok(Err(reason)),
        };
        request.max_tokens = Some(self.agent.max_tokens.min(room));
        Ok(Ok(request))
    }

    /// What is the same in every step. The rule of data is told even where the instructions forget it.
    fn fixed(&self) -> ChatRequest {
        let told = self.agent.instructions.as_deref().unwrap_or_default();
        let told = if told.contains(FENCE_RULE) {
            told.to_owned()
        } else {
            format!("{told}\n\n{FENCE_RULE}").trim_start().to_owned()
        };
        ChatRequest {
            messages: vec![Message::new(Role::System, told)],
            tools: self.agent.descriptions.clone(),
            ..ChatRequest::default()
        }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatResponse, ChainError> {
        let model = self.agent.model.as_ref();
        let answering = async {
            let response = match self.tell {
                Some(tell) => self.listen(request, tell).await,
                None => model.chat(request).await,
            };
            response.map_err(ChainError::from)
        };
        self.run.step(model.name(), answering).await
    }

    async fn listen(&self, request: &ChatRequest, tell: &Tell) -> Result<ChatResponse, ChatError> {
        let mut chunks = self.agent.model.stream(request);
        while let Some(chunk) = chunks.next().await {
            match chunk? {
                ChatChunk::Text(text) => {
                    // Whoever does not listen any more does not miss it.
                    let _ = tell.send(Ok(AgentEvent::Text(text)));
                }
                ChatChunk::Done(response) => return Ok(response),
            }
        }
        Err(ChatError::CutOff {
            model: self.agent.model.name().to_owned(),
        })
    }

    /// Calls what is wanted. The memory hears of calls and answers at once: a run that is cancelled between leaves no call unanswered.
    async fn call(&mut self, response: ChatResponse) {
        let share = self.agent.model.window() / 2 / response.tool_calls.len().max(1);
        let share = share.saturating_sub(AROUND);
        let calling = Calling {
            agent: self.agent,
            run: self.run,
            tell: self.tell,
            limit: self.agent.output.min(share),
        };
        let (approved, waited) = calling.approved(response.tool_calls.clone()).await;
        self.spent.wait(waited);
        let called = calling.call(approved, self.spent.deadline).await;
        self.memory.add(Message::said(&response));
        for tool in &called {
            let answer = Message::answer(&tool.call, tool.answer.clone());
            self.memory.add(answer);
        }
        self.called.extend(called);
    }

    /// An answer that is short because the budget left no room for more was stopped.
    fn ending(&self, request: &ChatRequest, response: &ChatResponse) -> Ending {
        match response.finish {
            Finish::Length if request.max_tokens < Some(self.agent.max_tokens) => Ending::Stopped {
                reason: StopReason::Tokens,
            },
            Finish::Length => Ending::Length,
            Finish::Stop | Finish::ToolCalls => Ending::Answered,
        }
    }

    fn ended(self, ending: Ending) -> AgentAnswer {
        AgentAnswer {
            content: self.said,
            ending,
            calls: self.called,
            steps: self.spent.steps,
            usage: self.spent.usage,
        }
    }
}

/// How a step ended.
enum Step {
    Called,
    Ended(Ending),
}

const fn stopped(reason: StopReason) -> Step {
    Step::Ended(Ending::Stopped { reason })
}
