//! A call made ready for many passes: what lies below the trained layers is computed once.

use candle_core::Tensor;
use upturn_core::{Conversation, Speaker};
use upturn_encoder::{Encoder, Sequence, pack};

use crate::TrainingError;

/// A labelled call as the training step sees it.
#[derive(Debug, Clone)]
pub(crate) struct PreparedCall {
    pub(crate) won: bool,
    pub(crate) moments: Vec<Sequence>,
    /// Output of the frozen layers for each moment, `[tokens, hidden]`; none where nothing is frozen. About 1.5 kB a
    /// token at 384 dimensions.
    pub(crate) frozen: Option<Vec<Tensor>>,
}

impl PreparedCall {
    /// Packs a call and runs its first `frozen` layers; 0 runs none and leaves the word vectors to the step too.
    pub(crate) fn new(
        encoder: &Encoder,
        conversation: &Conversation,
        won: bool,
        frozen: usize,
    ) -> Result<Self, TrainingError> {
        let packed = pack(
            encoder.tokenizer(),
            conversation.turns(),
            encoder.moment_tokens(),
        )?;
        let moments: Vec<Sequence> = packed.into_iter().map(|moment| moment.sequence).collect();
        let frozen = if frozen == 0 {
            None
        } else {
            Some(encoder.hidden(&moments.iter().collect::<Vec<_>>(), frozen)?)
        };
        Ok(Self {
            won,
            moments,
            frozen,
        })
    }

    /// Tokens of all moments.
    pub(crate) fn tokens(&self) -> usize {
        self.moments.iter().map(|moment| moment.ids.len()).sum()
    }

    /// How many of a moment's turns a speaker said.
    pub(crate) fn turns_of(moment: &Sequence, speaker: Speaker) -> usize {
        moment
            .spans
            .iter()
            .filter(|span| span.speaker == speaker)
            .count()
    }
}
