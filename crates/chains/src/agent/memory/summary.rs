//! The latest messages and a summary of the older ones: [`SummaryMemory`].

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::window::{latest, tokens};
use super::{Memory, Recalled, Room};
use crate::agent::budget::counted;
use crate::agent::data::wrapped;
use crate::{ChainError, ChatModel, ChatRequest, Message, Role, fits};

/// Tokens of a summary.
const SUMMARY: u32 = 512;

/// What asks for a summary of messages.
type Prompt = dyn Fn(&[Message]) -> Result<String, ChainError> + Send + Sync;

/// The latest messages; older ones as the summary that a model makes of them, told as data.
///
/// It summarises when there are more messages than twice those that it keeps, or more than fit. Where the summary would cost more than may be
/// spent or its question does not fit, older messages are left out as [`WindowMemory`](super::WindowMemory) leaves them out.
pub struct SummaryMemory {
    model: Arc<dyn ChatModel>,
    prompt: Box<Prompt>,
    messages: Vec<Message>,
    summary: Option<String>,
    keep: usize,
}

impl SummaryMemory {
    /// Summarises by `model`, asked what `prompt` makes of the summary so far (as a message of the user, first) and of the older messages.
    /// Keeps the latest 12 messages as they are.
    pub fn new(
        model: Arc<dyn ChatModel>,
        prompt: impl Fn(&[Message]) -> Result<String, ChainError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            model,
            prompt: Box::new(prompt),
            messages: Vec::new(),
            summary: None,
            keep: 12,
        }
    }

    /// Keeps so many of the latest messages as they are.
    #[must_use]
    pub const fn with_kept(mut self, messages: usize) -> Self {
        self.keep = messages;
        self
    }

    /// What the older messages are summarised as, if they are.
    pub fn summary(&self) -> Option<&str> {
        self.summary.as_deref()
    }

    fn told(&self) -> Option<Message> {
        let summary = self.summary.as_deref()?;
        let text = wrapped("summary of what was said before", summary, usize::MAX);
        Some(Message::new(Role::User, text))
    }

    /// How many of the oldest messages are to be summarised: all before a question of the user behind which there are few enough.
    fn old(&self, room: Room) -> usize {
        let summary = self.told().map_or(0, |it| it.estimated_tokens());
        let is_few = self.messages.len() <= 2 * self.keep;
        if is_few && summary + tokens(&self.messages) <= room.tokens {
            return 0;
        }
        let questions = self.messages.iter().enumerate();
        let questions = questions.filter(|(_, it)| it.role == Role::User);
        let questions: Vec<usize> = questions.map(|(place, _)| place).collect();
        let few = questions.iter().find(|place| {
            let rest = self.messages.get(**place..).unwrap_or_default();
            rest.len() <= self.keep && tokens(rest) <= room.tokens / 2
        });
        few.or(questions.last()).copied().unwrap_or(0)
    }

    /// The question for a summary; none if it does not fit or costs too much.
    fn question(&self, old: usize, room: Room) -> Result<Option<ChatRequest>, ChainError> {
        let old = self.messages.iter().take(old).cloned();
        let old: Vec<Message> = self.told().into_iter().chain(old).collect();
        let most = SUMMARY.min(u32::try_from(room.tokens / 4).unwrap_or(SUMMARY));
        let request = ChatRequest {
            messages: vec![Message::new(Role::User, (self.prompt)(&old)?)],
            max_tokens: Some(most),
            ..ChatRequest::default()
        };
        let cost = request.estimated_tokens() as u64 + u64::from(most);
        let is_possible = cost <= room.spend && fits(self.model.as_ref(), &request).is_ok();
        Ok(is_possible.then_some(request))
    }

    async fn recalled(&mut self, room: Room) -> Result<Recalled, ChainError> {
        let mut recalled = Recalled::default();
        let old = self.old(room);
        if old > 0
            && let Some(request) = self.question(old, room)?
        {
            let response = self.model.chat(&request).await?;
            recalled.usage = counted(request.estimated_tokens(), &response);
            self.summary = Some(response.content);
            self.messages.drain(..old);
        }
        let summary = self.told();
        let taken = summary.as_ref().map_or(0, Message::estimated_tokens);
        let left = room.tokens.saturating_sub(taken);
        recalled.messages = latest(&self.messages, usize::MAX, left);
        recalled.messages.splice(0..0, summary);
        Ok(recalled)
    }
}

