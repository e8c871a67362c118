//! A call made ready for many passes: what lies below the trained layers is computed once.

use std::ops::Range;

use candle_core::Tensor;
use upturn_core::{Conversation, Speaker};
use upturn_encoder::{Encoder, Sequence, alone};

use crate::TrainingError;
use crate::frozen::{Frozen, FrozenOutputs};
use crate::sampler::SampledCall;

/// A labelled call as the training step sees it.
#[derive(Debug, Clone)]
pub(crate) struct PreparedCall {
    pub(crate) won: bool,
    /// Whom it was with.
    pub(crate) account: Option<String>,
    /// Each turn by itself.
    pub(crate) turns: Vec<Sequence>,
    /// Who said it.
    pub(crate) speakers: Vec<Speaker>,
    /// Output of the frozen layers for each turn, `[tokens, hidden]`; none where nothing is frozen. About 1.5 kB a
    /// token at 384 dimensions.
    pub(crate) frozen: Option<Frozen>,
}

impl PreparedCall {
    /// Tokenises a call and keeps what its first `frozen` layers give; 0 runs none and leaves the word vectors to the
    /// step too.
    pub(crate) fn new(
        encoder: &Encoder,
        conversation: &Conversation,
        won: bool,
        frozen: usize,
        outputs: &FrozenOutputs<'_>,
    ) -> Result<Self, TrainingError> {
        let said = conversation.turns().iter();
        let turns: Vec<Sequence> = said
            .clone()
            .map(|turn| alone(encoder.tokenizer(), turn, encoder.window()))
            .collect::<Result<_, _>>()?;
        let frozen = if frozen == 0 {
            None
        } else {
            let layers = encoder.hidden(&turns.iter().collect::<Vec<_>>(), frozen)?;
            Some(outputs.keep(layers)?)
        };
        Ok(Self {
            won,
            account: conversation.metadata().account.clone(),
            turns,
            speakers: said.map(|turn| turn.speaker).collect(),
            frozen,
        })
    }

    /// Tokens of all turns.
    pub(crate) fn tokens(&self) -> usize {
        self.turns.iter().map(|turn| turn.ids.len()).sum()
    }

    /// As a sampler sees it.
    pub(crate) fn sampled(&self) -> SampledCall<'_> {
        SampledCall {
            label: u32::from(self.won),
            account: self.account.as_deref(),
            tokens: self.tokens(),
        }
    }

    /// All of it.
    pub(crate) fn whole(&self) -> SeenCall<'_> {
        self.first(self.turns.len())
    }

    /// Its first turns: at least one.
    pub(crate) fn first(&self, turns: usize) -> SeenCall<'_> {
        SeenCall {
            call: self,
            from: 0,
            known: turns.clamp(1, self.turns.len().max(1)),
        }
    }

    /// Some of its turns, nothing of what was said before them.
    pub(crate) const fn window(&self, turns: Range<usize>) -> SeenCall<'_> {
        SeenCall {
            call: self,
            from: turns.start,
            known: turns.end,
        }
    }
}

/// As much of a call as a step sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeenCall<'a> {
    call: &'a PreparedCall,
    from: usize,
    known: usize,
}

impl<'a> SeenCall<'a> {
    pub(crate) fn won(self) -> bool {
        self.call.won
    }

    pub(crate) fn turns(self) -> &'a [Sequence] {
        self.call
            .turns
            .get(self.from..self.known)
            .unwrap_or_default()
    }

    pub(crate) fn speakers(self) -> &'a [Speaker] {
        self.call
            .speakers
            .get(self.from..self.known)
            .unwrap_or_default()
    }

    /// What the frozen layers give, one behind the other; read again where the memory does not hold it.
    pub(crate) fn frozen(self) -> Option<Result<Vec<Tensor>, TrainingError>> {
        let frozen = self.call.frozen.as_ref()?;
        Some(frozen.of(&self.call.turns, self.from..self.known))
    }

    pub(crate) fn tokens(self) -> usize {
        self.turns().iter().map(|turn| turn.ids.len()).sum()
    }
}
