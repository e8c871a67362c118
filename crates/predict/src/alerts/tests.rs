use proptest::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::PredictError;

/// Calls whose probability wanders towards how they end.
fn calls(count: usize, rng: &mut impl Rng) -> Vec<FollowedCall> {
    let call = |place: usize| {
        let won = rng.random_bool(0.6);
        let mut logit = 0.4;
        let turns = rng.random_range(5..40);
        let probabilities = (0..turns).map(|_| {
            logit += rng.random_range(-0.4..0.4) + if won { 0.06 } else { -0.06 };
            1.0 / (1.0 + f64::exp(-logit))
        });
        FollowedCall {
            probabilities: probabilities.collect(),
            won,
            group: format!("g{}", place / 2),
        }
    };
    (0..count).map(call).collect()
}

fn any_policy() -> impl Strategy<Value = AlertPolicy> {
    (0.0f64..1.0, 0.0f64..0.4, 0usize..4, 0usize..10).prop_map(
        |(raise_below, above, in_a_row, not_before)| AlertPolicy {
            raise_below,
            clear_above: raise_below + above,
            in_a_row,
            not_before,
        },
    )
}

proptest! {
    #[test]
    fn a_policy_does_what_it_says(
        policy in any_policy(),
        probabilities in prop::collection::vec(0.0f64..1.0, 0..40),
    ) {
        let mut raised = false;
        let mut from = 0;
        for (turn, change) in policy.changes(&probabilities) {
            let p = probabilities[turn - 1];
            match change {
                AlertChange::Raised => {
                    let row = &probabilities[turn - policy.in_a_row.max(1)..turn];
                    prop_assert!(!raised && turn >= policy.not_before);
                    prop_assert!(row.iter().all(|p| *p < policy.raise_below));
                    from = turn;
                }
                AlertChange::Cleared => {
                    prop_assert!(raised && p > policy.clear_above);
                    prop_assert!(probabilities[from..turn - 1].iter().all(|p| *p <= policy.clear_above));
                }
            }
            raised = !raised;
        }
    }

    #[test]
    fn a_looser_policy_raises_no_later(
        policy in any_policy(),
        higher in 0.0f64..0.3,
        fewer in 0usize..3,
        earlier in 0usize..9,
        probabilities in prop::collection::vec(0.0f64..1.0, 0..40),
    ) {
        let looser = AlertPolicy {
            raise_below: policy.raise_below + higher,
            in_a_row: policy.in_a_row.saturating_sub(fewer),
            not_before: policy.not_before.saturating_sub(earlier),
            ..policy
        };
        if let Some(turn) = policy.first_raised(&probabilities) {
            prop_assert!(looser.first_raised(&probabilities).is_some_and(|first| first <= turn));
        }
    }
}

/// 100 times: the rate over accounts of many other calls breaks the budget no more often than 5 % and noise.
#[test]
fn the_budget_is_kept_on_other_calls_with_the_stated_confidence() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let many = calls(6_000, &mut rng);
    let search = AlertSearch {
        budget: 0.2,
        in_a_row: vec![1, 2],
        not_before: vec![1, 6],
        ..AlertSearch::default()
    };
    let (mut broken, mut found) = (0, 0.0);
    for _ in 0..100 {
        let tuned = search.tune(&calls(300, &mut rng)).unwrap().unwrap();
        assert!(tuned.at_most <= tuned.budget + 1e-9, "{tuned:?}");
        let report = AlertReport::of(tuned.policy, &many);
        broken += usize::from(report.false_alarms.unwrap().value > search.budget);
        found += report.recall.unwrap().value / 100.0;
    }
    // Of 100 with chance 0.05, more than 13 has chance 0.0003.
    assert!(broken <= 13, "{broken}");
    assert!(found > 0.3, "{found}");
}

#[test]
fn a_larger_budget_finds_no_fewer_lost_calls() {
    let calls = calls(800, &mut ChaCha8Rng::seed_from_u64(9));
    let recall = |budget: f64| {
        let search = AlertSearch {
            budget,
            ..AlertSearch::default()
        };
        let tuned = search.tune(&calls).unwrap().unwrap();
        let policy = tuned.policy;
        assert!(policy.clear_above >= policy.raise_below);
        tuned.tuned_on.recall.unwrap().value
    };
    let recalls = [0.05, 0.1, 0.2, 0.4].map(recall);
    assert!(recalls.is_sorted(), "{recalls:?}");
    assert!(recalls[3] > recalls[0], "{recalls:?}");
}

#[test]
fn too_few_won_calls_show_nothing() {
    let few = calls(30, &mut ChaCha8Rng::seed_from_u64(1));
    // ln(0.05 / 15) / ln(0.9) = 54.1
    let error = AlertSearch::default().tune(&few).unwrap_err();
    assert!(
        matches!(error, PredictError::TooFew { expected: 55, .. }),
        "{error:?}"
    );
    let whole = AlertSearch {
        budget: 1.0,
        ..AlertSearch::default()
    };
    assert!(matches!(
        whole.tune(&few),
        Err(PredictError::Setting { name: "budget", .. })
    ));
}

#[test]
fn probabilities_that_know_nothing_give_no_policy() {
    let flat = |place: usize| FollowedCall {
        probabilities: vec![0.001; 9],
        won: !place.is_multiple_of(2),
        group: format!("g{place}"),
    };
    let calls: Vec<FollowedCall> = (0..200).map(flat).collect();
    assert_eq!(AlertSearch::default().tune(&calls), Ok(None));
}

#[test]
fn rates_and_lead_times_are_counted_by_account() {
    let policy = AlertPolicy {
        raise_below: 0.3,
        clear_above: 0.5,
        in_a_row: 2,
        not_before: 1,
    };
    let call = |probabilities: &[f64], won: bool, group: &str| FollowedCall {
        probabilities: probabilities.to_vec(),
        won,
        group: group.to_owned(),
    };
    let calls = [
        call(&[0.2, 0.1, 0.9, 0.9], true, "a"),
        call(&[0.2, 0.4, 0.2, 0.4], true, "a"),
        call(&[0.9], true, "b"),
        call(&[0.2, 0.2, 0.1, 0.1, 0.1], false, "a"),
        call(&[0.9, 0.2, 0.2, 0.1], false, "c"),
        call(&[0.9, 0.2], false, "d"),
    ];
    let AlertReport {
        false_alarms,
        recall,
        lead_time,
    } = AlertReport::of(policy, &calls);
    // One of two of `a`, none of `b`.
    assert_eq!(
        false_alarms.map(|it| (it.value, it.calls, it.groups)),
        Some((0.25, 3, 2))
    );
    assert!((recall.unwrap().value - 2.0 / 3.0).abs() < 1e-12);
    // Three and one turns before the end.
    let lead = lead_time.unwrap();
    assert!((lead.median - 2.0).abs() < 1e-12 && lead.interval.is_none());
    let changes = policy.changes(&calls[0].probabilities);
    assert_eq!(
        changes,
        [(2, AlertChange::Raised), (3, AlertChange::Cleared)]
    );
}
