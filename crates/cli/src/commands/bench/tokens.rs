//! The token sequences that are timed.

use std::path::Path;

use upturn::datasets::{Corpus, ReadOptions, read};
use upturn::encoder::{Encoder, EncoderError, Sequence};
use upturn::simulator::{SimulatorConfig, simulate};
use upturn::{Conversation, Speaker};

use super::shape::Shape;
use crate::failure::Failure;

/// Tokens of a sequence at most.
const LONGEST: usize = 512;

/// Sequences of one length; which words they hold does not matter to the time.
pub(super) fn fixed(shape: Shape, vocabulary: usize) -> Vec<Sequence> {
    let id = |place: usize| (place.wrapping_mul(7919) + 13) % vocabulary;
    let sequence = |row: usize| Sequence {
        ids: (row * shape.tokens..(row + 1) * shape.tokens)
            .map(|place| u32::try_from(id(place)).unwrap_or_default())
            .collect(),
    };
    (0..shape.sequences).map(sequence).collect()
}

/// Whole dialogues of a corpus, or simulated ones, each cut to its first token and its last ones: 512 at most, and no more
/// than the encoder has positions.
///
/// # Errors
///
/// If the corpus can't be read.
pub(super) fn ragged(
    encoder: &Encoder,
    dialogues: Option<&Path>,
    corpus: Corpus,
    limit: usize,
) -> Result<Vec<Sequence>, Failure> {
    let calls = match dialogues {
        Some(path) => read(corpus, path, &ReadOptions::default())?.conversations,
        None => simulate(&SimulatorConfig::new(limit))
            .map(|call| call.conversation)
            .collect(),
    };
    let longest = LONGEST.min(encoder.config().positions);
    let sequence = |call: &Conversation| -> Result<Sequence, EncoderError> {
        let ids = encoder.tokenizer().text(&text(call), usize::MAX)?;
        Ok(Sequence {
            ids: cut(ids, longest),
        })
    };
    let sequences = calls.iter().take(limit).map(sequence);
    Ok(sequences.collect::<Result<_, EncoderError>>()?)
}

fn text(call: &Conversation) -> String {
    let line = |turn: &upturn::Turn| {
        let speaker = match turn.speaker {
            Speaker::Seller => "seller",
            Speaker::Buyer => "buyer",
            Speaker::Other => "other",
        };
        format!("{speaker}: {}", turn.text)
    };
    call.turns().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn cut(ids: Vec<u32>, longest: usize) -> Vec<u32> {
    if ids.len() <= longest {
        return ids;
    }
    let from = ids.len() + 1 - longest;
    let first = ids.iter().take(1);
    first.chain(ids.iter().skip(from)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_dialogue_keeps_its_first_token_and_its_last() {
        let cut = cut((0..600).collect(), 512);
        assert_eq!(cut.len(), 512);
        assert_eq!((cut[0], cut[1], cut[511]), (0, 89, 599));
        assert_eq!(super::cut(vec![1, 2], 2), [1, 2]);
    }
}
