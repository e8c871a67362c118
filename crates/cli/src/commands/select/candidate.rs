//! An encoder to be compared, with its size and speed: [`Candidate`].

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use serde::Serialize;
use upturn::encoder::{Encoder, EncoderError, EncoderOptions, Sequence, alone};
use upturn::{Conversation, Embeddings};

use super::error::SelectError;
use crate::context::Context;
use crate::failure::Failure;
use crate::pretrained;

/// Tokens that are timed: enough to fill batches, a second or so for an encoder of 22 million parameters.
const TIMED_TOKENS: usize = 4_000;

/// Timings after one that does not count; the middle one is told.
const TIMES: usize = 3;

/// An encoder, opened.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Short, and of no other candidate.
    pub(super) name: String,
    /// Which of the encoders it is, from 0.
    pub(super) place: usize,
    pub(super) encoder: Encoder,
}

/// What an encoder costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Cost {
    /// To embed a thousand of its own tokens of these calls, on this machine, all cores together.
    pub(super) seconds_per_thousand_tokens: f64,
    /// Numbers in its layers.
    pub(super) parameters: usize,
    /// Of its files.
    pub(super) bytes: u64,
    /// Numbers in a vector.
    pub(super) dimension: usize,
}

/// Opens all of them before anything is measured, so that the last name is refused as early as the first.
pub(super) fn open(
    typed: &[String],
    options: &EncoderOptions,
    context: &Context,
) -> Result<Vec<Candidate>, Failure> {
    let progress = context.progress();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (place, name) in typed.iter().enumerate() {
        let encoder = pretrained::open(name, options, context, &progress)?;
        let known = |other: &Candidate| {
            Embeddings::fingerprint(&other.encoder) == Embeddings::fingerprint(&encoder)
        };
        if let Some(other) = candidates.iter().position(known) {
            let typed = |place: usize| typed.get(place).cloned().unwrap_or_default();
            return Err(SelectError::Same {
                first: typed(other),
                second: typed(place),
            }
            .into());
        }
        candidates.push(Candidate {
            name: short(name, typed),
            place,
            encoder,
        });
    }
    Ok(candidates)
}

/// The last part of a path, unless another path ends alike.
fn short(name: &str, all: &[String]) -> String {
    let last = |name: &str| {
        let last = Path::new(name).file_name();
        last.map_or_else(
            || name.to_owned(),
            |last| last.to_string_lossy().into_owned(),
        )
    };
    let own = last(name);
    if all.iter().filter(|other| last(other) == own).count() == 1 {
        own
    } else {
        name.to_owned()
    }
}

impl Candidate {
    /// Sizes, and the time that some of the calls' turns take.
    pub(super) fn cost(&self, calls: &[&Conversation]) -> Result<Cost, EncoderError> {
        Ok(Cost {
            seconds_per_thousand_tokens: self.seconds(&self.turns(calls)?)?,
            parameters: self.encoder.parameters(),
            bytes: self.encoder.bytes(),
            dimension: self.encoder.dimension(),
        })
    }

    /// Turns of the calls, each of them once: an encoder computes equal ones together.
    fn turns(&self, calls: &[&Conversation]) -> Result<Vec<Sequence>, EncoderError> {
        let (mut known, mut turns, mut tokens) = (HashSet::new(), Vec::new(), 0);
        for turn in calls.iter().flat_map(|call| call.turns()) {
            if tokens >= TIMED_TOKENS {
                break;
            }
            let sequence = alone(self.encoder.tokenizer(), turn, self.encoder.window())?;
            if known.insert(sequence.clone()) {
                tokens += sequence.ids.len();
                turns.push(sequence);
            }
        }
        Ok(turns)
    }

    fn seconds(&self, turns: &[Sequence]) -> Result<f64, EncoderError> {
        let tokens: usize = turns.iter().map(|turn| turn.ids.len()).sum();
        self.encoder.embed_sequences(turns)?;
        let mut spent = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let start = Instant::now();
            self.encoder.embed_sequences(turns)?;
            spent.push(start.elapsed().as_secs_f64());
        }
        spent.sort_by(f64::total_cmp);
        let median = spent.get(TIMES / 2).copied().unwrap_or_default();
        Ok(1_000.0 * median / tokens.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_folder_is_called_by_its_last_name_where_that_is_its_own() {
        let typed = [
            "models/small",
            "other/small",
            "models/large",
            "all-MiniLM-L6-v2",
        ];
        let typed = typed.map(str::to_owned);
        let names: Vec<String> = typed.iter().map(|name| short(name, &typed)).collect();
        assert_eq!(
            names,
            ["models/small", "other/small", "large", "all-MiniLM-L6-v2"]
        );
    }
}
