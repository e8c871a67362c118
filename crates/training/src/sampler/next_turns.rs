//! What is said next, as a lesson without labels: [`NextTurns`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::accounts::{Limits, dealt};
use super::permutation::{Permutation, mixed};
use super::{Accounts, Epoch, random};

/// Step `step` of a conversation: what was said up to there, and what came next. From 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NextTurn {
    /// Place of the conversation.
    pub conversation: usize,
    /// With moments, moment `step` is the anchor and moment `step + 1` the positive; with turns see [`TurnWindows`].
    pub step: usize,
}

/// Pairs of what was said and what came next, for in-domain adaptation with
/// [`MultipleNegativesRanking`](crate::loss::MultipleNegativesRanking): the next turn is found among those of other
/// conversations (Henderson et al. 2020, "`ConveRT`", section 2; adjacent spans as positives as in `DeCLUTR`, Giorgi et
/// al. 2021). No labels are needed.
///
/// # Laws
///
/// - **Once.** An epoch takes one step of each conversation that has one; over as many epochs as a conversation has steps,
///   each comes exactly once.
/// - **Apart.** Never two conversations of one account in a batch, since one's next turn would do for the other. Where an
///   account has more conversations than there would be batches, the batches are smaller ([`Accounts::Apart`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NextTurns {
    /// Pairs of a batch at most; a step sees twice as many texts. 64 by default.
    pub pairs: usize,
}

impl Default for NextTurns {
    fn default() -> Self {
        Self { pairs: 64 }
    }
}

impl NextTurns {
    /// All batches of an epoch, from 0. A pure function of its arguments.
    ///
    /// `conversations` holds for each its steps, one less than its moments or turns, and its account, as
    /// [`SampledCalls::accounts`](super::SampledCalls::accounts) numbers them.
    pub fn epoch(&self, conversations: &[(usize, u32)], seed: u64, epoch: u64) -> Epoch<NextTurn> {
        let all = conversations.iter().enumerate();
        let steps: Vec<(NextTurn, u32)> = all
            .filter_map(|(conversation, (steps, account))| {
                let step = step(*steps, mixed(seed, conversation as u64), epoch)?;
                Some((NextTurn { conversation, step }, *account))
            })
            .collect();
        let limits = Limits {
            calls: self.pairs,
            tokens: usize::MAX,
        };
        let keys = (|(_, account)| account, |_| 1);
        let mut random = random(seed, 5, epoch);
        let batches = dealt(steps, keys, limits, Accounts::Apart, &mut random).into_iter();
        let turns = |batch: Vec<(NextTurn, u32)>| batch.into_iter().map(|(step, _)| step).collect();
        batches.map(turns).collect()
    }
}

/// The step of an epoch: every `steps` epochs a new order of all.
fn step(steps: usize, key: u64, epoch: u64) -> Option<usize> {
    let pass = epoch.checked_div(steps as u64)?;
    let order = Permutation::new(steps as u64, mixed(key, pass));
    usize::try_from(order.at(epoch)?).ok()
}

/// Turns around a step of a conversation.
///
/// For conversations that are short enough to be one moment, so that there is no next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TurnWindows {
    /// Turns of an anchor at most. 4 by default.
    pub context: usize,
    /// Turns of a positive at most. 1 by default.
    pub reply: usize,
}

impl Default for TurnWindows {
    fn default() -> Self {
        Self {
            context: 4,
            reply: 1,
        }
    }
}

impl TurnWindows {
    /// The turns said up to a step, and those that came next; both empty beyond the end.
    ///
    /// ```
    /// use upturn_training::sampler::TurnWindows;
    ///
    /// let windows = TurnWindows { context: 2, reply: 1 };
    /// assert_eq!(windows.at(0, 5), (0..1, 1..2));
    /// assert_eq!(windows.at(3, 5), (2..4, 4..5));
    /// ```
    pub fn at(&self, step: usize, turns: usize) -> (Range<usize>, Range<usize>) {
        let next = step.saturating_add(1);
        if next >= turns {
            return (turns..turns, turns..turns);
        }
        let start = next.saturating_sub(self.context.max(1));
        let end = next.saturating_add(self.reply.max(1)).min(turns);
        (start..next, next..end)
    }
}
