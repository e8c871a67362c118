//! A model that answers from a cassette: [`ReplayedChat`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};

use super::cassette::{Entry, Outcome, Way, question};
use super::recorded::chunks;
use super::{Cassette, ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Scrubber, fits};

/// Answers what was recorded, to the same questions in the same order; asked more often, the last answer again.
///
/// The scrubber must know the secrets that the questions hold now, as that of the recording did: the question is looked up without them.
/// A question that was streamed can be asked whole, and the other way round.
#[derive(Debug)]
pub struct ReplayedChat {
    name: String,
    window: usize,
    scrubber: Scrubber,
    cassette: Cassette,
    told: Mutex<HashMap<(Way, String), usize>>,
}

impl ReplayedChat {
    /// Answers for the model of this name with a window of 128,000 tokens.
    pub fn new(name: impl Into<String>, cassette: Cassette) -> Self {
        Self {
            name: name.into(),
            window: 128_000,
            scrubber: Scrubber::new(),
            cassette,
            told: Mutex::default(),
        }
    }

    /// [`ChatModel::window`].
    #[must_use]
    pub const fn with_window(mut self, tokens: usize) -> Self {
        self.window = tokens;
        self
    }

    /// Takes secrets out of questions before they are looked up.
    #[must_use]
    pub fn with_scrubber(mut self, scrubber: Scrubber) -> Self {
        self.scrubber = scrubber;
        self
    }

    fn find(&self, way: Way, request: &ChatRequest) -> Result<Entry, ChatError> {
        fits(self, request)?;
        let (digest, _) = question(&self.name, request, &self.scrubber)?;
        let same = |it: &&Entry| it.model == self.name && it.digest == digest;
        let same: Vec<&Entry> = self.cassette.entries.iter().filter(same).collect();
        let mut answers: Vec<&Entry> = same.iter().filter(|it| it.way == way).copied().collect();
        if answers.is_empty() {
            answers = same;
        }
        let place = self.next((way, digest.clone()));
        let answer = answers.get(place).or(answers.last());
        answer
            .copied()
            .cloned()
            .ok_or_else(|| ChatError::NotRecorded {
                model: self.name.clone(),
                digest,
                recorded: self.cassette.len(),
            })
    }

    /// How often this was asked before.
    fn next(&self, asked: (Way, String)) -> usize {
        let told = self.told.lock();
        let mut told = told.unwrap_or_else(PoisonError::into_inner);
        let times = told.entry(asked).or_default();
        let place = *times;
        *times += 1;
        place
    }

    fn answer(&self, outcome: Outcome) -> Result<ChatResponse, ChatError> {
        match outcome {
            Outcome::Answer(response) => Ok(response),
            Outcome::Error(error) => Err(error.into_error(&self.name)),
        }
    }
}

impl ChatModel for ReplayedChat {
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
            let entry = self.find(Way::Chat, request)?;
            self.answer(entry.outcome)
        })
    }

    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let told = async move {
            let entry = self.find(Way::Stream, request)?;
            let answer = self.answer(entry.outcome);
            let mut pieces = entry.pieces;
            if let (Way::Chat, Ok(response)) = (entry.way, &answer)
                && !response.content.is_empty()
            {
                pieces = vec![response.content.clone()];
            }
            Ok((pieces, answer))
        };
        Box::pin(stream::once(told).flat_map(|told| stream::iter(chunks(told))))
    }
}

#[cfg(test)]
mod tests;
