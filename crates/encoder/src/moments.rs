//! Conversations to encoded moments: the encoder as a [`MomentEncoder`].
//!
//! Only turns are read by the transformer, each by itself; a moment lies where its turns lie on average, each weighing as many
//! tokens as it has (what mean pooling over all of them would give, were the turns not to see each other). So a turn that is
//! appended costs its own tokens, and leaving one out costs nothing.

use rayon::prelude::*;
use upturn_core::{
    Embeddings, EmbeddingsError, EncodedMoment, EncodedTurn, Fingerprint, Moment, MomentEncoder,
    Prefix, Turn, TurnRange,
};

use crate::{Encoder, EncoderError, PackedMoment, Sequence, alone, pack};

impl MomentEncoder for Encoder {
    fn hidden(&self) -> usize {
        self.config().hidden
    }

    fn dimension(&self) -> usize {
        Embeddings::dimension(self)
    }

    fn fingerprint(&self) -> &Fingerprint {
        Embeddings::fingerprint(self)
    }

    fn encode(&self, prefixes: &[Prefix<'_>]) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        let said: Vec<&Turn> = prefixes.iter().flat_map(Prefix::turns).collect();
        let mut turns = self.weighed(&said)?.into_iter();
        let packed: Vec<Vec<PackedMoment>> = prefixes
            .par_iter()
            .map(|prefix| pack(self.tokenizer(), prefix.turns(), self.moment_tokens()))
            .collect::<Result<_, EncoderError>>()?;
        let joined = prefixes
            .iter()
            .zip(packed)
            .map(|(prefix, packed)| self.join(*prefix, packed, turns.by_ref()));
        Ok(joined.collect::<Result<_, EncoderError>>()?)
    }

    fn encode_after(
        &self,
        prefix: Prefix<'_>,
        known: &[EncodedMoment],
    ) -> Result<Vec<EncodedMoment>, EmbeddingsError> {
        let Some(last) = known.last() else {
            return Ok(self.encode(&[prefix])?.pop().unwrap_or_default());
        };
        let TurnRange { start, end } = last.moment.turns;
        let packed = packed_from(self, prefix, start)?;
        let heard = prefix.turns().get(start..end).unwrap_or_default();
        let heard = heard.iter().zip(&last.turns).map(|(turn, encoded)| {
            let tokens = alone(self.tokenizer(), turn, self.window())?.ids.len();
            Ok((encoded.clone(), tokens))
        });
        let mut turns = heard.collect::<Result<Vec<_>, EncoderError>>()?;
        let new: Vec<&Turn> = prefix.turns().iter().skip(end).collect();
        turns.extend(self.weighed(&new)?);
        Ok(self.join(prefix, packed, &mut turns.into_iter())?)
    }
}

impl Encoder {
    /// Each turn read by itself, and how many tokens it has, special ones included.
    fn weighed(&self, turns: &[&Turn]) -> Result<Vec<(EncodedTurn, usize)>, EncoderError> {
        let sequences: Vec<Sequence> = turns
            .par_iter()
            .map(|turn| alone(self.tokenizer(), turn, self.window()))
            .collect::<Result<_, EncoderError>>()?;
        let vectors = self.texts(&sequences)?;
        let encoded = turns.iter().zip(vectors).map(|(turn, vector)| EncodedTurn {
            speaker: turn.speaker,
            vector,
        });
        let tokens = sequences.iter().map(|sequence| sequence.ids.len());
        Ok(encoded.zip(tokens).collect())
    }

    /// The moments with as many of the turns as they hold.
    fn join(
        &self,
        prefix: Prefix<'_>,
        packed: Vec<PackedMoment>,
        turns: &mut impl Iterator<Item = (EncodedTurn, usize)>,
    ) -> Result<Vec<EncodedMoment>, EncoderError> {
        let held: Vec<Vec<(EncodedTurn, usize)>> = packed
            .iter()
            .map(|moment| turns.take(moment.turns.len()).collect())
            .collect();
        let sums: Vec<Vec<f32>> = held.iter().map(|turns| sum(turns)).collect();
        let embeddings = self.projected(&sums)?;
        let moments = packed.into_iter().zip(held).zip(embeddings);
        let moments = moments.map(|((packed, turns), embedding)| EncodedMoment {
            moment: Moment {
                conversation: prefix.id().clone(),
                turns: packed.turns,
                text: packed.text,
            },
            embedding,
            turns: turns.into_iter().map(|(turn, _)| turn).collect(),
        });
        Ok(moments.collect())
    }
}

/// The moments from a turn on that begins one.
fn packed_from(
    encoder: &Encoder,
    prefix: Prefix<'_>,
    start: usize,
) -> Result<Vec<PackedMoment>, EncoderError> {
    let since = prefix.turns().get(start..).unwrap_or_default();
    let mut packed = pack(encoder.tokenizer(), since, encoder.moment_tokens())?;
    for moment in &mut packed {
        moment.turns.start += start;
        moment.turns.end += start;
    }
    Ok(packed)
}

/// `Σ tokensₜ vₜ`, whose direction is that of the mean.
fn sum(turns: &[(EncodedTurn, usize)]) -> Vec<f32> {
    let width = turns.first().map_or(0, |(turn, _)| turn.vector.len());
    let mut sum = vec![0f32; width];
    for (turn, tokens) in turns {
        for (sum, value) in sum.iter_mut().zip(&turn.vector) {
            *sum += *tokens as f32 * value;
        }
    }
    sum
}
