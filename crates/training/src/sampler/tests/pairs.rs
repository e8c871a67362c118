use std::time::{Duration, Instant};

use super::*;

fn ordered(pair: ContrastivePair) -> (usize, usize) {
    (pair.left.min(pair.right), pair.left.max(pair.right))
}

proptest! {
    #[test]
    fn every_pair_comes_equally_often_and_tells_its_kind(
        labels in prop::collection::vec(0u32..4, 0..30),
        epoch in 0u64..3,
    ) {
        let call = |label: &u32| SampledCall { label: *label, account: None, tokens: 1 };
        let calls: SampledCalls = labels.iter().map(call).collect();
        let places = 0..labels.len();
        let there_are = places.flat_map(|a| (0..a).map(move |b| (b, a)));
        let (same, different): (Vec<_>, Vec<_>) = there_are.partition(|(a, b)| labels[*a] == labels[*b]);
        let (p, n) = (same.len(), different.len());
        for (balance, expected) in [
            (PairBalance::Unique, [p, n]),
            (PairBalance::Oversampling, [p.max(n); 2]),
            (PairBalance::Undersampling, [p.min(n); 2]),
        ] {
            let pairs = ContrastivePairs::new(&calls, balance, 3);
            let seen: Vec<ContrastivePair> = pairs.pairs_from(epoch, 0).map(|(_, pair)| pair).collect();
            prop_assert_eq!(seen.len() as u64, pairs.len());
            for (kind, there_are, expected) in [(true, &same, expected[0]), (false, &different, expected[1])] {
                let times = counts(seen.iter().filter(|pair| pair.same == kind).map(|pair| ordered(*pair)));
                let total: usize = times.values().sum();
                prop_assert_eq!(total, if there_are.is_empty() { 0 } else { expected });
                let size = there_are.len().max(1);
                for pair in there_are {
                    let count = times.get(pair).copied().unwrap_or(0);
                    prop_assert!((expected / size..=expected.div_ceil(size)).contains(&count));
                }
            }
        }
    }

    #[test]
    fn no_pair_is_of_one_account_and_a_cut_off_epoch_goes_on(calls in calls(), place in 0u64..200) {
        let pairs = ContrastivePairs::new(&calls, PairBalance::Unique, 1);
        for (_, pair) in pairs.pairs_from(0, 0) {
            prop_assert_ne!(calls.account(pair.left), calls.account(pair.right));
            prop_assert_eq!(pair.same, calls.label(pair.left) == calls.label(pair.right));
        }
        let rest: Vec<_> = pairs.pairs_from(0, place).collect();
        let suffix: Vec<_> = pairs.pairs_from(0, 0).skip_while(|(at, _)| *at < place).collect();
        prop_assert_eq!(rest, suffix);
    }
}

#[test]
fn kinds_take_turns() {
    let calls = plain(20, 1);
    let pairs = ContrastivePairs::new(&calls, PairBalance::Oversampling, 0);
    let kinds: Vec<bool> = pairs.pairs_from(0, 0).map(|(_, pair)| pair.same).collect();
    assert!(kinds.chunks(2).all(|two| two == [true, false]));
    let (one, other) = (pairs.pair(0, 0), pairs.pair(1, 0));
    assert_ne!(one, other, "epochs have orders of their own");
    assert_eq!(pairs.pair(0, pairs.len()), None);
}

/// 10¹² pairs, of which none is held: a list of them would take 16 TB.
#[test]
fn a_million_calls_give_pairs_at_once() {
    let labels = (0..1_000_000u32).map(|at| u32::from(at % 10 < 3));
    let call = |label| SampledCall {
        label,
        account: None,
        tokens: 100,
    };
    let calls: SampledCalls = labels.map(call).collect();
    let start = Instant::now();
    let pairs = ContrastivePairs::new(&calls, PairBalance::Unique, 0);
    assert_eq!(pairs.len(), 1_000_000 * 999_999 / 2);
    let seen = counts(
        pairs
            .pairs_from(0, 0)
            .take(100_000)
            .map(|(_, pair)| ordered(pair)),
    );
    assert_eq!(seen.len(), 100_000);
    let last = pairs.pair(0, pairs.len() - 1).unwrap();
    assert!(last.same && last.left != last.right);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}
