use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn calls(segment: &str, count: usize, probability: f64, truth: f64) -> Vec<SegmentCall> {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let call = |place: usize| SegmentCall {
        segment: segment.to_owned(),
        group: format!("{segment}-{place}"),
        probability,
        won: rng.random_bool(truth),
    };
    (0..count).map(call).collect()
}

#[test]
fn a_segment_that_is_promised_too_much_is_named_and_a_small_one_is_not() {
    let mut all = calls("trade", 400, 0.7, 0.7);
    all.extend(calls("health", 400, 0.7, 0.5));
    all.extend(calls("energy", 400, 0.2, 0.4));
    all.extend(calls("art", 5, 0.7, 0.5));
    let fits: Vec<(String, SegmentFit)> = segments(&all)
        .into_iter()
        .map(|check| (check.segment, check.fit))
        .collect();
    let expected = [
        ("art", SegmentFit::Fits),
        ("energy", SegmentFit::TooLow),
        ("health", SegmentFit::TooHigh),
        ("trade", SegmentFit::Fits),
    ];
    assert_eq!(fits, expected.map(|(name, fit)| (name.to_owned(), fit)));
}

#[test]
fn the_order_of_calls_changes_nothing_and_an_account_counts_once() {
    let mut all = calls("a", 60, 0.6, 0.5);
    let once = segments(&all);
    all.reverse();
    let twice: Vec<SegmentCall> = all
        .iter()
        .flat_map(|call| [call.clone(), call.clone()])
        .collect();
    let twice = segments(&twice);
    assert_eq!(once[0].won.groups, twice[0].won.groups);
    assert!((once[0].won.low - twice[0].won.low).abs() < 1e-12);
    assert!((once[0].probability - twice[0].probability).abs() < 1e-12);
}

/// Of 40 segments that all fit, two leave their interval by chance; of the one that is off by a quarter nobody doubts.
#[test]
fn many_segments_are_off_by_chance_and_that_is_allowed_for() {
    let mut all: Vec<SegmentCall> = Vec::new();
    for segment in 0..40 {
        let mut of = calls("-", 60, 0.5, 0.5);
        let mut rng = ChaCha8Rng::seed_from_u64(segment);
        for call in &mut of {
            call.segment = segment.to_string();
            call.won = rng.random_bool(0.5);
        }
        all.extend(of);
    }
    let off = |all: &[SegmentCall]| {
        let checks = segments(all);
        let alone = checks.iter().filter(|one| one.fit != SegmentFit::Fits);
        let beyond = checks.iter().filter(|one| one.beyond_chance());
        (alone.count(), beyond.count())
    };
    let (alone, beyond) = off(&all);
    assert!(alone > 0 && beyond == 0, "{alone} {beyond}");
    all.extend(calls("false", 100, 0.75, 0.5));
    let (more, beyond) = off(&all);
    assert_eq!((more, beyond), (alone + 1, 1));
}

#[test]
fn nobody_is_ranked_by_few_calls() {
    let person = |name: &str, count: usize, every: usize| -> Vec<PersonCall> {
        let call = |place: usize| PersonCall {
            person: name.to_owned(),
            group: format!("{name}-{place}"),
            probability: 0.5,
            won: !place.is_multiple_of(every),
        };
        (0..count).map(call).collect()
    };
    let mut all = person("lucky", 4, 9);
    all.extend(person("steady", 200, 2));
    all.extend(person("good", 200, 5));
    // Four of five of 30 are less sure than four of five of 200.
    all.extend(person("new", 30, 5));
    for least in [0, 1, LEAST_CALLS] {
        let (order, refused) = ranked(&all, least);
        let names: Vec<&str> = order.iter().map(|one| one.person.as_str()).collect();
        assert_eq!(names, ["good", "new", "steady"]);
        assert_eq!(
            refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["`lucky` has 4 calls, and fewer than 30 say nothing about a person"]
        );
    }
    let (order, refused) = ranked(&all, 100);
    assert_eq!((order.len(), refused.len()), (2, 2));
}
