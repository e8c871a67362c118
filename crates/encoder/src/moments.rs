//! Conversations to encoded moments: the encoder as a [`MomentEncoder`].

use rayon::prelude::*;
use upturn_core::{
    Embeddings, EmbeddingsError, EncodedMoment, EncodedTurn, Fingerprint, Moment, MomentEncoder,
    Prefix, Turn, TurnRange,
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
}

/// A moment with as many of the encoded turns as it holds.
fn join(
    prefix: Prefix<'_>,
    packed: PackedMoment,
    encoded: Encoded,
    turns: impl Iterator<Item = Encoded>,
) -> EncodedMoment {
    let TurnRange { start, end } = packed.turns;
    let said = prefix.turns().get(start..end).unwrap_or_default();
    let turn = |(turn, encoded): (&Turn, Encoded)| EncodedTurn {
        speaker: turn.speaker,
        vector: encoded.text,
    };
    EncodedMoment {
        turns: said.iter().zip(turns).map(turn).collect(),
        embedding: encoded.embedding,
        moment: Moment {
            conversation: prefix.id().clone(),
            turns: packed.turns,
            text: packed.text,
        },
    }
}