impl Memory for SummaryMemory {
    fn add(&mut self, message: Message) {
        self.messages.push(message);
    }

    fn recall(&mut self, room: Room) -> BoxFuture<'_, Result<Recalled, ChainError>> {
        Box::pin(self.recalled(room))
    }
}

impl fmt::Debug for SummaryMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SummaryMemory")
            .field("model", &self.model)
            .field("messages", &self.messages.len())
            .field("has_summary", &self.summary.is_some())
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatError, ScriptedChat};

    const ROOM: Room = Room {
        tokens: 1_000,
        spend: 10_000,
    };

    fn memory(model: &Arc<ScriptedChat>) -> SummaryMemory {
        let prompt = |messages: &[Message]| {
            let said: Vec<&str> = messages.iter().map(|it| it.content.as_str()).collect();
            Ok(format!("Summarise:\n{}", said.join("\n")))
        };
        SummaryMemory::new(Arc::<ScriptedChat>::clone(model), prompt).with_kept(2)
    }

    fn talk(memory: &mut SummaryMemory, turns: std::ops::Range<usize>) {
        for turn in turns {
            memory.add(Message::new(Role::User, format!("question {turn}")));
            memory.add(Message::new(Role::Assistant, format!("answer {turn}")));
        }
    }

    #[tokio::test]
    async fn older_messages_are_summarised_with_the_summary_before() {
        let model = Arc::new(ScriptedChat::new("fake").says("first").says("second"));
        let mut memory = memory(&model);
        talk(&mut memory, 0..3);
        let recalled = memory.recall(ROOM).await.unwrap();
        assert_eq!(recalled.messages.len(), 3);
        assert!(recalled.messages[0].content.contains("\n| first\n>>>"));
        assert_eq!(recalled.messages[1].content, "question 2");
        assert!(recalled.usage.prompt > 0);
        talk(&mut memory, 3..5);
        memory.recall(ROOM).await.unwrap();
        let asked = &model.asked()[1].messages[0].content;
        assert!(asked.contains("first") && asked.contains("answer 3"));
        assert_eq!(memory.summary(), Some("second"));
    }

    #[tokio::test]
    async fn nothing_is_summarised_that_costs_too_much() {
        let model = Arc::new(ScriptedChat::new("fake"));
        let mut memory = memory(&model);
        talk(&mut memory, 0..4);
        let room = Room { spend: 10, ..ROOM };
        let recalled = memory.recall(room).await.unwrap();
        assert_eq!(recalled.messages.len(), 8);
        let recalled = memory.recall(Room { tokens: 40, ..room }).await.unwrap();
        assert_eq!(recalled.messages.first().unwrap().content, "question 3");
        assert!(model.asked().is_empty());
    }

    #[tokio::test]
    async fn the_question_itself_is_never_summarised() {
        let model = Arc::new(ScriptedChat::new("fake"));
        let mut memory = memory(&model);
        memory.add(Message::new(Role::User, "long ".repeat(1_000)));
        let recalled = memory.recall(ROOM).await.unwrap();
        assert_eq!(recalled.messages.len(), 1);
    }

    #[tokio::test]
    async fn a_summary_that_fails_is_an_error() {
        let error = ChatError::CutOff {
            model: "fake".to_owned(),
        };
        let model = Arc::new(ScriptedChat::new("fake").fails(error));
        let mut memory = memory(&model);
        talk(&mut memory, 0..3);
        assert!(memory.recall(ROOM).await.is_err());
        assert_eq!(memory.messages.len(), 6);
    }
}
