//! Measures of small calls, by hand.

use upturn_core::{Metadata, Speaker, Turn, TurnRange};

use super::*;
use crate::{Answer, MeasureName, ObjectionKind};

fn turns(start: usize, end: usize) -> TurnRange {
    TurnRange { start, end }
}

fn timed(speaker: Speaker, text: &str, start_ms: u64, end_ms: u64) -> Turn {
    Turn {
        start_ms: Some(start_ms),
        end_ms: Some(end_ms),
        ..Turn::new(speaker, text)
    }
}

fn of_turns(turns: Vec<Turn>) -> Measures {
    let call = Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap();
    Meter::default().measure(call.whole())
}

#[test]
fn a_monologue_goes_on_through_what_the_other_side_does_not_say() {
    let measures = measured(&[
        "S: one two",
        "O: click",
        "B: ...",
        "S: three",
        "B: yes",
        "S: four five",
    ]);
    let monologue = measures.seller_monologue.unwrap();
    assert_eq!((monologue.words, monologue.turns), (3, turns(0, 4)));
    assert_eq!(measures.buyer_monologue.unwrap().words, 1);
    assert_eq!(measures.interactivity.changes, 2);
    assert_eq!(measures.talk.other_words, 1);
    assert_eq!(measures.silence.seller_turns, 1);
}

#[test]
fn the_pause_is_from_the_buyers_end_to_the_sellers_start() {
    let measures = of_turns(vec![
        timed(Speaker::Buyer, "well", 0, 1_000),
        timed(Speaker::Seller, "right", 3_500, 4_000),
        timed(Speaker::Buyer, "so", 5_000, 9_000),
        timed(Speaker::Seller, "but", 8_000, 9_500),
        // Out of order: it starts before what it should answer.
        timed(Speaker::Buyer, "hm", 20_000, 21_000),
        timed(Speaker::Seller, "oh", 10_000, 11_000),
    ]);
    let patience = measures.patience.unwrap();
    assert_eq!((patience.answers, patience.median_seconds), (2, 1.25));
    assert_eq!(patience.shortest, turns(2, 4));
    assert_eq!(measured(&["B: no", "S: times"]).patience, None);
}

#[test]
fn a_step_is_agreed_only_by_the_other_side_and_only_without_a_refusal() {
    let agreed = |lines: &[&str]| measured(lines).value(MeasureName::NextStepAgreed);
    assert_eq!(
        agreed(&[
            "S: Shall we schedule a demo on Monday?",
            "B: Sure, that works."
        ]),
        Some(1.0)
    );
    assert_eq!(
        agreed(&[
            "S: Shall we schedule a demo?",
            "B: No, thanks.",
            "B: Sure it is great."
        ]),
        Some(0.0)
    );
    assert_eq!(
        agreed(&["S: Shall we schedule a demo? Sure, that works."]),
        Some(0.0)
    );
    assert_eq!(agreed(&["B: Yes, sounds good."]), Some(0.0));
    assert_eq!(agreed(&["B: Please send me the contract."]), Some(1.0));
    let evidence = measured(&[
        "S: Hi.",
        "S: Shall we schedule a demo?",
        "B: I have to think about it.",
    ])
    .evidence(MeasureName::NextStepAgreed);
    assert_eq!(
        evidence,
        [turns(1, 2)],
        "a missing agreement cites the proposal"
    );
}

#[test]
fn an_objection_is_answered_by_what_the_seller_says_next() {
    let call = call(&[
        "B: That is too expensive.",
        "B: Hm.",
        "S: Ok.",
        "B: It's not a priority.",
        "S: What is?",
    ]);
    let answers = |prefix| {
        let measures = Meter::default().measure(prefix);
        let objections = measures.objections.unwrap();
        objections
            .iter()
            .map(|it| (it.kind, it.answer))
            .collect::<Vec<_>>()
    };
    let (price, need) = (ObjectionKind::Price, ObjectionKind::Need);
    assert_eq!(
        answers(call.whole()),
        [(price, Answer::Missing), (need, Answer::Given)]
    );
    let first = |turns| answers(upturn_core::Prefix::first(&call, turns));
    assert_eq!(first(2), [(price, Answer::Open)]);
    assert_eq!(
        first(3),
        [(price, Answer::Open)],
        "the seller still has the word"
    );
}

#[test]
fn prices_and_discounts_say_when() {
    let measures = measured(&[
        "S: one two three four",
        "B: What does it cost?",
        "S: 20% off this week",
    ]);
    let pricing = measures.pricing.unwrap();
    assert_eq!(pricing.first_by, Some(Speaker::Buyer));
    assert_eq!(pricing.first_at, Some(4.0 / 12.0));
    assert_eq!(pricing.discounts, [turns(2, 3)]);
    assert_eq!(
        measured(&["B: I want a discount"]).value(MeasureName::DiscountFirstAt),
        None
    );
}

