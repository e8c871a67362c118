//! Near calls of the other outcome, by exact search: [`mined`].

use candle_core::{Result as TensorResult, Tensor};
use rayon::prelude::*;
use upturn_encoder::Mode;

use crate::TrainingError;
use crate::conversation::{PreparedCall, SeenCall};
use crate::sampler::{HardNegatives, SampledCalls, mine_hard_negatives};
use crate::trained_part::TrainedPart;

/// Calls whose neighbours are looked for at once: a block of scores is this many rows of one number a call.
const BLOCK: usize = 64;

/// For each call, the `limit` nearest of the other outcome and another account, by the whole calls' projected vectors.
///
/// Time grows with the square of the number of calls. Memory: a vector a call, and one block of scores.
pub(super) fn mined(
    part: &TrainedPart<'_>,
    calls: &[PreparedCall],
    sampled: &SampledCalls,
    limit: usize,
) -> Result<HardNegatives, TrainingError> {
    let whole: Vec<SeenCall<'_>> = calls.iter().map(PreparedCall::whole).collect();
    let vectors: Vec<Tensor> = whole
        .par_chunks(8)
        .map(|chunk| Ok(part.projected(chunk, Mode::Inference)?.detach()))
        .collect::<Result<_, TrainingError>>()?;
    if vectors.is_empty() {
        return Ok(HardNegatives::default());
    }
    let near = near(&Tensor::cat(&vectors, 0)?, sampled, limit)?;
    mine_hard_negatives(sampled, limit, |call| {
        Ok(near.get(call).cloned().unwrap_or_default())
    })
}

/// The `limit` nearest of each call among those that may be its negatives, with their scores.
fn near(
    vectors: &Tensor,
    sampled: &SampledCalls,
    limit: usize,
) -> TensorResult<Vec<Vec<(usize, f32)>>> {
    let (calls, columns) = (vectors.dim(0)?, vectors.t()?);
    let mut near = Vec::with_capacity(calls);
    for first in (0..calls).step_by(BLOCK) {
        let rows = vectors.narrow(0, first, BLOCK.min(calls - first))?;
        let scores = rows.matmul(&columns)?.to_vec2::<f32>()?; // [BLOCK, calls]
        let nearest =
            |(row, scores): (usize, Vec<f32>)| nearest(first + row, &scores, sampled, limit);
        near.par_extend(scores.into_par_iter().enumerate().map(nearest));
    }
    Ok(near)
}

fn nearest(call: usize, scores: &[f32], sampled: &SampledCalls, limit: usize) -> Vec<(usize, f32)> {
    let (labels, accounts) = (sampled.labels(), sampled.accounts());
    let may = |other: usize| {
        labels.get(other) != labels.get(call) && accounts.get(other) != accounts.get(call)
    };
    let mut others: Vec<(usize, f32)> = scores.iter().copied().enumerate().collect();
    others.retain(|(other, _)| may(*other));
    if others.len() > limit && limit > 0 {
        others.select_nth_unstable_by(limit - 1, |(a, one), (b, two)| {
            two.total_cmp(one).then(a.cmp(b))
        });
    }
    others.truncate(limit);
    others
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::sampler::SampledCall;

    #[test]
    fn the_nearest_of_the_other_outcome_and_another_account_are_found() {
        let count = 150;
        let numbers: Vec<f32> = (0..count * 3)
            .map(|at| ((at * 7919 + 13) % 101) as f32 / 50.0 - 1.0)
            .collect();
        let names: Vec<String> = (0..count).map(|at| format!("{}", at / 3)).collect();
        let sampled: SampledCalls = names
            .iter()
            .enumerate()
            .map(|(at, name)| SampledCall {
                label: u32::from(at % 2 == 0),
                account: Some(name),
                tokens: 1,
            })
            .collect();
        let vectors = Tensor::from_slice(&numbers, (count, 3), &Device::Cpu).unwrap();
        let near = near(&vectors, &sampled, 4).unwrap();
        let mined = mine_hard_negatives(&sampled, 4, |call| {
            Ok::<_, TrainingError>(near[call].clone())
        })
        .unwrap();
        let score = |a: usize, b: usize| -> f32 {
            (0..3)
                .map(|at| numbers[3 * a + at] * numbers[3 * b + at])
                .sum()
        };
        for call in 0..count {
            let mut all: Vec<usize> = (0..count)
                .filter(|other| other % 2 != call % 2 && other / 3 != call / 3)
                .collect();
            all.sort_by(|a, b| score(call, *b).total_cmp(&score(call, *a)));
            let (found, best) = (mined.of(call), score(call, all[3]));
            assert_eq!(found.len(), 4);
            assert!(found.iter().all(|other| all.contains(other)));
            assert!(found.iter().all(|other| score(call, *other) > best - 1e-5));
        }
    }
}
