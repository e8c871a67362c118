use std::time::Duration;

use upturn::eval::{Predictions, Row};
use upturn::{ConversationId, Fingerprint, Probability};

use super::super::candidate::Cost;
use super::*;

/// An encoder that is right about all but every `wrong`th of `calls` calls, each of an account of its own.
fn tried(
    encoder: &'static str,
    mode: Mode,
    seconds: f64,
    (calls, wrong): (usize, usize),
) -> Tried<'static> {
    let row = |place: usize| {
        let won = place.is_multiple_of(2);
        let right = !(place / 2).is_multiple_of(wrong);
        Row {
            id: ConversationId::new(place.to_string()).unwrap(),
            group: place.to_string(),
            won,
            probability: Probability::new(if right == won { 0.8 } else { 0.2 }).unwrap(),
        }
    };
    Tried {
        encoder,
        fingerprint: Fingerprint::new(encoder),
        mode,
        cost: Cost {
            seconds_per_thousand_tokens: seconds,
            parameters: 1,
            bytes: 1,
            dimension: 1,
        },
        training: Duration::ZERO,
        predictions: Predictions::new((0..calls).map(row).collect()).unwrap(),
    }
}

fn advice(tried: &[Tried<'_>]) -> Recommendation {
    recommend(tried).unwrap().unwrap()
}

#[test]
fn the_better_one_is_taken_though_it_is_slower() {
    let said = advice(&[
        tried("fast", Mode::Frozen, 0.1, (120, 2)),
        tried("good", Mode::Frozen, 0.9, (120, 9)),
    ]);
    assert_eq!((said.encoder.as_str(), said.shown), ("good", true));
    assert!(
        said.sentence.starts_with("take `good` (frozen)"),
        "{said:?}"
    );
}

#[test]
fn where_the_calls_do_not_tell_the_fastest_is_taken() {
    let said = advice(&[
        tried("slow", Mode::Frozen, 0.9, (120, 9)),
        tried("fast", Mode::Frozen, 0.1, (120, 8)),
        tried("bad", Mode::Frozen, 0.01, (120, 2)),
    ]);
    assert_eq!((said.encoder.as_str(), said.shown), ("fast", false));
    assert!(
        said.sentence.starts_with("not shown which is best"),
        "{said:?}"
    );
    assert!(
        said.sentence.contains("take the fastest, `fast`"),
        "{said:?}"
    );
    assert!(!said.sentence.contains("`bad`"), "{said:?}");
}

#[test]
fn fewer_than_ten_accounts_show_nothing() {
    let said = advice(&[
        tried("fast", Mode::Frozen, 0.1, (8, 1)),
        tried("good", Mode::Frozen, 0.9, (8, 99)),
    ]);
    assert_eq!((said.encoder.as_str(), said.shown), ("fast", false));
    assert!(said.sentence.contains("too few accounts"), "{said:?}");
}

#[test]
fn of_an_encoder_frozen_and_fine_tuned_alike_the_frozen_one_is_taken() {
    let said = advice(&[
        tried("one", Mode::Frozen, 0.2, (120, 8)),
        tried("one", Mode::FineTuned, 0.2, (120, 9)),
    ]);
    assert_eq!((said.mode, said.shown), (Mode::Frozen, false));
    assert_eq!(recommend(&[]).unwrap(), None);
}
