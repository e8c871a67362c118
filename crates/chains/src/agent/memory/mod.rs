//! What was said before: [`Memory`].

mod summary;
mod window;

use std::fmt;

use futures_util::future::BoxFuture;

use crate::{ChainError, Message, Usage};

pub use summary::SummaryMemory;
pub use window::WindowMemory;

/// What a memory may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Tokens ([`Message::estimated_tokens`]) of what it recalls.
    pub tokens: usize,
    /// Tokens that it may spend on a model of its own.
    pub spend: u64,
}

/// What was recalled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recalled {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// What a model of the memory's own took.
    pub usage: Usage,
}

/// What was said before.
///
/// # Laws
///
/// - **Pairs.** What is recalled never holds a tool's answer without its call, nor a call without its answers.
/// - **Question.** The last message of the user and what follows it last are always recalled; in the order in which they were added.
/// - **Room.** Everything else is recalled only as far as it fits.
pub trait Memory: fmt::Debug + Send + Sync {
    /// Something was said. A message with calls is followed by all their answers before anything is recalled.
    fn add(&mut self, message: Message);

    /// What the model is to know.
    ///
    /// # Errors
    ///
    /// [`ChainError`] of a model and a prompt of the memory's own.
    fn recall(&mut self, room: Room) -> BoxFuture<'_, Result<Recalled, ChainError>>;
}
