//! What an answer may take at most: [`Budget`].

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{ChatResponse, Usage, estimated_tokens};

/// A call of the model with less room for its answer is not worth beginning, in tokens.
const LEAST_ANSWER: u64 = 64;

/// What one answer of an agent may take at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Calls of the model. 8 by default.
    pub steps: usize,
    /// Tokens of questions and answers together, as the provider counts them, or estimated where it does not. 100,000 by default.
    pub tokens: u64,
    /// Time, without what an [`Approval`](super::Approval) takes to decide. 2 minutes by default.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: 8,
            tokens: 100_000,
            time: Duration::from_mins(2),
        }
    }
}

/// Which budget was used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// [`Budget::steps`].
    Steps,
    /// [`Budget::tokens`].
    Tokens,
    /// [`Budget::time`].
    Time,
}

/// What was spent so far.
#[derive(Debug)]
pub(super) struct Spending {
    budget: Budget,
    pub(super) steps: usize,
    pub(super) usage: Usage,
    pub(super) deadline: Instant,
}

impl Spending {
    pub(super) fn new(budget: Budget) -> Self {
        let now = Instant::now();
        Self {
            budget,
            steps: 0,
            usage: Usage::default(),
            // A time beyond the clock's is no limit that is ever reached.
            deadline: now
                .checked_add(budget.time)
                .unwrap_or_else(|| now + Duration::from_hours(24 * 365)),
        }
    }

    /// Tokens that are left.
    pub(super) const fn tokens(&self) -> u64 {
        let spent = self.usage.prompt + self.usage.completion;
        self.budget.tokens.saturating_sub(spent)
    }

    /// Whether another call of the model may begin at all.
    pub(super) fn may_go_on(&self) -> Result<(), StopReason> {
        if self.steps >= self.budget.steps {
            Err(StopReason::Steps)
        } else if Instant::now() >= self.deadline {
            Err(StopReason::Time)
        } else {
            Ok(())
        }
    }

    /// Tokens that the answer to a question of so many may have.
    pub(super) fn room(&self, question: usize) -> Result<u32, StopReason> {
        let left = self.tokens().saturating_sub(question as u64);
        if left < LEAST_ANSWER {
            return Err(StopReason::Tokens);
        }
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// A call of the model was made.
    pub(super) fn step(&mut self, question: usize, response: &ChatResponse) {
        self.steps += 1;
        self.usage += counted(question, response);
    }

    /// Somebody was waited for.
    pub(super) fn wait(&mut self, waited: Duration) {
        self.deadline = self.deadline.checked_add(waited).unwrap_or(self.deadline);
    }
}

/// As the provider counts, or estimated.
pub(super) fn counted(question: usize, response: &ChatResponse) -> Usage {
    let told = response.usage;
    if told.prompt + told.completion > 0 {
        return told;
    }
    let calls = response.tool_calls.iter();
    let calls = calls.map(|it| estimated_tokens(&it.arguments.to_string()));
    let answer = estimated_tokens(&response.content) + calls.sum::<usize>();
    Usage {
        prompt: question as u64,
        completion: answer as u64,
    }
}
