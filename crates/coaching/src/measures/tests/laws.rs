//! What holds of every call.

use proptest::prelude::*;
use upturn_core::{Conversation, ConversationId, Metadata, Prefix, Speaker, Turn};

use super::*;
use crate::{MeasureName, Measures, Meter};

/// What is said: words that the lists know among words that they don't, and anything at all.
fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "um",
        "maybe",
        "how",
        "what",
        "do you",
        "?",
        ".",
        "$5",
        "too expensive",
        "sure",
        "no",
        "schedule a call",
        "my boss",
        "discount",
        "great",
        "terrible",
        "acme",
        "tell me more",
    ]);
    prop_oneof![
        4 => prop::collection::vec(known, 0..12).prop_map(|words| words.join(" ")),
        2 => "[a-z ,.?!']{0,40}",
        1 => ".{0,40}",
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    let speaker = prop::sample::select(vec![Speaker::Seller, Speaker::Buyer, Speaker::Other]);
    // Starts in no order.
    let times = prop::option::of((0_u64..100_000, 0_u64..9_000));
    (speaker, text(), times).prop_map(|(speaker, text, times)| Turn {
        start_ms: times.map(|(start, _)| start),
        end_ms: times.map(|(start, length)| start + length),
        ..Turn::new(speaker, text)
    })
}

fn of(mut turns: Vec<Turn>) -> Conversation {
    turns.push(Turn::new(Speaker::Buyer, "end"));
    Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap()
}

fn meter() -> Meter {
    Meter::default().with_competitors(["acme"])
}

fn check_numbers_and_citations(measures: &Measures) -> Result<(), TestCaseError> {
    for name in MeasureName::ALL {
        let evidence = measures.evidence(*name);
        prop_assert_eq!(
            measures.value(*name).is_none(),
            evidence.is_empty(),
            "{}",
            name
        );
        if let Some(value) = measures.value(*name) {
            prop_assert!(value.is_finite(), "{} is {}", name, value);
        }
        for turns in evidence {
            let exists = turns.start < turns.end && turns.end <= measures.turns;
            prop_assert!(exists, "{} cites {:?} of {}", name, turns, measures.turns);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_prefix_has_finite_measures_that_cite_turns_that_exist(turns in prop::collection::vec(turn(), 0..20)) {
        let call = of(turns);
        for turns in 1..=call.turns().len() {
            check_numbers_and_citations(&meter().measure(Prefix::first(&call, turns)))?;
        }
        check_numbers_and_citations(&meter().measure(call.whole()))?;
    }

    #[test]
    fn shares_sum_to_one(turns in prop::collection::vec(turn(), 0..20)) {
        let talk = meter().measure(of(turns).whole()).talk;
        let sum = talk.seller_share.unwrap() + talk.buyer_share.unwrap();
        prop_assert!((sum - 1.0).abs() < 1e-12);
    }

    #[test]
    fn another_turn_of_the_seller_never_lowers_what_the_seller_did(turns in prop::collection::vec(turn(), 0..20), text in text()) {
        let before = meter().measure(of(turns.clone()).whole());
        let mut more = of(turns).turns().to_vec();
        more.push(Turn::new(Speaker::Seller, text));
        let call = Conversation::new(ConversationId::new("c").unwrap(), more).unwrap();
        let after = meter().measure(call.whole());
        prop_assert!(after.talk.seller_words >= before.talk.seller_words);
        prop_assert!(after.talk.seller_share >= before.talk.seller_share);
        prop_assert_eq!(after.talk.buyer_words, before.talk.buyer_words);
        for name in [
            MeasureName::LongestMonologue,
            MeasureName::SellerQuestions,
            MeasureName::PriceMentioned,
            MeasureName::CompetitorMentions,
            MeasureName::DecisionMentions,
            MeasureName::NextStepProposed,
        ] {
            prop_assert!(after.value(name) >= before.value(name), "{}", name);
        }
        prop_assert_eq!(after.buyer_sentiment, before.buyer_sentiment);
    }

    #[test]
    fn names_of_calls_and_people_change_nothing(turns in prop::collection::vec(turn(), 0..12), id in "[a-z]{1,9}", name in ".{0,9}") {
        let call = of(turns);
        let other = Conversation::new(ConversationId::new(id).unwrap(), call.turns().to_vec()).unwrap();
        let other = other.with_metadata(Metadata { account: Some(name.clone()), rep: Some(name), ..Metadata::default() });
        prop_assert_eq!(meter().measure(call.whole()), meter().measure(other.whole()));
    }

    #[test]
    fn what_is_counted_by_words_does_not_depend_on_the_order(turns in prop::collection::vec(turn(), 0..12)) {
        let call = of(turns);
        let mut turned = call.turns().to_vec();
        turned.reverse();
        let turned = Conversation::new(ConversationId::new("c").unwrap(), turned).unwrap();
        let (one, other) = (meter().measure(call.whole()), meter().measure(turned.whole()));
        prop_assert_eq!(one.talk, other.talk);
        for name in [
            MeasureName::SellerQuestions,
            MeasureName::BuyerQuestions,
            MeasureName::SellerFillers,
            MeasureName::BuyerHedges,
            MeasureName::PriceMentioned,
            MeasureName::CompetitorMentions,
            MeasureName::DecisionMentions,
            MeasureName::Objections,
        ] {
            prop_assert_eq!(one.value(name), other.value(name), "{}", name);
        }
        prop_assert_eq!(one.interactivity.changes, other.interactivity.changes);
    }

    #[test]
    fn the_future_changes_nothing(turns in prop::collection::vec(turn(), 1..12), keep in 1usize..12) {
        let call = of(turns);
        let keep = keep.min(call.turns().len());
        let past = call.turns().get(..keep).unwrap().to_vec();
        if let Ok(past) = Conversation::new(ConversationId::new("c").unwrap(), past) {
            let (whole, live) = (Prefix::first(&past, keep), Prefix::first(&call, keep));
            prop_assert_eq!(meter().measure(whole), meter().measure(live));
        }
    }

    #[test]
    fn measures_survive_a_round_trip(turns in prop::collection::vec(turn(), 0..9)) {
        let measures = meter().measure(of(turns).whole());
        let json = serde_json::to_string(&measures).unwrap();
        let again: Measures = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), json);
    }
}

#[test]
fn ten_hours_are_measured() {
    let line = "B: Well, how much is it? I think that it is too expensive for us, we could talk about it next week.";
    let lines: Vec<_> = std::iter::repeat_n(["S: Do you want to schedule a call?", line], 4_500)
        .flatten()
        .collect();
    let measures = measured(&lines);
    assert_eq!(measures.value(MeasureName::PriceObjections), Some(4_500.0));
    assert_eq!(measures.turns, 9_000);
}

#[test]
fn one_turn_is_measured() {
    let measures = measured(&["O: click"]);
    assert_eq!(measures.talk.seller_share, None);
    assert_eq!(measures.seller_monologue, None);
    assert_eq!(measures.interactivity.per_100_words, None);
}
