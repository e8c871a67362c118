//! Conversations to encoded moments: the encoder as a [`MomentEncoder`].

use rayon::prelude::*;
use upturn_core::{
    Embeddings, EmbeddingsError, EncodedMoment, Fingerprint, Moment, MomentEncoder, Prefix, Speaker,
};

use crate::encoder::Encoded;
use crate::{Encoder, EncoderError, PackedMoment, Sequence, pack};

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
        let sequences: Vec<Sequence> = packed
            .iter()
            .flatten()
            .map(|moment| moment.sequence.clone())
            .collect();
        let mut encoded = self.encode_sequences(&sequences)?.into_iter();
        let joined = prefixes.iter().zip(packed).map(|(prefix, moments)| {
            moments
                .into_iter()
                .zip(encoded.by_ref())
                .map(|(packed, encoded)| join(*prefix, packed, encoded))
                .collect()
        });
        Ok(joined.collect())
    }
}

fn join(prefix: Prefix<'_>, packed: PackedMoment, encoded: Encoded) -> EncodedMoment {
    let turns_of = |speaker: Speaker| {
        packed
            .sequence
            .spans
            .iter()
            .filter(|span| span.speaker == speaker)
            .count()
    };
    EncodedMoment {
        seller_turns: turns_of(Speaker::Seller),
        buyer_turns: turns_of(Speaker::Buyer),
        embedding: encoded.embedding,
        seller: encoded.seller,
        buyer: encoded.buyer,
        moment: Moment {
            conversation: prefix.id().clone(),
            turns: packed.turns,
            text: packed.text,
        },
    }
}
