//! The contract: [`ChatModel`].

use std::fmt;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};

use super::{ChatChunk, ChatError, ChatRequest, ChatResponse};

/// A language model.
///
/// # Laws (checked by `conformance::chat_model`)
///
/// - **Stream.** The texts of `stream`, laid together, are the content of its last piece, which is what `chat` gives (but for white
///   space around it) where the model is deterministic. Nothing follows the last piece or an error.
/// - **Window.** What does not fit ([`fits`](crate::fits)) is [`ChatError::TooLong`], before anything is sent.
/// - **Calls.** Only tools of the request are asked for; a model that invents one is answered by the caller with
///   [`ToolError::Unknown`](crate::ToolError::Unknown). A model that can call none refuses questions with tools
///   ([`ChatError::Refused`]), whole and in a stream.
/// - **Silence.** Neither `Debug` nor errors hold a key or what was said.
pub trait ChatModel: fmt::Debug + Send + Sync {
    /// Which model, as its provider calls it.
    fn name(&self) -> &str;

    /// Tokens of question and answer together at most.
    fn window(&self) -> usize;

    /// Answers.
    ///
    /// # Errors
    ///
    /// [`ChatError`].
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>>;

    /// Answers piece by piece; by default whole.
    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let pieces = |answer: Result<ChatResponse, ChatError>| {
            let pieces = match answer {
                Ok(response) if response.content.is_empty() => vec![Ok(ChatChunk::Done(response))],
                Ok(response) => vec![
                    Ok(ChatChunk::Text(response.content.clone())),
                    Ok(ChatChunk::Done(response)),
                ],
                Err(error) => vec![Err(error)],
            };
            stream::iter(pieces)
        };
        Box::pin(stream::once(self.chat(request)).flat_map(pieces))
    }
}
