//! A call made ready for many passes: what lies below the trained layers is computed once.

use candle_core::{Device, Tensor};
use upturn_core::{Conversation, Speaker};
use upturn_encoder::{Batch, Encoder, Mode, Sequence, Transformer, pack};

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
            Some(run_frozen(encoder, &moments, frozen)?)
        };
        Ok(Self {
            won,
            moments,
            frozen,
        })
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

/// All moments of a call side by side: one product of matrices instead of many small ones.
fn run_frozen(
    encoder: &Encoder,
    moments: &[Sequence],
    layers: usize,
) -> Result<Vec<Tensor>, TrainingError> {
    let transformer = Transformer::new(encoder.weights(), encoder.config())?;
    let batch = Batch::new(&moments.iter().collect::<Vec<_>>(), encoder.config().pad)?;
    let words = transformer.embed(&batch.ids, Mode::Inference)?;
    let hidden = transformer.run(0..layers, words, &batch.mask, Mode::Inference)?; // [M, T, H]
    let unpadded = |(row, moment): (usize, &Sequence)| {
        let row = hidden.get(row)?.narrow(0, 0, moment.ids.len())?; // [T, H]
        Ok(row.copy()?.detach())
    };
    moments.iter().enumerate().map(unpadded).collect()
}

/// Pads the frozen outputs to the batch's rectangle: `[moments, tokens, hidden]`.
pub(crate) fn padded(
    frozen: &[&Tensor],
    tokens: usize,
    hidden: usize,
) -> Result<Tensor, TrainingError> {
    let rows = frozen.iter().map(|moment| {
        let missing = tokens.saturating_sub(moment.dim(0)?);
        if missing == 0 {
            return Ok((*moment).clone());
        }
        Ok(Tensor::cat(
            &[
                *moment,
                &Tensor::zeros((missing, hidden), moment.dtype(), &Device::Cpu)?,
            ],
            0,
        )?)
    });
    Ok(Tensor::stack(
        &rows.collect::<Result<Vec<_>, TrainingError>>()?,
        0,
    )?)
}
