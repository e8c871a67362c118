//! Language models that do as a test says: [`FakeModel`] and [`Never`].

use std::fmt;
use std::sync::Arc;

use futures_util::future::{self, BoxFuture};
use upturn_chains::{ChatError, ChatModel, ChatRequest, ChatResponse};

type Answer = Arc<dyn Fn(&ChatRequest) -> Result<ChatResponse, ChatError> + Send + Sync>;

/// Answers by a function of the question.
#[derive(Clone)]
pub struct FakeModel {
    window: usize,
    answer: Answer,
}

impl FakeModel {
    /// With a window of 100,000 tokens.
    pub fn new(
        answer: impl Fn(&ChatRequest) -> Result<ChatResponse, ChatError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            window: 100_000,
            answer: Arc::new(answer),
        })
    }

    /// Says this, whatever it is asked.
    pub fn saying(text: impl Into<String>) -> Arc<Self> {
        let content = text.into();
        Self::new(move |_| Ok(said(content.clone())))
    }

    /// Says what it is told: the lines of the prompt's fences, which is how an honest model would begin.
    pub fn repeating() -> Arc<Self> {
        Self::new(|request| Ok(said(data(&asked(request)))))
    }

    /// The same with another window.
    #[must_use]
    pub fn with_window(&self, tokens: usize) -> Arc<Self> {
        Arc::new(Self {
            window: tokens,
            answer: self.answer.clone(),
        })
    }
}

fn said(content: String) -> ChatResponse {
    ChatResponse {
        content,
        ..ChatResponse::default()
    }
}

/// All that a model is asked, as one text.
pub fn asked(request: &ChatRequest) -> String {
    let said = request.messages.iter().map(|it| it.content.as_str());
    said.collect::<Vec<_>>().join("\n")
}

/// The lines behind bars.
fn data(prompt: &str) -> String {
    let lines = prompt.lines().filter_map(|line| line.strip_prefix("| "));
    lines.collect::<Vec<_>>().join("\n")
}

impl fmt::Debug for FakeModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeModel")
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}

impl ChatModel for FakeModel {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn window(&self) -> usize {
        self.window
    }

    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(future::ready((self.answer)(request)))
    }
}

/// Never answers.
#[derive(Debug)]
pub struct Never;

impl ChatModel for Never {
    fn name(&self) -> &'static str {
        "never"
    }

    fn window(&self) -> usize {
        100_000
    }

    fn chat<'a>(
        &'a self,
        _request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(future::pending())
    }
}
