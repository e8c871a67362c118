use super::*;

fn any_shuffled() -> impl Strategy<Value = Shuffled> {
    let accounts =
        prop::sample::select(vec![Accounts::Anywhere, Accounts::Spread, Accounts::Apart]);
    let sizes = (1usize..20, 1usize..900, 1usize..5);
    (sizes, accounts).prop_map(|((calls, tokens, length_buckets), accounts)| Shuffled {
        calls,
        tokens,
        length_buckets,
        accounts,
        balance: LabelBalance::AsIs,
    })
}

proptest! {
    #[test]
    fn an_epoch_holds_every_call_once_within_its_limits(
        calls in calls(),
        sampler in any_shuffled(),
        epoch in 0u64..4,
    ) {
        let limits = (sampler.calls, sampler.tokens);
        kept(&sampler, &calls, limits, epoch)?;
        let mut seen = all(&sampler.epoch(&calls, 7, epoch));
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..calls.len()).collect::<Vec<_>>());
    }

    #[test]
    fn accounts_meet_never_or_as_seldom_as_full_batches_allow(
        calls in calls(),
        sampler in any_shuffled(),
    ) {
        let apart = Shuffled { accounts: Accounts::Apart, ..sampler.clone() };
        for batch in apart.epoch(&calls, 3, 1).batches_from(0) {
            prop_assert_eq!(of_an_account(batch, &calls), 1);
        }
        let spread = Shuffled { accounts: Accounts::Spread, length_buckets: 1, ..sampler };
        let most = counts(calls.accounts()).into_values().max().unwrap_or(0);
        let full = calls.len().div_ceil(spread.calls).max(1);
        for batch in spread.epoch(&calls, 3, 1).batches_from(0) {
            prop_assert!(of_an_account(batch, &calls) <= most.div_ceil(full));
        }
    }

    #[test]
    fn balanced_labels_come_equally_often(calls in calls(), sampler in any_shuffled()) {
        let sizes = counts(calls.labels());
        for (balance, expected) in [
            (LabelBalance::Oversample, sizes.values().max()),
            (LabelBalance::Undersample, sizes.values().min()),
        ] {
            let sampler = Shuffled { balance, ..sampler.clone() };
            let seen = all(&sampler.epoch(&calls, 5, 2));
            let labels = counts(seen.iter().map(|call| calls.label(*call)));
            prop_assert_eq!(labels.len(), sizes.len());
            prop_assert!(labels.values().all(|count| Some(count) == expected));
            let times = counts(&seen);
            for (call, count) in &times {
                let size = sizes[&calls.labels()[**call]];
                let even = expected.map(|expected| (expected / size, expected.div_ceil(size)));
                prop_assert!(even.is_some_and(|(least, most)| (least.max(1)..=most).contains(count)));
            }
        }
    }

    #[test]
    fn groups_hold_each_label_equally_and_keep_their_limits(
        calls in calls(),
        (labels, per_label, tokens) in (1usize..5, 1usize..9, 1usize..3000),
        epoch in 0u64..4,
    ) {
        let sampler = LabelGroups { labels, per_label, tokens, accounts: Accounts::Apart };
        kept(&sampler, &calls, (labels * per_label, tokens), epoch)?;
        for batch in sampler.epoch(&calls, 7, epoch).batches_from(0) {
            prop_assert_eq!(of_an_account(batch, &calls), 1);
        }
        let sampler = LabelGroups { tokens: usize::MAX, accounts: Accounts::Anywhere, ..sampler };
        let sizes = counts(calls.labels());
        for batch in sampler.epoch(&calls, 7, epoch).batches_from(0) {
            let held = counts(batch.iter().map(|call| &calls.labels()[*call]));
            prop_assert_eq!(held.len(), labels.min(sizes.len()));
            for (label, count) in held {
                prop_assert_eq!(count, per_label.min(sizes[label]));
            }
        }
    }
}

