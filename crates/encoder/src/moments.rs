//! Conversations to encoded moments: the encoder as a [`MomentEncoder`].
//!
//! Only turns are read by the transformer, each by itself; a moment lies where its turns lie on average, each weighing as many
//! tokens as it has (what mean pooling over all of them would give, were the turns not to see each other). So a turn that is
//! appended costs its own tokens, and leaving one out costs nothing.

use rayon::prelude::*;
use upturn_core::{
    Embeddings, EmbeddingsError, EncodedMoment, EncodedTurn, Fingerprint, Moment, MomentEncoder,
    Prefix, Turn,
};

use crate::packing::{Packer, sequence};
use crate::tokenizer::TokenizedTurn;
use crate::{Encoder, EncoderError, PackedMoment, Sequence};

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
        let read = self.read(&said, &[])?;
        let mut rest = read.as_slice();
        let joined = prefixes.iter().map(|prefix| {
            let (own, later) = rest
                .split_at_checked(prefix.turns().len())
                .unwrap_or_default();
            rest = later;
            let mut packer = Packer::starting_at(0, self.tokenizer(), self.moment_tokens());
            for turn in own {
                packer.push(turn.said, &turn.tokens);
            }
            self.join(*prefix, 0, own, packer.so_far())
        });
        Ok(joined.collect::<Result<_, EncoderError>>()?)
    }

    fn encode_after(
        &self,
        prefix: Prefix<'_>,
        known: &[EncodedMoment],
    ) -> Result<Vec<EncodedMoment>, EmbeddingsError> {
        let mut steps = self.encode_along(prefix, known, &[prefix.turns().len()])?;
        Ok(steps.pop().unwrap_or_default())
    }

    fn encode_along(
        &self,
        prefix: Prefix<'_>,
        known: &[EncodedMoment],
        places: &[usize],
    ) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        let start = known.last().map_or(0, |last| last.moment.turns.start);
        let heard = known.last().map_or(&[][..], |last| last.turns.as_slice());
        let end = places.iter().copied().max().unwrap_or_default();
        let turns = prefix.turns().iter().take(end).skip(start);
        let read = self.read(&turns.collect::<Vec<_>>(), heard)?;
        let mut packer = Packer::starting_at(start, self.tokenizer(), self.moment_tokens());
        let (mut new, mut reached) = (read.iter(), start);
        let steps = places.iter().map(|place| {
            for turn in new.by_ref().take(place.saturating_sub(reached)) {
                packer.push(turn.said, &turn.tokens);
                reached += 1;
            }
            self.join(prefix, start, &read, packer.so_far())
        });
        Ok(steps.collect::<Result<_, EncoderError>>()?)
    }
}

/// A turn read by itself.
struct ReadTurn<'a> {
    said: &'a Turn,
    /// Without the special ones, not cut to the window.
    tokens: TokenizedTurn,
    /// How many tokens were read, special ones included.
    weight: usize,
    encoded: EncodedTurn,
}

impl Encoder {
    /// Each turn read by itself; of the first ones the vectors are `known`.
    fn read<'a>(
        &self,
        turns: &[&'a Turn],
        known: &[EncodedTurn],
    ) -> Result<Vec<ReadTurn<'a>>, EncoderError> {
        let tokens: Vec<TokenizedTurn> = turns
            .par_iter()
            .map(|turn| self.tokenizer().turn(&turn.text))
            .collect::<Result<_, EncoderError>>()?;
        let sequences = tokens
            .iter()
            .map(|tokens| sequence(self.tokenizer(), tokens, self.window()));
        let sequences: Vec<Sequence> = sequences.collect();
        let new = self.texts(sequences.get(known.len()..).unwrap_or_default())?;
        let old = known.iter().map(|turn| turn.vector.clone());
        let read = turns
            .iter()
            .copied()
            .zip(tokens)
            .zip(&sequences)
            .zip(old.chain(new));
        let read = read.map(|(((said, tokens), sequence), vector)| ReadTurn {
            said,
            tokens,
            weight: sequence.ids.len(),
            encoded: EncodedTurn {
                speaker: said.speaker,
                vector,
            },
        });
        Ok(read.collect())
    }

    /// The moments with the turns that they hold, which were read from the turn `start` on.
    fn join(
        &self,
        prefix: Prefix<'_>,
        start: usize,
        read: &[ReadTurn<'_>],
        packed: Vec<PackedMoment>,
    ) -> Result<Vec<EncodedMoment>, EncoderError> {
        let held = |moment: &PackedMoment| {
            let turns = moment.turns.start - start..moment.turns.end - start;
            read.get(turns).unwrap_or_default()
        };
        let sums: Vec<Vec<f32>> = packed.iter().map(|moment| sum(held(moment))).collect();
        let embeddings = self.projected(&sums)?;
        let moments = packed.into_iter().zip(embeddings);
        let moments = moments.map(|(packed, embedding)| EncodedMoment {
            turns: held(&packed)
                .iter()
                .map(|turn| turn.encoded.clone())
                .collect(),
            moment: Moment {
                conversation: prefix.id().clone(),
                turns: packed.turns,
                text: packed.text,
            },
            embedding,
        });
        Ok(moments.collect())
    }
}

/// `Σ tokensₜ vₜ`, whose direction is that of the mean.
fn sum(turns: &[ReadTurn<'_>]) -> Vec<f32> {
    let width = turns.first().map_or(0, |turn| turn.encoded.vector.len());
    let mut sum = vec![0f32; width];
    for turn in turns {
        for (sum, value) in sum.iter_mut().zip(&turn.encoded.vector) {
            *sum += turn.weight as f32 * value;
        }
    }
    sum
}
