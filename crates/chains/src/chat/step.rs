//! A model as a step: [`ChatStep`].

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _};
use tokio::sync::mpsc;

use super::{ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse};
use crate::{ChainError, Run, Runnable};

/// A model as a step, called as the model is: from whatever makes a [`ChatRequest`] to the answer. That is a rendered prompt, the
/// messages so far, or a request with tools or a schema of its own.
///
/// # Laws
///
/// - **Stream.** The contents of the pieces, laid together, are the content of the answer; calls of tools, usage and why it ended stand
///   in the last piece, which has no content.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Arc;
/// use upturn_chains::{
///     ChatStep, ListParser, ParseStep, PromptTemplate, Retries, Run, Runnable, RunnableExt, ScriptedChat,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = "+++\nname = \"ask\"\nversion = 1\ninputs = [\"who\"]\n+++\nWhat should {{ who }} ask?";
/// let prompt = PromptTemplate::parse("ask", text)?.taking::<BTreeMap<&str, &str>>();
/// let model = Arc::new(ScriptedChat::new("fake").says("- Who signs?\n- When?"));
/// let chain = prompt
///     .pipe(ChatStep::new(model).with_retry(Retries::default()))
///     .pipe(ParseStep::new(ListParser));
/// let questions = chain.invoke(BTreeMap::from([("who", "Ann")]), &Run::new()).await?;
/// assert_eq!(questions, ["Who signs?", "When?"]);
/// # Ok(())
/// # }
/// ```
pub struct ChatStep<Input> {
    model: Arc<dyn ChatModel>,
    input: PhantomData<fn(Input)>,
}

impl<Input> ChatStep<Input> {
    /// Asks this model.
    pub const fn new(model: Arc<dyn ChatModel>) -> Self {
        let input = PhantomData;
        Self { model, input }
    }
}

impl<Input> Clone for ChatStep<Input> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.model))
    }
}

impl<Input> fmt::Debug for ChatStep<Input> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChatStep").field(&self.model).finish()
    }
}

impl<Input> Runnable<Input, ChatResponse> for ChatStep<Input>
where
    Input: Into<ChatRequest> + Send + 'static,
{
    fn name(&self) -> &str {
        self.model.name()
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<ChatResponse, ChainError>> {
        let work = async move { Ok(self.model.chat(&input.into()).await?) };
        run.step(self.name(), work).boxed()
    }

    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<ChatResponse, ChainError>> {
        let begin = async move { pieces(&*self.model, input.into()) };
        run.stream_step(self.name(), begin.flatten_stream())
    }
}

/// The pieces of an answer to a question that the stream itself holds.
fn pieces(
    model: &dyn ChatModel,
    request: ChatRequest,
) -> impl Stream<Item = Result<ChatResponse, ChainError>> + Send {
    let (tell, mut told) = mpsc::channel(1);
    let asking = async move {
        let mut chunks = model.stream(&request);
        loop {
            let chunk = chunks.next().await;
            let is_last = !matches!(chunk, Some(Ok(ChatChunk::Text(_))));
            let chunk = chunk.unwrap_or_else(|| Err(cut_off(model)));
            // Both ends are of one stream: nobody is told only where nobody asks.
            let _ = tell.send(chunk.map(piece)).await;
            if is_last {
                return;
            }
        }
    };
    let asking = stream::once(asking).filter_map(async |()| None);
    let told = stream::poll_fn(move |context| told.poll_recv(context));
    stream::select(told, asking).map_err(ChainError::from)
}

fn cut_off(model: &dyn ChatModel) -> ChatError {
    ChatError::CutOff {
        model: model.name().to_owned(),
    }
}

fn piece(chunk: ChatChunk) -> ChatResponse {
    match chunk {
        ChatChunk::Text(content) => ChatResponse {
            content,
            ..ChatResponse::default()
        },
        ChatChunk::Done(response) => ChatResponse {
            content: String::new(),
            ..response
        },
    }
}
