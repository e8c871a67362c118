//! Pairs of calls, of one label or of two: [`ContrastivePairs`].

use serde::{Deserialize, Serialize};

use super::SampledCalls;
use super::permutation::{Permutation, mixed};

/// Two calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContrastivePair {
    /// Place of one.
    pub left: usize,
    /// Place of the other.
    pub right: usize,
    /// Whether their labels are equal: a score of 1, else 0.
    pub same: bool,
}

/// How many pairs of each kind an epoch has, `p` being those of one label that there are and `n` those of two
/// (`sampling_strategy` in SetFit).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairBalance {
    /// `max(p, n)` of each kind; the rarer come again. The default.
    #[default]
    Oversampling,
    /// `min(p, n)` of each kind.
    Undersampling,
    /// `p` and `n`: every pair once.
    Unique,
}

/// All pairs of calls in random order, one of each kind in turn, none of them ever held in memory (Tunstall et al. 2022,
/// "Efficient few-shot learning without prompts", section 3).
///
/// Pair `i` of an epoch is computed from `i`: the pairs of each kind are numbered, a random order of these numbers is a
/// function (a Feistel network), and the number tells the two calls. Memory: 8 bytes a call. SetFit's own sampler lists all
/// pairs first, and pairs each call with itself too.
///
/// # Laws
///
/// - **Even.** Over an epoch, how often two pairs of one kind come differs by at most one.
/// - **Alternating.** One of the same label, one of two, as long as there are both.
/// - **Distinct.** No call is paired with itself or with another of its account; the place of such a pair is passed over.
#[derive(Debug, Clone)]
pub struct ContrastivePairs<'a> {
    calls: &'a SampledCalls,
    seed: u64,
    balance: PairBalance,
    /// Calls, label after label.
    members: Vec<usize>,
    labels: Vec<Label>,
    /// Pairs of one label and of two.
    kinds: [u64; 2],
}

/// Where a label's calls end among the members, and its pairs among all.
#[derive(Debug, Clone, Copy)]
struct Label {
    start: u64,
    end: u64,
    /// Pairs of one label that end with it.
    same: u64,
    /// Pairs of it with later labels, and those before.
    different: u64,
}

impl<'a> ContrastivePairs<'a> {
    /// Numbers the pairs. Time and memory grow with the number of calls.
    pub fn new(calls: &'a SampledCalls, balance: PairBalance, seed: u64) -> Self {
        let of_label = calls.by_label();
        let all = calls.len() as u64;
        let (mut start, mut same, mut different) = (0, 0, 0);
        let label = |members: &Vec<usize>| {
            let size = members.len() as u64;
            let end = start + size;
            same += size * size.saturating_sub(1) / 2;
            different += size * (all - end);
            let label = Label {
                start,
                end,
                same,
                different,
            };
            start = end;
            label
        };
        let labels = of_label.iter().map(label).collect();
        Self {
            calls,
            seed,
            balance,
            labels,
            members: of_label.into_iter().flatten().collect(),
            kinds: [same, different],
        }
    }

    /// Places of an epoch: its pairs, and those passed over because both calls are of one account.
    pub fn len(&self) -> u64 {
        let [same, different] = self.counts();
        same + different
    }

    /// Whether there is no pair at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pair at a place of an epoch; none beyond the end, and where both calls are of one account.
    pub fn pair(&self, epoch: u64, place: u64) -> Option<ContrastivePair> {
        let [same, different] = self.counts();
        let alternating = 2 * same.min(different);
        let (kind, rank) = if place < alternating {
            (place % 2, place / 2)
        } else if place < self.len() {
            (u64::from(different > same), place - alternating / 2)
        } else {
            return None;
        };
        let key = mixed(self.seed, mixed(epoch, kind));
        let [all_same, all_different] = self.kinds;
        let pair = if kind == 0 {
            self.of_one_label(Permutation::new(all_same, key).at(rank)?)
        } else {
            self.of_two_labels(Permutation::new(all_different, key).at(rank)?)
        }?;
        let account = |call| self.calls.account(call);
        (account(pair.left) != account(pair.right)).then_some(pair)
    }

    /// The pairs of an epoch from a place on, each with its place: a run that was cut off goes on behind the last place
    /// that it has seen.
    pub fn pairs_from(
        &self,
        epoch: u64,
        place: u64,
    ) -> impl Iterator<Item = (u64, ContrastivePair)> {
        (place..self.len()).filter_map(move |at| Some((at, self.pair(epoch, at)?)))
    }

    fn counts(&self) -> [u64; 2] {
        let [same, different] = self.kinds;
        let of_each = match self.balance {
            PairBalance::Unique => return self.kinds,
            PairBalance::Undersampling => same.min(different),
            PairBalance::Oversampling => same.max(different),
        };
        // A kind that there is none of can't come again.
        [same, different].map(|kind| if kind == 0 { 0 } else { of_each })
    }

    fn of_one_label(&self, number: u64) -> Option<ContrastivePair> {
        let at = self.labels.partition_point(|label| label.same <= number);
        let before = at.checked_sub(1).and_then(|at| self.labels.get(at));
        let number = number - before.map_or(0, |label| label.same);
        // Pair `r` of a triangle: column `c` has `c` pairs and begins with `c (c − 1) / 2`.
        let column = u64::midpoint(1, (1 + 8 * number).isqrt());
        let row = number - column * (column - 1) / 2;
        let start = self.labels.get(at)?.start;
        self.members((start + row, start + column), true)
    }

    fn of_two_labels(&self, number: u64) -> Option<ContrastivePair> {
        let at = self
            .labels
            .partition_point(|label| label.different <= number);
        let before = at.checked_sub(1).and_then(|at| self.labels.get(at));
        let number = number - before.map_or(0, |label| label.different);
        let label = self.labels.get(at)?;
        let later = self.members.len() as u64 - label.end;
        let row = label.start + number.checked_div(later)?;
        self.members((row, label.end + number % later), false)
    }

    fn members(&self, (left, right): (u64, u64), same: bool) -> Option<ContrastivePair> {
        let call = |at: u64| self.members.get(usize::try_from(at).ok()?).copied();
        Some(ContrastivePair {
            left: call(left)?,
            right: call(right)?,
            same,
        })
    }
}