#[test]
fn competitors_are_the_names_the_user_gives() {
    let call = call(&[
        "S: hi",
        "B: We looked at Route-Ly too.",
        "S: ROUTE LY is fine.",
    ]);
    let meter = Meter::default().with_competitors(["Route Ly", "Acme*", "!"]);
    let named = meter.measure(call.whole()).competitors.unwrap();
    assert_eq!(Meter::default().measure(call.whole()).competitors, None);
    assert_eq!(named.len(), 1);
    assert_eq!(
        (named[0].name.as_str(), named[0].first_by),
        ("Route Ly", Speaker::Buyer)
    );
    assert_eq!(named[0].turns, [turns(1, 2), turns(2, 3)]);
}

#[test]
fn who_decides_is_found_and_who_asked_for_it() {
    let decision = measured(&[
        "S: Who else needs to sign off?",
        "B: My boss has the final say.",
    ])
    .decision;
    let decision = decision.unwrap();
    assert_eq!(decision.mentions.len(), 2);
    assert_eq!(decision.asked, [turns(0, 1)]);
}

#[test]
fn hesitation_is_counted_by_side() {
    let measures = measured(&["S: Um, it is, you know, fast.", "B: Maybe. I think so"]);
    let (seller, buyer) = (
        measures.seller_hesitation.unwrap(),
        measures.buyer_hesitation.unwrap(),
    );
    assert!((seller.fillers.unwrap() - 100.0 * 2.0 / 6.0).abs() < 1e-9);
    assert_eq!((buyer.hedges, buyer.fillers), (Some(50.0), Some(0.0)));
}

#[test]
fn other_languages_have_no_words_but_shares_and_times() {
    let call = in_language(
        call(&["S: Um, was kostet das? $5", "B: I am not interested"]),
        "de-AT",
    );
    let measures = Meter::default().measure(call.whole());
    assert!(measures.talk.seller_share.is_some());
    for name in [
        MeasureName::SellerQuestions,
        MeasureName::SellerFillers,
        MeasureName::BuyerSentiment,
        MeasureName::NextStepAgreed,
        MeasureName::PriceMentioned,
        MeasureName::Objections,
        MeasureName::DecisionMentions,
    ] {
        assert_eq!(measures.value(name), None, "{name}");
        assert!(measures.evidence(name).is_empty(), "{name}");
    }
    for tag in ["en", "EN-gb", "en_US", "English", ""] {
        let call = in_language(self::call(&["S: What is it?"]), tag);
        assert!(
            Meter::default().measure(call.whole()).questions.is_some(),
            "{tag}"
        );
    }
}

#[test]
fn offers_are_shares_of_the_amount_where_it_is_known() {
    let haggle = call(&[
        "S: That is $14,400 for the year.",
        "B: We could do 10.8k.",
        "S: 12,960, and 30 days to pay?",
        "B: Let me think about it.",
    ]);
    let of_amount = |amount| {
        let known = Metadata {
            amount,
            ..Metadata::default()
        };
        Meter::default().measure(haggle.clone().with_metadata(known).whole())
    };
    let measures = of_amount(Some(14_400.0));
    for (name, share, said) in [
        (MeasureName::BuyerOffer, 0.75, turns(1, 2)),
        (MeasureName::SellerOffer, 0.9, turns(2, 3)),
    ] {
        let value = measures.value(name).unwrap();
        assert!((value - share).abs() < 1e-12, "{name} {value}");
        assert_eq!(measures.evidence(name), [said], "{name}");
        assert_eq!(of_amount(None).value(name), None, "{name}");
        assert_eq!(of_amount(Some(1e6)).value(name), None, "{name}");
    }
}

#[test]
fn what_is_found_cites_where_and_what_is_not_cites_all() {
    let measures = measured(&[
        "S: How is it done today? Do you like it?",
        "B: Um, maybe it costs $5. What is it?",
        "S: Shall we schedule a demo?",
        "B: It is too expensive.",
    ]);
    for (name, expected) in [
        (MeasureName::SellerOpenQuestions, vec![turns(0, 1)]),
        (MeasureName::SellerQuestions, vec![turns(0, 1), turns(2, 3)]),
        (MeasureName::SellerProbingQuestions, vec![turns(0, 4)]),
        (MeasureName::BuyerQuestions, vec![turns(1, 2)]),
        (MeasureName::BuyerFillers, vec![turns(1, 2)]),
        (MeasureName::BuyerHedges, vec![turns(1, 2)]),
        (MeasureName::NextStepProposed, vec![turns(2, 3)]),
        (MeasureName::PriceMentioned, vec![turns(1, 2), turns(3, 4)]),
        (MeasureName::PriceFirstAt, vec![turns(1, 2)]),
        (MeasureName::PriceObjections, vec![turns(3, 4)]),
        (MeasureName::TrustObjections, vec![turns(0, 4)]),
        (MeasureName::DiscountFirstAt, vec![]),
    ] {
        assert_eq!(measures.evidence(name), expected, "{name}");
    }
}
