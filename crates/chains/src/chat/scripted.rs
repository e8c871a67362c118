//! A model that answers what it is told to: [`ScriptedChat`].

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use upturn_core::{Diagnostic, ErrorKind};

use super::{ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Finish, ToolCall, fits};

/// Characters of a piece.
const PIECE: usize = 8;

/// What is said to one question.
enum Reply {
    Answer(ChatResponse),
    Error(ChatError),
    /// The stream ends after this.
    Cut(String),
}

/// One line of a script.
struct Line {
    after: Duration,
    reply: Reply,
}

/// A model without a model: answers in the order of its script, whatever it is asked, and remembers the questions.
///
/// For the tests of applications. When the script is over, it answers [`always`](Self::always), or refuses.
///
/// ```
/// use upturn_chains::{ChatModel as _, ChatRequest, ScriptedChat};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let model = ScriptedChat::new("fake").says("The price is the matter.");
/// let answer = model.chat(&ChatRequest::default()).await?;
/// assert_eq!(answer.content, "The price is the matter.");
/// assert_eq!(model.asked().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }
/// ```
pub struct ScriptedChat {
    name: String,
    window: usize,
    piece: usize,
    always: Option<ChatResponse>,
    script: Mutex<VecDeque<Line>>,
    asked: Mutex<Vec<ChatRequest>>,
}

impl ScriptedChat {
    /// An empty script, a window of 8,192 tokens, streams in pieces of 8 characters.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            window: 8_192,
            piece: PIECE,
            always: None,
            script: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    /// [`ChatModel::window`].
    #[must_use]
    pub const fn with_window(mut self, tokens: usize) -> Self {
        self.window = tokens;
        self
    }

    /// Characters (at least 1) of a piece of a stream.
    #[must_use]
    pub fn with_pieces(mut self, characters: usize) -> Self {
        self.piece = characters.max(1);
        self
    }

    /// Next, says this.
    #[must_use]
    pub fn says(self, content: impl Into<String>) -> Self {
        self.answers(ChatResponse {
            content: content.into(),
            ..ChatResponse::default()
        })
    }

    /// Next, wants these to be called.
    #[must_use]
    pub fn calls(self, calls: impl IntoIterator<Item = ToolCall>) -> Self {
        self.answers(ChatResponse {
            tool_calls: calls.into_iter().collect(),
            finish: Finish::ToolCalls,
            ..ChatResponse::default()
        })
    }

    /// Next, answers this.
    #[must_use]
    pub fn answers(self, response: ChatResponse) -> Self {
        self.line(Reply::Answer(response))
    }

    /// Next, fails like this.
    #[must_use]
    pub fn fails(self, error: ChatError) -> Self {
        self.line(Reply::Error(error))
    }

    /// Next, the answer is [cut off](ChatError::CutOff) after this.
    #[must_use]
    pub fn cuts(self, content: impl Into<String>) -> Self {
        self.line(Reply::Cut(content.into()))
    }

    /// The last line is said only after this time, in tokio's clock.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        let script = self.script.get_mut();
        let script = script.unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = script.back_mut() {
            line.after = wait;
        }
        self
    }

    /// What is said once the script is over.
    #[must_use]
    pub fn always(mut self, response: ChatResponse) -> Self {
        self.always = Some(response);
        self
    }

    /// What it was asked so far, oldest first. Questions that are too long did not reach it.
    pub fn asked(&self) -> Vec<ChatRequest> {
        lock(&self.asked).clone()
    }

    /// Lines of the script that were not said yet.
    pub fn left(&self) -> usize {
        lock(&self.script).len()
    }

    fn line(mut self, reply: Reply) -> Self {
        let script = self.script.get_mut();
        let script = script.unwrap_or_else(PoisonError::into_inner);
        script.push_back(Line {
            after: Duration::ZERO,
            reply,
        });
        self
    }

    async fn reply(&self, request: &ChatRequest) -> Result<Reply, ChatError> {
        fits(self, request)?;
        lock(&self.asked).push(request.clone());
        let line = lock(&self.script).pop_front();
        match (line, &self.always) {
            (Some(line), _) => {
                tokio::time::sleep(line.after).await;
                Ok(line.reply)
            }
            (None, Some(response)) => Ok(Reply::Answer(response.clone())),
            (None, None) => Err(ChatError::Unavailable {
                model: self.name.clone(),
                source: upturn_core::Cause::new(ScriptOver),
            }),
        }
    }

    fn cut_off(&self) -> ChatError {
        ChatError::CutOff {
            model: self.name.clone(),
        }
    }

    fn pieces(&self, content: &str) -> Vec<Result<ChatChunk, ChatError>> {
        let characters: Vec<char> = content.chars().collect();
        let pieces = characters.chunks(self.piece);
        pieces
            .map(|piece| Ok(ChatChunk::Text(piece.iter().collect())))
            .collect()
    }
}

