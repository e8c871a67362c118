//! One answer, token by token: [`Generation`].

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};
use candle_transformers::generation::LogitsProcessor;
use candle_transformers::models::quantized_llama::ModelWeights;
use tokio::sync::mpsc::Sender;
use upturn_chains::{ChatChunk, ChatError, ChatResponse, Finish, Usage};

use crate::pieces::Pieces;
use crate::vocabulary::Vocabulary;

/// Tokens of the question that are read at once; in between it is seen whether anybody still listens.
const AT_ONCE: usize = 64;

/// What is told of an answer.
pub(crate) type Heard = std::result::Result<ChatChunk, ChatError>;

/// An answer to be computed.
pub(crate) struct Generation {
    /// Its own: they remember what was read. The numbers are shared.
    pub(crate) weights: ModelWeights,
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) prompt: Vec<u32>,
    /// Tokens of the answer at most.
    pub(crate) limit: usize,
    pub(crate) sampler: LogitsProcessor,
}

impl Generation {
    /// Tells the answer piece by piece, without its last piece; none if nobody listens any more.
    pub(crate) fn run(mut self, listener: &Sender<Heard>) -> Result<Option<ChatResponse>> {
        let vocabulary = self.vocabulary.clone();
        let mut pieces = Pieces::new(&vocabulary);
        let mut answer = self.begun();
        let Some(mut logits) = self.read(listener)? else {
            return Ok(None);
        };
        for position in self.prompt.len()..self.prompt.len() + self.limit {
            let token = self.sampler.sample(&logits)?;
            if vocabulary.ends(token) {
                answer.finish = Finish::Stop;
                break;
            }
            answer.usage.completion += 1;
            if !tell(listener, &mut answer, pieces.push(token)) {
                return Ok(None);
            }
            logits = self.forward(&[token], position)?;
        }
        let is_heard = tell(listener, &mut answer, pieces.rest());
        Ok(is_heard.then_some(answer))
    }

    /// Nothing said yet, and no room for more unless the model ends it.
    fn begun(&self) -> ChatResponse {
        ChatResponse {
            usage: Usage {
                prompt: self.prompt.len() as u64,
                completion: 0,
            },
            finish: Finish::Length,
            ..ChatResponse::default()
        }
    }

    /// Reads the question; none if nobody listens any more. Output shape: `[vocabulary]`, of the next token.
    fn read(&mut self, listener: &Sender<Heard>) -> Result<Option<Tensor>> {
        let mut logits = None;
        let prompt = std::mem::take(&mut self.prompt);
        for (place, tokens) in prompt.chunks(AT_ONCE).enumerate() {
            if listener.is_closed() {
                return Ok(None);
            }
            logits = Some(self.forward(tokens, place * AT_ONCE)?);
        }
        self.prompt = prompt;
        Ok(logits)
    }

    /// Output shape: `[vocabulary]`, of the token after these.
    fn forward(&mut self, tokens: &[u32], position: usize) -> Result<Tensor> {
        let tokens = Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)?; // [1, tokens]
        self.weights.forward(&tokens, position)?.squeeze(0)
    }
}

/// Whether anybody still listens.
fn tell(listener: &Sender<Heard>, answer: &mut ChatResponse, text: String) -> bool {
    if text.is_empty() {
        return !listener.is_closed();
    }
    answer.content.push_str(&text);
    listener.blocking_send(Ok(ChatChunk::Text(text))).is_ok()
}
