//! Cross-fitting a handful of calls: [`leave_one_group_out`].

use std::collections::BTreeMap;

use upturn_core::Conversation;

/// Calls of each outcome that [`Recipe::FewLabels`](super::Recipe::FewLabels) takes: with one, nobody of its outcome could
/// vote on it.
pub(crate) const LEAST_LABELS: usize = 2;

/// Accounts that it takes: calls of one account never vote on each other.
pub(crate) const LEAST_GROUPS: usize = 2;

/// A fold for each call, from 0: every [group](Conversation::group) by itself, in the order of their names.
///
/// Law: no group has two folds, no fold two groups, and none is empty.
pub(crate) fn leave_one_group_out(calls: &[&Conversation]) -> Vec<usize> {
    let mut folds: BTreeMap<&str, usize> = calls.iter().map(|call| (call.group(), 0)).collect();
    for (number, fold) in folds.values_mut().enumerate() {
        *fold = number;
    }
    let fold = |call: &&Conversation| folds.get(call.group()).copied().unwrap_or_default();
    calls.iter().map(fold).collect()
}
