//! Laws of the samplers over random calls.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;

mod calls_and_labels;
mod negatives_and_turns;
mod pairs;

/// Calls of a few labels and accounts, some without an account.
fn calls() -> impl Strategy<Value = SampledCalls> {
    let call = (0u32..3, prop::option::of(0usize..12), 1usize..300);
    prop::collection::vec(call, 0..90).prop_map(|calls| {
        let names: Vec<String> = (0..12).map(|name| format!("account {name}")).collect();
        let call = |(label, account, tokens): &(u32, Option<usize>, usize)| SampledCall {
            label: *label,
            account: account.map(|at| names[at].as_str()),
            tokens: *tokens,
        };
        calls.iter().map(call).collect()
    })
}

/// `count` calls of one token, won and lost in turn, `per_account` of each account.
fn plain(count: usize, per_account: usize) -> SampledCalls {
    let names: Vec<String> = (0..count)
        .map(|at| format!("{}", at / per_account))
        .collect();
    let call = |(at, name)| SampledCall {
        label: u32::from(at % 2 == 0),
        account: Some(String::as_str(name)),
        tokens: 1,
    };
    names.iter().enumerate().map(call).collect()
}

/// How often each thing comes.
fn counts<T: std::hash::Hash + Eq>(things: impl IntoIterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    for thing in things {
        *counts.entry(thing).or_insert(0) += 1;
    }
    counts
}

fn all(epoch: &Epoch) -> Vec<usize> {
    epoch.batches_from(0).flatten().copied().collect()
}

/// How often a batch holds the same account at most.
fn of_an_account(batch: &[usize], calls: &SampledCalls) -> usize {
    let accounts = counts(batch.iter().map(|call| calls.account(*call)));
    accounts.into_values().max().unwrap_or(0)
}

/// Each batch keeps its limits, and a call's epoch repeats and can be resumed anywhere.
fn kept(
    sampler: &dyn Sampler,
    calls: &SampledCalls,
    (most, tokens): (usize, usize),
    epoch: u64,
) -> TestCaseResult {
    let batches = sampler.epoch(calls, 7, epoch);
    for batch in batches.batches_from(0) {
        let held: usize = batch.iter().map(|call| calls.tokens(*call)).sum();
        prop_assert!(!batch.is_empty() && batch.len() <= most);
        prop_assert!(held <= tokens || batch.len() == 1);
        let distinct = counts(batch).len();
        prop_assert_eq!(distinct, batch.len());
    }
    let again = sampler.epoch(calls, 7, epoch);
    let from_three: Vec<&[usize]> = again.batches_from(3).collect();
    let suffix: Vec<&[usize]> = batches.batches_from(0).skip(3).collect();
    prop_assert_eq!(from_three, suffix);
    prop_assert_eq!(batches.batch(batches.len()), None);
    Ok(())
}

#[test]
fn accounts_are_numbered_and_calls_without_one_stand_alone() {
    let call = |account| SampledCall {
        label: 1,
        account,
        tokens: 1,
    };
    let names = [Some("a"), None, Some("b"), Some("a"), None];
    let calls: SampledCalls = names.into_iter().map(call).collect();
    assert_eq!(calls.accounts(), [0, 1, 2, 0, 3]);
    assert_eq!((calls.len(), calls.is_empty()), (5, false));
}

#[test]
fn samplers_are_checked_and_survive_their_file() {
    let default = SamplerConfig::default();
    default.check().unwrap();
    let json = serde_json::to_string(&default).unwrap();
    assert_eq!(
        serde_json::from_str::<SamplerConfig>(&json).unwrap(),
        default
    );
    for json in [
        r#"{"type": "Shuffled", "calls": 0}"#,
        r#"{"type": "Shuffled", "length_buckets": 0}"#,
        r#"{"type": "LabelGroups", "per_label": 0}"#,
        r#"{"type": "HardNegatives", "negatives": 0}"#,
    ] {
        let sampler: SamplerConfig = serde_json::from_str(json).unwrap();
        assert!(sampler.check().is_err(), "{json}");
        // Even unchecked it does no harm.
        assert!(!sampler.epoch(&plain(10, 1), 0, 0).is_empty());
    }
    let typo = r#"{"type": "Shuffled", "lenght_buckets": 3}"#;
    assert!(serde_json::from_str::<SamplerConfig>(typo).is_err());
}
