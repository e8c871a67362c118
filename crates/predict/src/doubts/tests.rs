use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn rows(count: usize, seed: u64) -> (Vec<OutOfFold>, Vec<PartLogits>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|place| {
            let mut said = || rng.random_range(-2.0..2.0);
            let shares = PartLogits::from_array([said(), said(), said(), said(), said()]);
            let example = OutOfFold {
                logits: shares,
                won: place.is_multiple_of(2),
                group: format!("g{place}"),
                turns: rng.random_range(1..50),
                familiarity: Some(rng.random_range(0.3..0.9)),
            };
            (example, shares)
        })
        .unzip()
}

fn support(calls: usize, won: usize) -> Support {
    Support {
        calls,
        won,
        nearest: None,
    }
}

fn asked(example: &OutOfFold) -> Asked {
    Asked {
        turns: example.turns,
        familiarity: example.familiarity,
        shares: example.logits,
        support: support(10, 3),
    }
}

#[test]
fn of_calls_like_those_learnt_from_no_more_than_the_stated_shares_are_doubted() {
    let (mut unlike, mut disagree) = (0.0, 0.0);
    let (rounds, each) = (20, 500);
    for round in 0..rounds {
        let (examples, shares) = rows(each, round);
        let rules = DoubtRules::fit(&examples, &shares, &vec![1.0; each]);
        for example in rows(each, 1_000 + round).0 {
            for doubt in rules.of(asked(&example)) {
                if matches!(doubt, Doubt::NothingLikeIt { .. }) {
                    unlike += 1.0;
                } else {
                    disagree += 1.0;
                }
            }
        }
    }
    let all = (each as f64) * rounds as f64;
    let noise = |share: f64| 4.0 * (share * (1.0 - share) / all).sqrt();
    let close = |got: f64, share: f64| got <= share + noise(share) && got > share - 0.02;
    assert!(close(unlike / all, UNFAMILIAR), "{}", unlike / all);
    assert!(close(disagree / all, DISAGREEING), "{}", disagree / all);
}

#[test]
fn what_nobody_could_be_asked_about_is_not_doubted() {
    let (examples, shares) = rows(300, 1);
    let rules = DoubtRules::fit(&examples, &shares, &vec![1.0; 300]);
    let clashing = PartLogits::from_array([9.0, 0.0, -9.0, 0.0, 0.0]);
    let alone = Asked {
        turns: 5,
        familiarity: None,
        shares: clashing,
        support: support(0, 0),
    };
    assert_eq!(rules.of(alone).count(), 0);
    let strange = Asked {
        familiarity: Some(0.01),
        support: support(8, 2),
        ..alone
    };
    let doubts: Vec<Doubt> = rules.of(strange).collect();
    assert_eq!(doubts[0], Doubt::NeighboursDisagree { won_share: 0.25 });
    assert!(matches!(doubts[1], Doubt::NothingLikeIt { usual, .. } if usual > 0.3));
    assert_eq!(DoubtRules::default().of(strange).count(), 0);
}

#[test]
fn small_clashes_are_none_even_where_they_are_unusual() {
    let (examples, mut shares) = rows(300, 1);
    for shares in &mut shares {
        *shares = shares.zip(PartLogits::default(), |share, _| share / 100.0);
    }
    let rules = DoubtRules::fit(&examples, &shares, &vec![1.0; 300]);
    assert_eq!(rules.clash, Some(CLASH));
}

#[test]
fn a_clash_is_the_smaller_of_two_that_contradict_each_other() {
    let of = |words: f64, head: f64, neighbours: f64| {
        clash(PartLogits::from_array([words, head, neighbours, 0.0, 0.0]))
    };
    assert!((of(2.0, -0.5, -0.7) - 0.7).abs() < 1e-12);
    assert!((of(0.2, 0.1, -0.7) - 0.3).abs() < 1e-12);
    assert_eq!((of(1.0, 1.0, 1.0), of(1.0, -1.0, 3.0)), (0.0, 0.0));
}
