//! Near calls of the other outcome: [`mine_hard_negatives`], [`HardNegativeBatches`].

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::accounts::{Limits, dealt};
use super::{Accounts, Epoch, SampledCalls, Sampler, random};

/// For each call, near calls of another label and another account, nearest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HardNegatives {
    of_call: Vec<Vec<usize>>,
}

impl HardNegatives {
    /// Those of a call; none for a call that has none or does not exist.
    pub fn of(&self, call: usize) -> &[usize] {
        self.of_call.get(call).map_or(&[], Vec::as_slice)
    }
}

/// For each call, the `limit` nearest of its `neighbours` that have another label, and never its own account (ANCE, Xiong
/// et al. 2021, section 3; `mine_hard_negatives` in sentence-transformers).
///
/// `neighbours` answers with places of calls and scores, higher being nearer, in any order: what an index finds for the
/// call's vector. It should answer with more than `limit`, since those of the same label and account fall away. A wrong
/// label is the hardest negative of all: where labels are noisy, prefer a loss that is milder to them
/// ([`BatchSemiHardTriplet`](crate::loss::BatchSemiHardTriplet)).
///
/// Calls are looked up side by side. Memory: `limit` places a call.
///
/// # Errors
///
/// Those of `neighbours`.
pub fn mine_hard_negatives<E: Send>(
    calls: &SampledCalls,
    limit: usize,
    neighbours: impl Fn(usize) -> Result<Vec<(usize, f32)>, E> + Sync,
) -> Result<HardNegatives, E> {
    let hard = |call: usize| -> Result<Vec<usize>, E> {
        let mut near = neighbours(call)?;
        near.retain(|(other, _)| {
            let other = (calls.label(*other), calls.account(*other));
            let known = other.0.is_some();
            known && other.0 != calls.label(call) && other.1 != calls.account(call)
        });
        near.sort_by(|(a, one), (b, two)| two.total_cmp(one).then(a.cmp(b)));
        near.dedup_by_key(|(other, _)| *other);
        near.truncate(limit);
        Ok(near.into_iter().map(|(other, _)| other).collect())
    };
    let of_call = (0..calls.len())
        .into_par_iter()
        .map(hard)
        .collect::<Result<_, E>>()?;
    Ok(HardNegatives { of_call })
}

/// Calls in random order, each followed by one of its hard negatives: batches for losses over labels, in which what is hard
/// to tell apart stands side by side.
///
/// # Laws
///
/// - **Once.** Each call leads exactly once an epoch; it comes again where it follows others.
/// - **Distinct.** No call and no account comes twice in a batch. A call whose negatives are all there already, or would
///   not fit, leads alone.
/// - **Turns.** A call's negatives take turns from epoch to epoch, the nearest first.
/// - **Length.** How many batches an epoch has does not depend on the negatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HardNegativeBatches {
    /// Calls of a batch at most, both kinds counted.
    pub calls: usize,
    /// Tokens of a batch at most, unless one call alone has more.
    pub tokens: usize,
    /// What [`mine_hard_negatives`] found.
    pub negatives: HardNegatives,
}

impl Sampler for HardNegativeBatches {
    fn epoch(&self, calls: &SampledCalls, seed: u64, epoch: u64) -> Epoch {
        let limits = Limits {
            calls: self.calls.div_ceil(2),
            tokens: self.tokens.div_ceil(2),
        };
        let keys = (|call| calls.account(call), |call| calls.tokens(call));
        let leads = (0..calls.len()).collect();
        let mut random = random(seed, 4, epoch);
        let leads = dealt(leads, keys, limits, Accounts::Apart, &mut random);
        leads
            .into_iter()
            .map(|leads| self.batch(calls, leads, epoch))
            .collect()
    }
}

/// What a batch holds already.
#[derive(Debug)]
struct Held {
    accounts: Vec<Option<u32>>,
    tokens: usize,
}

impl HardNegativeBatches {
    /// Each lead, and behind it the first of its negatives that fits, beginning with the epoch's.
    fn batch(&self, calls: &SampledCalls, leads: Vec<usize>, epoch: u64) -> Vec<usize> {
        let mut held = Held {
            accounts: leads.iter().map(|lead| calls.account(*lead)).collect(),
            tokens: leads.iter().map(|lead| calls.tokens(*lead)).sum(),
        };
        let mut batch = Vec::with_capacity(2 * leads.len());
        for lead in leads {
            batch.push(lead);
            let negatives = self.negatives.of(lead);
            let turn = epoch.checked_rem(negatives.len() as u64).unwrap_or(0);
            let turn = usize::try_from(turn).unwrap_or(0);
            let mut in_turn = negatives.iter().cycle().skip(turn).take(negatives.len());
            if let Some(next) = in_turn.find(|call| self.fits(&held, calls, **call)) {
                held.accounts.push(calls.account(*next));
                held.tokens += calls.tokens(*next);
                batch.push(*next);
            }
        }
        batch
    }

    fn fits(&self, held: &Held, calls: &SampledCalls, call: usize) -> bool {
        held.accounts.len() < self.calls
            && held.tokens + calls.tokens(call) <= self.tokens
            && !held.accounts.contains(&calls.account(call))
    }
}
