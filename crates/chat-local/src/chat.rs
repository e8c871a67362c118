//! A model in process: [`LocalChat`].

use std::fmt;
use std::sync::Arc;
use std::thread;

use candle_transformers::generation::LogitsProcessor;
use candle_transformers::models::quantized_llama::{MAX_SEQ_LEN, ModelWeights};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use upturn_chains::{ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, fits};
use upturn_core::Cause;

use crate::generation::{Generation, Heard};
use crate::gguf::Gguf;
use crate::template::Template;
use crate::vocabulary::Vocabulary;
use crate::{LocalConfig, LocalError};

/// Tokens of question and answer that the model was made for.
const WINDOW: &str = "llama.context_length";
/// Pieces that may wait to be heard before the next is computed.
const AHEAD: usize = 16;

/// A model in process, from a GGUF file.
///
/// Answers are computed one after the other, each on a thread of its own; whoever asks meanwhile waits. Where an answer is dropped, its
/// computation stops at the next token. The same question has the same answer, to the bit, on the same machine.
///
/// A question with tools is [`ChatError::Refused`]: no calls are read from what local models say. A schema of an answer is told by the
/// prompt alone. What is said never becomes a control token: one that is spelt out is told with a space in it.
#[derive(Clone)]
pub struct LocalChat {
    name: String,
    window: usize,
    config: LocalConfig,
    weights: ModelWeights,
    pub(crate) template: Arc<Template>,
    pub(crate) vocabulary: Arc<Vocabulary>,
    /// Whose turn it is.
    turn: Arc<Semaphore>,
}

impl LocalChat {
    /// Reads the whole file. Weights take 4 bytes of memory each, however narrow they are in the file.
    ///
    /// # Errors
    ///
    /// [`LocalError`].
    pub fn open(config: LocalConfig) -> Result<Self, LocalError> {
        let file = Gguf::open(&config.path)?;
        let window = usize::try_from(file.number(WINDOW)?).unwrap_or(usize::MAX);
        let name = config.path.file_stem().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            window: window.min(MAX_SEQ_LEN).min(config.window),
            template: Arc::new(Template::new(&file)?),
            vocabulary: Arc::new(Vocabulary::new(&file)?),
            weights: file.weights()?,
            turn: Arc::new(Semaphore::new(1)),
            config,
        })
    }

    /// The answer to be computed.
    pub(crate) fn generation(&self, request: &ChatRequest) -> Result<Generation, ChatError> {
        if !request.tools.is_empty() {
            return Err(self.refused("it can't call tools"));
        }
        fits(self, request)?;
        let prompt = self.template.render(&request.messages, &self.vocabulary);
        let prompt = prompt.and_then(|it| self.vocabulary.encode(&it));
        let prompt = prompt.filter(|it| !it.is_empty());
        let prompt = prompt.ok_or_else(|| {
            self.refused("its chat template does not take these roles in this order")
        })?;
        Ok(Generation {
            limit: self.limit(request, prompt.len())?,
            sampler: self.sampler(request)?,
            weights: self.weights.clone(),
            vocabulary: self.vocabulary.clone(),
            prompt,
        })
    }

    /// Tokens of the answer at most: counted, where [`fits`] estimates.
    fn limit(&self, request: &ChatRequest, prompt: usize) -> Result<usize, ChatError> {
        let tokens = prompt.saturating_add(request.room_for_answer(self.window));
        if tokens > self.window {
            return Err(ChatError::TooLong {
                model: self.name.clone(),
                tokens,
                window: self.window,
            });
        }
        let told = request.max_tokens.unwrap_or(self.config.max_tokens);
        Ok((told as usize).min(self.window - prompt))
    }

    fn sampler(&self, request: &ChatRequest) -> Result<LogitsProcessor, ChatError> {
        let temperature = request.temperature.unwrap_or(self.config.temperature);
        if !temperature.is_finite() || temperature < 0.0 {
            return Err(self.refused("the temperature is no number from 0"));
        }
        let top_p = Some(self.config.top_p).filter(|it| (0.0..1.0).contains(it));
        let seed = request.seed.unwrap_or(self.config.seed);
        Ok(LogitsProcessor::new(seed, Some(temperature), top_p))
    }

    fn refused(&self, reason: &str) -> ChatError {
        ChatError::Refused {
            model: self.name.clone(),
            reason: reason.to_owned(),
        }
    }

    fn unavailable(&self, error: LocalError) -> ChatError {
        ChatError::Unavailable {
            model: self.name.clone(),
            source: Cause::new(error),
        }
    }

    /// Waits for its turn and begins an answer.
    async fn begin(&self, request: &ChatRequest) -> Result<Hearing<'_>, ChatError> {
        let generation = self.generation(request)?;
        let turn = self.turn.clone().acquire_owned().await;
        let turn = turn.map_err(|_| self.unavailable(LocalError::Panicked))?;
        let pieces = self.speak(generation, turn);
        let pieces = pieces.map_err(|error| self.unavailable(error))?;
        Ok(Hearing {
            model: self,
            pieces,
        })
    }

    /// Computes an answer on a thread of its own, which ends when nobody listens.
    fn speak(
        &self,
        generation: Generation,
        turn: OwnedSemaphorePermit,
    ) -> Result<Receiver<Heard>, LocalError> {
        let (listener, pieces) = channel(AHEAD);
        let model = self.name.clone();
        let speak = move || {
            let last = match generation.run(&listener) {
                Ok(Some(answer)) => Ok(ChatChunk::Done(answer)),
                Ok(None) => return,
                Err(error) => Err(ChatError::Unavailable {
                    model,
                    source: Cause::new(LocalError::Answer(error)),
                }),
            };
            drop(turn);
            // Nobody may listen any more.
            let _ = listener.blocking_send(last);
        };
        let thread = thread::Builder::new().name("upturn-chat-local".to_owned());
        thread.spawn(speak).map_err(LocalError::Thread)?;
        Ok(pieces)
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatResponse, ChatError> {
        let mut hearing = self.begin(request).await?;
        loop {
            if let ChatChunk::Done(answer) = hearing.next().await? {
                return Ok(answer);
            }
        }
    }
}

/// An answer that is being told.
struct Hearing<'a> {
    model: &'a LocalChat,
    pieces: Receiver<Heard>,
}

impl<'a> Hearing<'a> {
    async fn next(&mut self) -> Heard {
        let heard = self.pieces.recv().await;
        heard.unwrap_or_else(|| Err(self.model.unavailable(LocalError::Panicked)))
    }

    /// The pieces up to the last one or the first error.
    fn pieces(self) -> BoxStream<'a, Heard> {
        let pieces = stream::unfold(Some(self), |hearing| async move {
            let mut hearing = hearing?;
            match hearing.next().await {
                Ok(ChatChunk::Text(text)) => Some((Ok(ChatChunk::Text(text)), Some(hearing))),
                last => Some((last, None)),
            }
        });
        Box::pin(pieces)
    }
}

impl ChatModel for LocalChat {
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
        Box::pin(self.ask(request))
    }

    fn stream<'a>(&'a self, request: &'a ChatRequest) -> BoxStream<'a, Heard> {
        let begun = stream::once(self.begin(request));
        let pieces = begun.flat_map(|begun| match begun {
            Ok(hearing) => hearing.pieces(),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        });
        Box::pin(pieces)
    }
}

impl fmt::Debug for LocalChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalChat")
            .field("config", &self.config)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}
