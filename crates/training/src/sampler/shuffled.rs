//! Every call in random order: [`Shuffled`].

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::accounts::{Limits, dealt};
use super::{Accounts, Epoch, SampledCalls, Sampler, random};

/// Calls in a new random order each epoch.
///
/// # Laws
///
/// - **Once.** With [`LabelBalance::AsIs`] an epoch holds each call exactly once.
/// - **Distinct.** No batch holds a call twice, unless [`Accounts::Spread`] has to since there are fewer batches than a
///   call has copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shuffled {
    /// Calls of a batch at most. 16 by default.
    pub calls: usize,
    /// Tokens of a batch at most, unless one call alone has more. 16,384 by default.
    pub tokens: usize,
    /// Into how many equal groups of similar length the calls are cut; a batch holds calls of one group. With many groups
    /// a batch has calls of about one length; 1 mixes all lengths. 1 by default: batches are packed without padding, so a
    /// mixture of lengths costs nothing.
    pub length_buckets: usize,
    /// Whether rare labels come more often or common ones less. As is by default.
    pub balance: LabelBalance,
    /// How many calls of an account a batch may hold, counted within each bucket. Spread by default.
    pub accounts: Accounts,
}

/// What an epoch does about labels of unequal number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelBalance {
    /// Nothing: each call once. The default, and the only one whose probabilities need no correction.
    #[default]
    AsIs,
    /// Calls of rarer labels again, until each label has as many as the commonest; how often two calls of a label come
    /// differs by at most one.
    Oversample,
    /// Of each label as many random calls, each once, as the rarest has.
    Undersample,
}

impl Default for Shuffled {
    fn default() -> Self {
        Self {
            calls: 16,
            tokens: 16_384,
            length_buckets: 1,
            balance: LabelBalance::AsIs,
            accounts: Accounts::Spread,
        }
    }
}

impl Sampler for Shuffled {
    fn epoch(&self, calls: &SampledCalls, seed: u64, epoch: u64) -> Epoch {
        let mut random = random(seed, 1, epoch);
        let mut all = self.balance.chosen(calls, &mut random);
        let limits = Limits {
            calls: self.calls,
            tokens: self.tokens,
        };
        let length = |call| calls.tokens(call);
        if self.length_buckets > 1 {
            all.shuffle(&mut random);
            all.sort_by_key(|call| length(*call));
        }
        let bucket = all.len().div_ceil(self.length_buckets.max(1)).max(1);
        let mut batches = Vec::new();
        for bucket in all.chunks(bucket) {
            let bucket = bucket.to_vec();
            batches.extend(match self.accounts {
                // A copy of a call is kept from itself all the same.
                Accounts::Anywhere => dealt(
                    bucket,
                    (|call| call, length),
                    limits,
                    Accounts::Spread,
                    &mut random,
                ),
                rule @ (Accounts::Spread | Accounts::Apart) => {
                    let account = |call| calls.account(call);
                    dealt(bucket, (account, length), limits, rule, &mut random)
                }
            });
        }
        batches.shuffle(&mut random);
        batches.into_iter().collect()
    }
}

impl LabelBalance {
    fn chosen(self, calls: &SampledCalls, random: &mut ChaCha8Rng) -> Vec<usize> {
        let mut of_label = calls.by_label();
        let sizes = of_label.iter().map(Vec::len);
        let size = match self {
            Self::AsIs => return (0..calls.len()).collect(),
            Self::Oversample => sizes.max(),
            Self::Undersample => sizes.min(),
        };
        let of_each = |members: &mut Vec<usize>| {
            members.shuffle(random);
            let endless = members.iter().copied().cycle();
            endless.take(size.unwrap_or(0)).collect::<Vec<_>>()
        };
        of_label.iter_mut().flat_map(of_each).collect()
    }
}
