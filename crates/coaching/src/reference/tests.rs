//! The laws of comparing.

use proptest::prelude::*;
use upturn_core::{Conversation, ConversationId, Metadata, Outcome, Speaker, Turn};

use super::*;
use crate::Meter;

/// A call in which the seller asks so many questions.
fn call(id: usize, questions: usize, stage: &str, industry: Option<&str>) -> Conversation {
    let text = format!("Hello. {}", "Why? ".repeat(questions));
    let turns = vec![Turn::new(Speaker::Seller, text)];
    let outcome = if id.is_multiple_of(2) {
        Outcome::Won
    } else {
        Outcome::Lost
    };
    Conversation::new(ConversationId::new(id.to_string()).unwrap(), turns)
        .unwrap()
        .with_outcome(Some(outcome))
        .with_metadata(Metadata {
            stage: Some(stage.to_owned()),
            industry: industry.map(str::to_owned),
            ..Metadata::default()
        })
}

fn reference(least: usize, calls: &[Conversation]) -> Reference {
    let mut reference = Reference::default().with_least(least);
    for call in calls {
        let measures = Meter::default().measure(call.whole());
        reference.extend(LabelledCall::new(call, &measures));
    }
    reference
}

fn standing(reference: &Reference, call: &Conversation) -> Result<Option<Standing>, TooFew> {
    let measures = Meter::default().measure(call.whole());
    reference.standing(MeasureName::SellerQuestions, &measures, call.metadata())
}

#[test]
fn too_few_calls_widen_the_group_and_it_is_said() {
    let mut calls: Vec<_> = (0..10)
        .map(|i| call(i, 1, "Demo", Some("retail")))
        .collect();
    calls.extend((10..40).map(|i| call(i, 2, "demo ", Some("steel"))));
    let mine = call(99, 1, "DEMO", Some("Retail"));
    let found = |least| standing(&reference(least, &calls), &mine).unwrap().unwrap();

    let narrow = found(5);
    assert!(!narrow.is_widened());
    assert_eq!((narrow.won.spread.calls, narrow.lost.spread.calls), (5, 5));
    let wide = found(6);
    assert_eq!(
        wide.scope,
        Scope {
            stage: Some("demo".into()),
            industry: None
        }
    );
    assert!(wide.is_widened() && wide.won.spread.calls == 20);
    assert_eq!(wide.scope.to_string(), "stage `demo`");
}

#[test]
fn too_few_calls_of_all_are_an_answer_of_their_own() {
    let calls: Vec<_> = (0..9).map(|i| call(i, 1, "demo", None)).collect();
    let refused = standing(&reference(5, &calls), &calls[0]).unwrap_err();
    assert_eq!((refused.won, refused.lost, refused.least), (5, 4, 5));
    assert_eq!(
        refused.to_string(),
        "`seller_questions` is known of 5 won and 4 lost calls, 5 of each are needed"
    );
    assert_eq!(
        standing(&Reference::default(), &calls[0]).unwrap_err().won,
        0
    );
}

#[test]
fn calls_of_one_account_count_for_less() {
    let width = |account: fn(usize) -> usize| {
        let calls: Vec<_> = (0..120)
            .map(|i| {
                let of = call(i, (account(i) / 2) % 3, "demo", None);
                let metadata = Metadata {
                    account: Some(account(i).to_string()),
                    ..of.metadata().clone()
                };
                of.with_metadata(metadata)
            })
            .collect();
        let found = standing(&reference(30, &calls), &call(999, 1, "demo", None))
            .unwrap()
            .unwrap();
        found.won.quantile.high - found.won.quantile.low
    };
    assert!(width(|i| i % 12) > 1.5 * width(|i| i));
}

proptest! {
    #[test]
    fn quantiles_grow_with_the_value_and_lie_in_their_intervals(
        values in prop::collection::vec(0usize..6, 4..40),
        low in 0usize..6,
        more in 0usize..3,
    ) {
        let calls: Vec<_> = values.iter().enumerate().map(|(i, value)| call(i, *value, "demo", None)).collect();
        let reference = reference(1, &calls);
        let found = |questions| standing(&reference, &call(999, questions, "demo", None)).unwrap().unwrap();
        let (small, large) = (found(low), found(low + more));
        for (small, large) in [(small.won, large.won), (small.lost, large.lost)] {
            prop_assert!(small.quantile.value <= large.quantile.value);
            for among in [small, large] {
                let place = among.quantile;
                prop_assert!(0.0 <= place.low && place.low <= place.value);
                prop_assert!(place.value <= place.high && place.high <= 1.0);
                let spread = among.spread;
                prop_assert!(spread.p25 <= spread.median && spread.median <= spread.p75);
            }
        }
    }

    #[test]
    fn the_order_of_calls_makes_no_difference(values in prop::collection::vec(0usize..6, 4..30)) {
        let mut calls: Vec<_> = values.iter().enumerate().map(|(i, value)| call(i, *value, "demo", None)).collect();
        let mine = call(999, 2, "demo", None);
        let one = standing(&reference(1, &calls), &mine);
        calls.reverse();
        prop_assert_eq!(one, standing(&reference(1, &calls), &mine));
    }
}
