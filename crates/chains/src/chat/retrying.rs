//! A model that is asked again: [`RetryingChat`].

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryFutureExt as _};

use super::{ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse};
use crate::Retries;
use crate::first_piece::from_first_piece;

/// Asks another model again after failures that may pass, and waits before as long as its provider says.
///
/// # Laws
///
/// - **Transient.** Only what [`ChatError::is_transient`] is asked again, at most as often as [`Retries`] says; the error is the last one.
/// - **Patience.** No try begins before `retry_after` of the failure before it is over. Where that is longer than the longest wait, the
///   failure is told at once.
/// - **Once told.** A stream is asked again only before its first piece: what was told once is not told twice.
///
/// ```
/// use std::sync::Arc;
/// use upturn_chains::{ChatError, ChatModel as _, ChatRequest, RetryingChat, ScriptedChat};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let busy = ChatError::Overloaded { model: "fake".to_owned(), retry_after: None };
/// let model = RetryingChat::new(Arc::new(ScriptedChat::new("fake").fails(busy).says("The price.")));
/// assert_eq!(model.chat(&ChatRequest::default()).await?.content, "The price.");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RetryingChat {
    model: Arc<dyn ChatModel>,
    retries: Retries,
}

impl RetryingChat {
    /// Asks this model, three times at most.
    pub fn new(model: Arc<dyn ChatModel>) -> Self {
        Self {
            model,
            retries: Retries::default(),
        }
    }

    /// How often, and after what waits. [`Retries::default`] by default.
    #[must_use]
    pub const fn with_retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }
}

impl ChatModel for RetryingChat {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn window(&self) -> usize {
        self.model.window()
    }

    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(self.retries.run(|| self.model.chat(request)))
    }

    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let begin = || from_first_piece(self.model.stream(request));
        self.retries.run(begin).try_flatten_stream().boxed()
    }
}

#[cfg(test)]
mod tests;
