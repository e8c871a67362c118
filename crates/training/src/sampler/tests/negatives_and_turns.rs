use std::convert::Infallible;

use super::*;

/// An index in which calls are near that have near numbers.
fn near(
    calls: &SampledCalls,
    wanted: usize,
) -> impl Fn(usize) -> Result<Vec<(usize, f32)>, Infallible> {
    let count = calls.len();
    move |call| {
        let score = |other: usize| (other, -(other.abs_diff(call) as f32));
        let mut all: Vec<(usize, f32)> = (0..count).map(score).collect();
        all.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        all.truncate(wanted);
        all.reverse();
        Ok(all)
    }
}

proptest! {
    #[test]
    fn mined_negatives_are_the_nearest_of_another_label_and_account(
        calls in calls(),
        limit in 0usize..5,
    ) {
        let mined = mine_hard_negatives(&calls, limit, near(&calls, calls.len())).unwrap();
        for call in 0..calls.len() {
            let fits = |other: &usize| {
                calls.label(*other) != calls.label(call) && calls.account(*other) != calls.account(call)
            };
            let mut expected: Vec<usize> = (0..calls.len()).filter(fits).collect();
            expected.sort_by_key(|other| (other.abs_diff(call), *other));
            expected.truncate(limit);
            prop_assert_eq!(mined.of(call), expected);
        }
        prop_assert!(mined.of(calls.len()).is_empty());
    }

    #[test]
    fn every_call_leads_once_and_its_negative_is_beside_it(
        calls in calls(),
        (most, tokens) in (1usize..12, 1usize..1500),
        epoch in 0u64..4,
    ) {
        let negatives = mine_hard_negatives(&calls, 3, near(&calls, 20)).unwrap();
        let sampler = HardNegativeBatches { calls: most, tokens, negatives };
        kept(&sampler, &calls, (most, tokens), epoch)?;
        let batches = sampler.epoch(&calls, 7, epoch);
        for batch in batches.batches_from(0) {
            prop_assert_eq!(of_an_account(batch, &calls), 1);
        }
        let times = counts(all(&batches));
        prop_assert_eq!(times.len(), calls.len());
        // What is more than once is behind one of which it is a negative.
        let led = batches.batches_from(0).flat_map(|batch| batch.windows(2)).filter(|two| {
            sampler.negatives.of(two[0]).contains(&two[1])
        });
        prop_assert!(all(&batches).len() - calls.len() <= led.count());
    }

    #[test]
    fn an_epoch_takes_one_step_of_each_conversation_and_keeps_accounts_apart(
        conversations in prop::collection::vec((0usize..7, 0u32..15), 0..60),
        pairs in 1usize..20,
        epoch in 0u64..9,
    ) {
        let sampler = NextTurns { pairs };
        let batches = sampler.epoch(&conversations, 2, epoch);
        let account = |turn: &NextTurn| conversations[turn.conversation].1;
        for batch in batches.batches_from(0) {
            prop_assert!(batch.len() <= pairs);
            prop_assert_eq!(counts(batch.iter().map(account)).len(), batch.len());
        }
        let mut seen: Vec<usize> = batches.batches_from(0).flatten().map(|turn| turn.conversation).collect();
        seen.sort_unstable();
        let with_steps = (0..conversations.len()).filter(|at| conversations[*at].0 > 0);
        prop_assert_eq!(seen, with_steps.collect::<Vec<_>>());
        prop_assert_eq!(sampler.epoch(&conversations, 2, epoch), batches);
    }
}

#[test]
fn a_failing_index_stops_mining() {
    let result = mine_hard_negatives(&plain(4, 1), 1, |call| {
        if call == 2 { Err("down") } else { Ok(vec![]) }
    });
    assert_eq!(result, Err("down"));
}

#[test]
fn an_epoch_is_as_long_whatever_was_mined() {
    let calls = plain(60, 3);
    let negatives = mine_hard_negatives(&calls, 3, near(&calls, 30)).unwrap();
    let config = SamplerConfig::HardNegatives(MinedNegatives {
        calls: 6,
        ..MinedNegatives::default()
    });
    assert_eq!(config.mines(), Some(3));
    for epoch in 0..4 {
        let alone = config.epoch(&calls, 1, epoch);
        let beside = config.epoch_beside(negatives.clone(), &calls, 1, epoch);
        assert_eq!(alone.len(), beside.len());
        assert_eq!(all(&alone).len(), 60);
        assert!(all(&beside).len() > 110, "nearly every call has one");
    }
}

#[test]
fn negatives_take_turns() {
    let calls = plain(40, 1);
    let negatives = mine_hard_negatives(&calls, 2, near(&calls, 10)).unwrap();
    let sampler = HardNegativeBatches {
        calls: 2,
        tokens: 100,
        negatives,
    };
    for epoch in 0..4 {
        for batch in sampler.epoch(&calls, 0, epoch).batches_from(0) {
            let wanted = sampler.negatives.of(batch[0])[usize::from(epoch % 2 == 1)];
            assert_eq!(batch[1], wanted);
        }
    }
}

#[test]
fn over_some_epochs_every_step_comes_once() {
    let conversations: Vec<(usize, u32)> = (1..7).zip(0..).collect();
    for first in [0, 60] {
        let epochs =
            (first..first + 60).map(|epoch| NextTurns::default().epoch(&conversations, 1, epoch));
        let turns: Vec<NextTurn> = epochs
            .flat_map(|epoch| epoch.batches_from(0).flatten().copied().collect::<Vec<_>>())
            .collect();
        let times = counts(turns);
        for (conversation, (steps, _)) in conversations.iter().enumerate() {
            for step in 0..*steps {
                let turn = NextTurn { conversation, step };
                assert_eq!(times[&turn], 60 / steps, "{turn:?}");
            }
        }
    }
}

#[test]
fn windows_follow_each_other_and_end_with_the_turns() {
    let windows = TurnWindows {
        context: 3,
        reply: 2,
    };
    for turns in 2..9 {
        for step in 0..turns - 1 {
            let (said, next) = windows.at(step, turns);
            assert_eq!(said.end, next.start);
            assert!((1..=3).contains(&said.len()) && (1..=2).contains(&next.len()));
            assert!(next.end <= turns);
        }
        let (said, next) = windows.at(turns - 1, turns);
        assert!(said.is_empty() && next.is_empty());
    }
}
