//! Counting in accounts instead of calls: [`count`].

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use upturn_core::Outcome;

use super::concentration::Accounts;
use super::observed::Observed;

/// The calls of one account with the same outcome: one piece of evidence, however many they are.
pub(crate) type Account<'o> = Vec<&'o Observed>;

/// The accounts of a sample, in an order that does not depend on that of the calls.
pub(crate) fn accounts<'o>(sample: &[&'o Observed]) -> Vec<Account<'o>> {
    let mut sorted = sample.to_vec();
    sorted.sort_by_key(|call| (call.outcome, call.group));
    sorted
        .chunk_by(|a, b| (a.outcome, a.group) == (b.outcome, b.group))
        .map(<[_]>::to_vec)
        .collect()
}

/// How many accounts there are in each class.
pub(crate) fn units(accounts: &[Account<'_>]) -> Accounts {
    let mut units = Accounts::default();
    outcomes(accounts).for_each(|outcome| units.add(outcome));
    units
}

/// In how many accounts of each class each thing occurs.
pub(crate) fn count<'o, T: Eq + Hash, I: IntoIterator<Item = T>>(
    accounts: &[Account<'o>],
    things: impl Fn(&'o Observed) -> I,
) -> HashMap<T, Accounts> {
    let mut counts: HashMap<T, Accounts> = HashMap::new();
    for (account, outcome) in accounts.iter().zip(outcomes(accounts)) {
        let once: HashSet<T> = account.iter().flat_map(|call| things(call)).collect();
        for thing in once {
            counts.entry(thing).or_default().add(outcome);
        }
    }
    counts
}

fn outcomes(accounts: &[Account<'_>]) -> impl Iterator<Item = Outcome> {
    accounts
        .iter()
        .filter_map(|account| account.first().map(|call| call.outcome))
}
