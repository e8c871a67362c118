//! Near calls of the other outcome: [`mine_hard_negatives`], [`HardNegativeBatches`].

use rayon::prelude::*;

use super::accounts::{Limits, dealt};
use super::{Accounts, Epoch, SampledCalls, Sampler, random};

/// For each call, near calls of another label and another account, nearest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
        let order = dealt(leads, keys, limits, Accounts::Apart, &mut random);
        let mut batches = vec![Open::default()];
        for lead in order.into_iter().flatten() {
            let fits = batches
                .last()
                .is_some_and(|open| self.fits(open, calls, lead));
            if !fits {
                batches.push(Open::default());
            }
            if let Some(open) = batches.last_mut() {
                open.push(calls, lead);
                self.follow(open, calls, (lead, epoch));
            }
        }
        batches.into_iter().map(|open| open.members).collect()
    }
}

/// A batch that may still take calls.
#[derive(Debug, Default)]
struct Open {
    members: Vec<usize>,
    tokens: usize,
}

impl Open {
    fn push(&mut self, calls: &SampledCalls, call: usize) {
        self.members.push(call);
        self.tokens += calls.tokens(call);
    }
}

impl HardNegativeBatches {
    fn fits(&self, open: &Open, calls: &SampledCalls, call: usize) -> bool {
        let account = calls.account(call);
        let met = open
            .members
            .iter()
            .any(|other| calls.account(*other) == account);
        let room =
            open.members.len() < self.calls && open.tokens + calls.tokens(call) <= self.tokens;
        open.members.is_empty() || (room && !met)
    }

    /// Adds the first negative that fits, beginning with the epoch's.
    fn follow(&self, open: &mut Open, calls: &SampledCalls, (lead, epoch): (usize, u64)) {
        let negatives = self.negatives.of(lead);
        let turn = epoch.checked_rem(negatives.len() as u64).unwrap_or(0);
        let turn = usize::try_from(turn).unwrap_or(0);
        let in_turn = negatives.iter().cycle().skip(turn).take(negatives.len());
        let next = in_turn.copied().find(|call| self.fits(open, calls, *call));
        if let Some(call) = next {
            open.push(calls, call);
        }
    }
}
