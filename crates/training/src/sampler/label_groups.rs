//! Some calls of each of some labels: [`LabelGroups`].

use std::collections::HashMap;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::accounts::together;
use super::permutation::mixed;
use super::{Accounts, Epoch, SampledCalls, Sampler, random};

/// `P` labels with `K` calls each in every batch, so that each call finds friends and strangers (the "PK" batches of
/// Hermans, Beyer & Leibe 2017, section 2; `GROUP_BY_LABEL` in sentence-transformers).
///
/// # Laws
///
/// - **Groups.** A batch holds `labels` labels, or all where there are fewer, and `per_label` calls of each, or all where it
///   has fewer; none of them twice. Two rules may leave calls out of a batch: calls beyond `tokens`, and with
///   [`Accounts::Apart`] those whose account is already there.
/// - **Turns.** Labels take turns. Each label's calls come in a random order, all before any comes again, but for fewer
///   than `per_label` at the end of each pass. Passes go on over epochs, so a rare label is seen again within one epoch
///   while a common one takes more than one: labels are balanced by it.
/// - **Length.** An epoch has as many batches as the calls would fill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelGroups {
    /// `P`. 2 by default: won and lost.
    pub labels: usize,
    /// `K`. 8 by default.
    pub per_label: usize,
    /// Tokens of a batch at most, unless its first call alone has more. Calls join label by label in turn, and one that
    /// does not fit is left out. 16,384 by default.
    pub tokens: usize,
    /// Spread by default: calls of one label and one account lie in different batches as far as there are enough.
    pub accounts: Accounts,
}

impl Default for LabelGroups {
    fn default() -> Self {
        Self {
            labels: 2,
            per_label: 8,
            tokens: 16_384,
            accounts: Accounts::Spread,
        }
    }
}

impl Sampler for LabelGroups {
    fn epoch(&self, calls: &SampledCalls, seed: u64, epoch: u64) -> Epoch {
        let mut of_label = calls.by_label();
        of_label.shuffle(&mut random(seed, 2, 0));
        let (labels, per_label) = (
            self.labels.clamp(1, of_label.len().max(1)),
            self.per_label.max(1),
        );
        let batches = calls.len().div_ceil(labels * per_label) as u64;
        let first_batch = epoch.wrapping_mul(batches);
        let mut passes = Passes {
            calls,
            of_label: &of_label,
            per_label,
            accounts: self.accounts,
            seed,
            known: HashMap::new(),
        };
        (0..batches)
            .map(|batch| {
                let first = first_batch.wrapping_add(batch).wrapping_mul(labels as u64);
                let turns = (0..labels as u64).map(|turn| first.wrapping_add(turn));
                let groups: Vec<Vec<usize>> = turns.map(|turn| passes.group(turn)).collect();
                self.batch(calls, &groups)
            })
            .collect()
    }
}

impl LabelGroups {
    /// One call of each group in turn, as far as the rules let them in.
    fn batch(&self, calls: &SampledCalls, groups: &[Vec<usize>]) -> Vec<usize> {
        let mut batch: Vec<usize> = Vec::new();
        let mut held = 0;
        for rank in 0..self.per_label.max(1) {
            for call in groups.iter().filter_map(|group| group.get(rank)) {
                let tokens = calls.tokens(*call);
                let account = calls.account(*call);
                let met = self.accounts == Accounts::Apart
                    && batch.iter().any(|other| calls.account(*other) == account);
                if batch.is_empty() || !met && held + tokens <= self.tokens {
                    batch.push(*call);
                    held += tokens;
                }
            }
        }
        batch
    }
}

/// The endless passes over each label's calls.
struct Passes<'a> {
    calls: &'a SampledCalls,
    of_label: &'a [Vec<usize>],
    per_label: usize,
    accounts: Accounts,
    seed: u64,
    /// The pass that each label is in, and its order.
    known: HashMap<usize, (u64, Vec<usize>)>,
}

impl Passes<'_> {
    /// The calls of a turn, turns being counted over all labels and epochs.
    fn group(&mut self, turn: u64) -> Vec<usize> {
        let labels = self.of_label.len() as u64;
        let label = usize::try_from(turn.checked_rem(labels).unwrap_or(0)).unwrap_or(0);
        let Some(members) = self.of_label.get(label) else {
            return Vec::new();
        };
        let groups = (members.len() / self.per_label).max(1);
        let visit = turn / labels;
        let (pass, group) = (visit / groups as u64, visit % groups as u64);
        let group = usize::try_from(group).unwrap_or(0);
        let known = self.known.get(&label);
        if known.is_none_or(|(known, _)| *known != pass) {
            let order = self.order(label, members, pass);
            self.known.insert(label, (pass, order));
        }
        let order = self.known.get(&label).map(|(_, order)| order.iter());
        // Every `groups`th: those of one account lie beside each other, and so in different groups.
        let own = order.into_iter().flatten().skip(group).step_by(groups);
        own.take(self.per_label).copied().collect()
    }

    fn order(&self, label: usize, members: &[usize], pass: u64) -> Vec<usize> {
        let mut random = random(self.seed, mixed(3, label as u64), pass);
        let mut order = members.to_vec();
        match self.accounts {
            Accounts::Anywhere => order.shuffle(&mut random),
            Accounts::Spread | Accounts::Apart => {
                order = together(order, |call| self.calls.account(call), &mut random);
            }
        }
        order
    }
}