/// The script has no line left.
#[derive(Debug, thiserror::Error)]
#[error("the script is over")]
struct ScriptOver;

impl Diagnostic for ScriptOver {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }

    fn hint(&self) -> Option<String> {
        Some("give the script one line for each question, or an answer for `always`".to_owned())
    }
}

impl ChatModel for ScriptedChat {
    fn name(&self) -> &str {
        &self.name
    }

    fn window(&self) -> usize {
        self.window
    }

    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(async move {
            match self.reply(request).await? {
                Reply::Answer(response) => Ok(response),
                Reply::Error(error) => Err(error),
                Reply::Cut(_) => Err(self.cut_off()),
            }
        })
    }

    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let pieces = async move {
            match self.reply(request).await {
                Ok(Reply::Answer(response)) => {
                    let mut pieces = self.pieces(&response.content);
                    pieces.push(Ok(ChatChunk::Done(response)));
                    pieces
                }
                Ok(Reply::Cut(content)) => {
                    let mut pieces = self.pieces(&content);
                    pieces.push(Err(self.cut_off()));
                    pieces
                }
                Ok(Reply::Error(error)) | Err(error) => vec![Err(error)],
            }
        };
        Box::pin(stream::once(pieces).flat_map(stream::iter))
    }
}

impl fmt::Debug for ScriptedChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedChat")
            .field("name", &self.name)
            .field("window", &self.window)
            .field("left", &self.left())
            .finish_non_exhaustive()
    }
}

/// A panic while it was held leaves a list that is still one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Message, Role};

    fn question() -> ChatRequest {
        ChatRequest {
            messages: vec![Message::new(Role::User, "why?")],
            ..ChatRequest::default()
        }
    }

    #[tokio::test]
    async fn answers_come_in_the_order_of_the_script() {
        let model = ScriptedChat::new("fake").says("one").says("two");
        for expected in ["one", "two"] {
            assert_eq!(model.chat(&question()).await.unwrap().content, expected);
        }
        assert_eq!(model.asked(), [question(), question()]);
        let error = model.chat(&question()).await.unwrap_err();
        assert!(error.hint().unwrap().contains("one line for each question"));
    }

    #[tokio::test]
    async fn a_cut_stream_ends_with_an_error_after_its_pieces() {
        let model = ScriptedChat::new("fake").with_pieces(3).cuts("half a");
        let pieces: Vec<_> = model.stream(&question()).collect().await;
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces[0].as_ref().unwrap(), &ChatChunk::Text("hal".into()));
        assert!(matches!(pieces[2], Err(ChatError::CutOff { .. })));
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_line_waits_in_tokios_clock() {
        let wait = Duration::from_secs(90);
        let model = ScriptedChat::new("fake").says("late").after(wait);
        let start = tokio::time::Instant::now();
        model.chat(&question()).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 90);
    }

    #[test]
    fn debug_tells_nothing_that_is_said() {
        let model = ScriptedChat::new("fake").says("a secret of the buyer");
        assert!(!format!("{model:?}").contains("buyer"));
    }
}
