//! A model whose answers are recorded: [`RecordedChat`].

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};

use super::cassette::{Entry, Outcome, RecordedError, Way, question};
use super::{Cassette, ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Scrubber, fits};

/// Answers as another model does and records it, without secrets.
///
/// What it answers is what it records, scrubbed: a program sees the same while it records and while it replays.
///
/// # Laws
///
/// - **Replay.** [`ReplayedChat`](super::ReplayedChat) of its cassette gives to the same questions the same answers, pieces and errors (the
///   source of an error as its text).
/// - **Whole.** A stream is recorded when it has ended; one that is dropped before is not.
#[derive(Debug)]
pub struct RecordedChat {
    model: Arc<dyn ChatModel>,
    scrubber: Scrubber,
    cassette: Mutex<Cassette>,
}

impl RecordedChat {
    /// Records what `model` answers.
    pub fn new(model: Arc<dyn ChatModel>, scrubber: Scrubber) -> Self {
        Self {
            model,
            scrubber,
            cassette: Mutex::default(),
        }
    }

    /// What was recorded so far.
    pub fn cassette(&self) -> Cassette {
        let cassette = self.cassette.lock();
        cassette.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn record(
        &self,
        way: Way,
        asked: (String, ChatRequest),
        told: (Vec<String>, Result<ChatResponse, ChatError>),
    ) -> Result<Told, ChatError> {
        let (digest, request) = asked;
        let (pieces, answer) = told;
        let (outcome, answer) = match answer {
            Ok(response) => {
                let response = self.scrubbed(&response)?;
                (Outcome::Answer(response.clone()), Ok(response))
            }
            Err(error) => match RecordedError::of(&error) {
                Some(recorded) => {
                    let recorded = self.scrubbed(&recorded)?;
                    let error = recorded.clone().into_error(self.name());
                    (Outcome::Error(recorded), Err(error))
                }
                None => return Err(error),
            },
        };
        let pieces = self.scrubbed_pieces(pieces);
        let cassette = self.cassette.lock();
        let mut cassette = cassette.unwrap_or_else(PoisonError::into_inner);
        cassette.entries.push(Entry {
            digest,
            model: self.name().to_owned(),
            way,
            request,
            pieces: pieces.clone(),
            outcome,
        });
        Ok((pieces, answer))
    }

    fn scrubbed<T: serde::Serialize + serde::de::DeserializeOwned>(
        &self,
        it: &T,
    ) -> Result<T, ChatError> {
        let scrubbed = self.scrubber.scrubbed(it);
        scrubbed.map_err(|error| ChatError::Unreadable {
            model: self.name().to_owned(),
            reason: error.to_string(),
        })
    }

    /// A secret may lie across pieces: where there is one, they become one piece.
    fn scrubbed_pieces(&self, pieces: Vec<String>) -> Vec<String> {
        let whole = pieces.concat();
        let scrubbed = self.scrubber.scrub(&whole);
        if scrubbed == whole {
            pieces
        } else {
            vec![scrubbed]
        }
    }

    async fn listen(
        &self,
        request: &ChatRequest,
    ) -> (Vec<String>, Result<ChatResponse, ChatError>) {
        let mut pieces = Vec::new();
        let mut chunks = self.model.stream(request);
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(ChatChunk::Text(text)) => pieces.push(text),
                Ok(ChatChunk::Done(response)) => return (pieces, Ok(response)),
                Err(error) => return (pieces, Err(error)),
            }
        }
        let model = self.name().to_owned();
        (pieces, Err(ChatError::CutOff { model }))
    }
}

/// The pieces of a stream and what came of it.
type Told = (Vec<String>, Result<ChatResponse, ChatError>);

impl ChatModel for RecordedChat {
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
        Box::pin(async move {
            fits(self, request)?;
            let asked = question(self.name(), request, &self.scrubber)?;
            let answer = self.model.chat(request).await;
            self.record(Way::Chat, asked, (Vec::new(), answer))?.1
        })
    }

    /// Piece by piece once it has ended, so that a secret across pieces is found.
    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let told = async move {
            fits(self, request)?;
            let asked = question(self.name(), request, &self.scrubber)?;
            let told = self.listen(request).await;
            self.record(Way::Stream, asked, told)
        };
        Box::pin(stream::once(told).flat_map(|told| stream::iter(chunks(told))))
    }
}

/// What is told as a stream of its pieces.
pub(super) fn chunks(told: Result<Told, ChatError>) -> Vec<Result<ChatChunk, ChatError>> {
    let (pieces, answer) = match told {
        Ok((pieces, answer)) => (pieces, answer.map(ChatChunk::Done)),
        Err(error) => (Vec::new(), Err(error)),
    };
    let pieces = pieces.into_iter().map(|it| Ok(ChatChunk::Text(it)));
    pieces.chain([answer]).collect()
}
