//! A language model that tells evidence in its own words, and what of that may be shown: [`Narrator`].
//!
//! The model may only rephrase. Two sieves stand behind it: coaching's guard of citations and numbers
//! ([`Explanation::rephrased`]), and one of words ([`sieve`]). Whatever the model does, there is an answer: the evidence itself.

mod material;
mod retold;
mod sieve;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use upturn_chains::{ChatError, ChatModel, ChatRequest, ChatResponse, Message, Prompts, Role};
use upturn_coaching::Explanation;

use crate::error::line;

pub(crate) use material::{Material, last_turns};
pub use retold::Retold;

/// How long an answer may take by default.
const PATIENCE: Duration = Duration::from_mins(1);
/// Tokens of an answer at most, where the window is large enough.
const ANSWER: u32 = 512;
/// How often a question is shortened that the model finds too long.
const SHORTENED: usize = 3;

/// A language model, the prompts it is told by, and how long it may take.
#[derive(Clone)]
pub struct Narrator {
    model: Arc<dyn ChatModel>,
    prompts: Arc<Prompts>,
    patience: Duration,
}

impl fmt::Debug for Narrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Narrator")
            .field("model", &self.model)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl Narrator {
    /// By this model, with the shipped prompts.
    pub fn new(model: Arc<dyn ChatModel>) -> Self {
        Self {
            model,
            prompts: Arc::new(Prompts::shipped()),
            patience: PATIENCE,
        }
    }

    /// With other prompts than those shipped.
    #[must_use]
    pub fn with_prompts(mut self, prompts: Arc<Prompts>) -> Self {
        self.prompts = prompts;
        self
    }

    /// Waits so long for an answer; 60 seconds by default.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// What the model makes of the material, less what it added to the explanation. Never fails: there is a note instead.
    pub(crate) async fn retold(
        &self,
        material: &Material<'_>,
        explanation: &Explanation,
    ) -> Retold {
        let model = self.model.name();
        match self.told(material).await {
            Ok((response, left_out)) => Retold::of(model, explanation, &response, left_out),
            Err(note) => Retold::without(model, note),
        }
    }

    /// The model's answer, and how many pieces there was no room for; or why there is none.
    async fn told(&self, material: &Material<'_>) -> Result<(ChatResponse, usize), String> {
        if material.pieces == 0 {
            return Err("there is nothing to tell".to_owned());
        }
        let prompt = self.prompts.get(material.prompt);
        let prompt = prompt.map_err(|error| line(&error))?;
        let window = self.model.window();
        let answer = ANSWER.min(u32::try_from(window / 4).unwrap_or(ANSWER));
        let mut room = window.saturating_sub(usize::try_from(answer).unwrap_or(0));
        for _ in 0..SHORTENED {
            let Some((text, pieces)) = material.fitting(&prompt, room)? else {
                break;
            };
            let request = ChatRequest {
                messages: vec![Message::new(Role::User, text)],
                max_tokens: Some(answer),
                temperature: Some(0.0),
                seed: Some(0),
                ..ChatRequest::default()
            };
            match self.chat(&request).await? {
                Ok(response) => return Ok((response, material.pieces - pieces)),
                // The estimate was too low: what is asked next is shorter by as much as this was too long.
                Err((tokens, window)) => room = shorter(room, tokens, window),
            }
        }
        Err(format!(
            "the evidence does not fit the window of `{}`",
            self.model.name()
        ))
    }

    /// The answer in time; `Err` inside where the question is too long, with its tokens and the window.
    async fn chat(
        &self,
        request: &ChatRequest,
    ) -> Result<Result<ChatResponse, (usize, usize)>, String> {
        match tokio::time::timeout(self.patience, self.model.chat(request)).await {
            Ok(Ok(response)) => Ok(Ok(response)),
            Ok(Err(ChatError::TooLong { tokens, window, .. })) => Ok(Err((tokens, window))),
            Ok(Err(error)) => Err(line(&error)),
            Err(_) => Err(format!(
                "`{}` took longer than {} s",
                self.model.name(),
                self.patience.as_secs_f64()
            )),
        }
    }
}

/// At least a tenth less.
fn shorter(room: usize, tokens: usize, window: usize) -> usize {
    let by_ratio = room.saturating_mul(window) / tokens.max(1);
    by_ratio.min(room / 10 * 9)
}
