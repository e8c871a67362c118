//! A call made ready for many passes: what lies below the trained layers is computed once.

use candle_core::Tensor;
use upturn_core::{Conversation, Speaker};
use upturn_encoder::{Encoder, Sequence, alone};

use crate::TrainingError;

/// A labelled call as the training step sees it.
#[derive(Debug, Clone)]
pub(crate) struct PreparedCall {
    pub(crate) won: bool,
    /// Each turn by itself.
    pub(crate) turns: Vec<Sequence>,
    /// Who said it.
    pub(crate) speakers: Vec<Speaker>,
    /// Output of the frozen layers for each turn, `[tokens, hidden]`; none where nothing is frozen. About 1.5 kB a
    /// token at 384 dimensions.
    pub(crate) frozen: Option<Vec<Tensor>>,
}

impl PreparedCall {
    /// Tokenises a call and runs its first `frozen` layers; 0 runs none and leaves the word vectors to the step too.
    pub(crate) fn new(
        encoder: &Encoder,
        conversation: &Conversation,
        won: bool,
        frozen: usize,
    ) -> Result<Self, TrainingError> {
        let said = conversation.turns().iter();
        let turns: Vec<Sequence> = said
            .clone()
            .map(|turn| alone(encoder.tokenizer(), turn, encoder.window()))
            .collect::<Result<_, _>>()?;
        let frozen = if frozen == 0 {
            None
        } else {
            Some(encoder.hidden(&turns.iter().collect::<Vec<_>>(), frozen)?)
        };
        Ok(Self {
            won,
            turns,
            speakers: said.map(|turn| turn.speaker).collect(),
            frozen,
        })
    }

    /// Tokens of all turns.
    pub(crate) fn tokens(&self) -> usize {
        self.turns.iter().map(|turn| turn.ids.len()).sum()
    }
}