#[test]
fn seeds_and_epochs_give_different_orders() {
    let calls = plain(60, 1);
    let samplers: [&dyn Sampler; 2] = [&Shuffled::default(), &LabelGroups::default()];
    for sampler in samplers {
        let first = sampler.epoch(&calls, 0, 0);
        assert_eq!(first, sampler.epoch(&calls, 0, 0));
        assert_ne!(first, sampler.epoch(&calls, 0, 1));
        assert_ne!(first, sampler.epoch(&calls, 1, 0));
    }
}

#[test]
fn spread_accounts_leave_batches_full() {
    // 200 calls of 50 accounts: 13 batches of at most 16 suffice, and no account has more than 4.
    let calls = plain(200, 4);
    for seed in 0..20 {
        let batches = Shuffled::default().epoch(&calls, seed, 0);
        assert!(batches.len() <= 15, "{} batches", batches.len());
        for batch in batches.batches_from(0) {
            assert_eq!(of_an_account(batch, &calls), 1);
        }
    }
    // One account with half of the calls: full batches hold it as seldom as they can, batches apart are small.
    let call = |at: usize| SampledCall {
        label: 0,
        account: (at < 50).then_some("large"),
        tokens: 1,
    };
    let calls: SampledCalls = (0..100).map(call).collect();
    let spread = Shuffled::default().epoch(&calls, 0, 0);
    let most = spread
        .batches_from(0)
        .map(|batch| of_an_account(batch, &calls))
        .max();
    assert!(
        spread.len() <= 9 && most == Some(8),
        "{} {most:?}",
        spread.len()
    );
    let apart = Shuffled {
        accounts: Accounts::Apart,
        ..Shuffled::default()
    };
    let apart = apart.epoch(&calls, 0, 0);
    assert!((50..=60).contains(&apart.len()), "{}", apart.len());
    // The others are dealt evenly beside it: no step sees eight of them and the next one nobody.
    assert!(apart.batches_from(0).all(|batch| batch.len() <= 3));
}

#[test]
fn a_length_bucket_holds_calls_of_similar_length() {
    let call = |at: usize| SampledCall {
        label: 0,
        account: None,
        tokens: (at * 37) % 100 + 1,
    };
    let calls: SampledCalls = (0..100).map(call).collect();
    let sampler = Shuffled {
        calls: 5,
        length_buckets: 10,
        ..Shuffled::default()
    };
    for batch in sampler.epoch(&calls, 0, 0).batches_from(0) {
        let lengths: Vec<usize> = batch.iter().map(|call| calls.tokens(*call)).collect();
        let gap = lengths.iter().max().unwrap() - lengths.iter().min().unwrap();
        assert!(gap < 10, "{lengths:?}");
    }
}

#[test]
fn groups_show_every_call_before_any_comes_again() {
    // 8 won and 24 lost calls, 4 of each a batch: 4 batches an epoch.
    let call = |at: usize| SampledCall {
        label: u32::from(at < 8),
        account: None,
        tokens: 1,
    };
    let calls: SampledCalls = (0..32).map(call).collect();
    let sampler = LabelGroups {
        per_label: 4,
        ..LabelGroups::default()
    };
    let epochs = |epochs: std::ops::Range<u64>| {
        let seen = epochs.flat_map(|epoch| all(&sampler.epoch(&calls, 0, epoch)));
        counts(seen)
    };
    // An epoch shows won calls twice each; three epochs show each lost call twice.
    let (one, three) = (epochs(0..1), epochs(0..3));
    assert!((0..8).all(|call| one[&call] == 2 && three[&call] == 6));
    assert!((8..32).all(|call| three[&call] == 2), "{three:?}");
    assert!(one.values().all(|times| *times <= 2));
}

#[test]
fn groups_keep_an_account_in_different_batches() {
    let calls = plain(96, 4);
    for accounts in [Accounts::Spread, Accounts::Apart] {
        let sampler = LabelGroups {
            accounts,
            ..LabelGroups::default()
        };
        let of_label = |batch: &[usize], label| {
            let own = batch.iter().copied();
            let own = own.filter(|call| calls.label(*call) == Some(label));
            own.collect::<Vec<_>>()
        };
        for batch in sampler.epoch(&calls, 0, 0).batches_from(0) {
            for label in [0, 1] {
                assert_eq!(of_an_account(&of_label(batch, label), &calls), 1);
            }
        }
    }
}
