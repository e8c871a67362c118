//! A model of a provider: [`GenaiChat`].

use std::fmt;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use genai::adapter::AdapterKind;
use genai::chat::{ChatStream, ChatStreamEvent};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, Error as ClientError, Headers, ModelIden, ServiceTarget};
use reqwest::Url;
use upturn_chains::{ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, fits};

use crate::client::client;
use crate::config::Key;
use crate::failure::Failures;
use crate::request::{options, question};
use crate::response::{answer, ended, recovered};
use crate::silence::silently;
use crate::{GenaiConfig, GenaiError, Provider};

/// A model of a provider, over HTTP.
///
/// Schemas of answers are told to each provider in its own way; OpenAI's makes every field required. Thinking of a model is not part of its
/// answer. Without a stream, `genai` takes white space off the ends of an answer.
///
/// Law: neither the key nor what is said or answered stands in a log, an error or `Debug`; `genai` itself is not let to trace.
#[derive(Clone)]
pub struct GenaiChat {
    config: GenaiConfig,
    address: Url,
    client: Client,
}

impl GenaiChat {
    /// Connects to nothing yet.
    ///
    /// # Errors
    ///
    /// [`GenaiError`].
    pub fn new(config: GenaiConfig) -> Result<Self, GenaiError> {
        let address = config.address()?;
        let client = client(&address)?;
        Ok(Self {
            config,
            address,
            client,
        })
    }

    const fn failures<'a>(&'a self, request: &'a ChatRequest) -> Failures<'a> {
        Failures {
            config: &self.config,
            request,
        }
    }

    fn target(&self) -> ServiceTarget {
        let (kind, prefix) = match self.config.provider {
            Provider::OpenAi | Provider::Ollama | Provider::Compatible => {
                (AdapterKind::OpenAI, "openai")
            }
            Provider::Anthropic => (AdapterKind::Anthropic, "anthropic"),
            Provider::Gemini => (AdapterKind::Gemini, "gemini"),
        };
        // What stands before the first `::` is taken for a provider: a name with one of its own stays whole behind another.
        let name = format!("{prefix}::{}", self.config.model);
        ServiceTarget {
            endpoint: Endpoint::from_owned(self.address.as_str()),
            auth: self.auth(),
            model: ModelIden::new(kind, name),
        }
    }

    /// Without a key there is no header for one. Only OpenAI's protocol goes without.
    fn auth(&self) -> AuthData {
        match (&self.config.key, self.address.join("chat/completions")) {
            (Some(Key(key)), _) => AuthData::Key(key.clone()),
            (None, Ok(url)) => AuthData::RequestOverride {
                url: url.to_string(),
                headers: Headers::default(),
            },
            (None, Err(_)) => AuthData::None,
        }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatResponse, ChatError> {
        fits(self, request)?;
        let failures = self.failures(request);
        let options = options(request, &self.config);
        let asking = self
            .client
            .exec_chat(self.target(), question(request), Some(&options));
        let asking = silently(asking);
        match tokio::time::timeout(self.config.timeout, asking).await {
            Err(_) => Err(failures.timed_out()),
            Ok(Ok(told)) => answer(told).map_err(|reason| failures.no_answer(reason)),
            Ok(Err(error)) => from_body(&error).ok_or_else(|| failures.of(&error)),
        }
    }

    async fn begin(&self, request: &ChatRequest) -> Result<ChatStream, ChatError> {
        fits(self, request)?;
        let options = options(request, &self.config);
        let asking = self
            .client
            .exec_chat_stream(self.target(), question(request), Some(&options));
        let begun = silently(asking).await;
        begun
            .map(|it| it.stream)
            .map_err(|error| self.failures(request).of(&error))
    }

    /// The pieces up to the last one or the first error.
    fn pieces<'a>(
        &'a self,
        request: &'a ChatRequest,
        stream: ChatStream,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let hearing = Hearing {
            stream,
            text: String::new(),
        };
        let pieces = stream::unfold(Some(hearing), move |hearing| async move {
            let mut hearing = hearing?;
            match self.next(request, &mut hearing).await {
                Ok(ChatChunk::Text(text)) => Some((Ok(ChatChunk::Text(text)), Some(hearing))),
                last => Some((last, None)),
            }
        });
        Box::pin(pieces)
    }

    async fn next(
        &self,
        request: &ChatRequest,
        hearing: &mut Hearing,
    ) -> Result<ChatChunk, ChatError> {
        let failures = self.failures(request);
        while let Some(event) = silently(hearing.stream.next()).await {
            match event.map_err(|error| failures.of(&error))? {
                ChatStreamEvent::Chunk(chunk) if !chunk.content.is_empty() => {
                    hearing.text.push_str(&chunk.content);
                    return Ok(ChatChunk::Text(chunk.content));
                }
                ChatStreamEvent::End(end) => {
                    let text = std::mem::take(&mut hearing.text);
                    let whole = ended(self.config.provider, text, end);
                    let whole = whole.map_err(|reason| failures.no_answer(reason))?;
                    return Ok(ChatChunk::Done(whole));
                }
                ChatStreamEvent::Start
                | ChatStreamEvent::Chunk(_)
                | ChatStreamEvent::ReasoningChunk(_)
                | ChatStreamEvent::ThoughtSignatureChunk(_)
                | ChatStreamEvent::ToolCallChunk(_)
                | ChatStreamEvent::Heartbeat => {}
            }
        }
        Err(failures.cut_off())
    }
}

/// A stream and the texts that were heard.
struct Hearing {
    stream: ChatStream,
    text: String,
}

/// What `genai` could not read though it is an answer.
fn from_body(error: &ClientError) -> Option<ChatResponse> {
    if let ClientError::ChatResponseGeneration { response_body, .. } = error {
        recovered(response_body)
    } else {
        None
    }
}

impl ChatModel for GenaiChat {
    fn name(&self) -> &str {
        &self.config.model
    }

    fn window(&self) -> usize {
        self.config.window
    }

    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        Box::pin(self.ask(request))
    }

    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let begun = stream::once(self.begin(request));
        let pieces = begun.flat_map(move |begun| match begun {
            Ok(stream) => self.pieces(request, stream),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        });
        Box::pin(pieces)
    }
}

impl fmt::Debug for GenaiChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenaiChat")
            .field("provider", &self.config.provider)
            .field("model", &self.config.model)
            .field("host", &self.address.host_str())
            .field("window", &self.config.window)
            .field("timeout", &self.config.timeout)
            .finish_non_exhaustive()
    }
}
