//! Conversations to encoded moments: the encoder as a [`MomentEncoder`].

use rayon::prelude::*;
use upturn_core::{
    Embedding, Embeddings, EmbeddingsError, EncodedMoment, EncodedTurn, Fingerprint, Moment,
    MomentEncoder, Prefix, Turn, TurnRange,
};

use crate::encoder::Encoded;
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
        let cut =
            |prefix: &Prefix<'_>| pack(self.tokenizer(), prefix.turns(), self.moment_tokens());
        let packed: Vec<Vec<PackedMoment>> = prefixes
            .par_iter()
            .map(cut)
            .collect::<Result<_, EncoderError>>()?;
        let moments = packed.iter().flatten();
        let mut sequences: Vec<Sequence> = moments.map(|moment| moment.sequence.clone()).collect();
        let turns: Vec<&Turn> = prefixes.iter().flat_map(Prefix::turns).collect();
        let alone = turns
            .into_par_iter()
            .map(|turn| alone(self.tokenizer(), turn, self.window()));
        let moments = sequences.len();
        sequences.extend(alone.collect::<Result<Vec<_>, EncoderError>>()?);
        let mut encoded = self.encode_sequences(&sequences)?;
        let mut turns = encoded.split_off(moments.min(encoded.len())).into_iter();
        let mut moments = encoded.into_iter();
        let joined = prefixes.iter().zip(packed).map(|(prefix, packed)| {
            packed
                .into_iter()
                .zip(moments.by_ref())
                .map(|(packed, moment)| join(*prefix, packed, moment, turns.by_ref()))
                .collect()
        });
        Ok(joined.collect())
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
        let stays = |first: &PackedMoment| first.turns == last.moment.turns;
        let mut embeddings = Vec::with_capacity(packed.len());
        if packed.first().is_some_and(stays) {
            embeddings.push(last.embedding.clone());
        }
        let moments = packed.iter().skip(embeddings.len());
        let mut sequences: Vec<Sequence> = moments.map(|moment| moment.sequence.clone()).collect();
        let moments = sequences.len();
        let new = prefix.turns().get(end..).unwrap_or_default();
        for turn in new {
            sequences.push(alone(self.tokenizer(), turn, self.window())?);
        }
        let mut encoded = self.encode_sequences(&sequences)?;
        let new = turns(new, encoded.split_off(moments.min(encoded.len())));
        embeddings.extend(encoded.into_iter().map(|encoded| encoded.embedding));
        let mut said = last.turns.iter().cloned().chain(new);
        let moments = packed.into_iter().zip(embeddings);
        let moments = moments.map(|(packed, embedding)| {
            let turns = said.by_ref().take(packed.turns.len()).collect();
            moment(prefix, packed, embedding, turns)
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

/// A moment with as many of the encoded turns as it holds.
fn join(
    prefix: Prefix<'_>,
    packed: PackedMoment,
    encoded: Encoded,
    encoded_turns: impl Iterator<Item = Encoded>,
) -> EncodedMoment {
    let TurnRange { start, end } = packed.turns;
    let said = prefix.turns().get(start..end).unwrap_or_default();
    let turns = turns(said, encoded_turns).collect();
    moment(prefix, packed, encoded.embedding, turns)
}

fn moment(
    prefix: Prefix<'_>,
    packed: PackedMoment,
    embedding: Embedding,
    turns: Vec<EncodedTurn>,
) -> EncodedMoment {
    EncodedMoment {
        turns,
        embedding,
        moment: Moment {
            conversation: prefix.id().clone(),
            turns: packed.turns,
            text: packed.text,
        },
    }
}

fn turns(
    said: &[Turn],
    encoded: impl IntoIterator<Item = Encoded>,
) -> impl Iterator<Item = EncodedTurn> {
    said.iter().zip(encoded).map(|(turn, encoded)| EncodedTurn {
        speaker: turn.speaker,
        vector: encoded.text,
    })
}
