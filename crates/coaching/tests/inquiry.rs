//! What answers to questions hold.

#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "helpers of tests are no tests to the lints"
)]

mod sample;

use upturn_coaching::{About, CitedAnswer, Inquiry, ObjectionKind, Reason, Source};
use upturn_core::{ConversationId, PartName, Speaker, Turn};
use upturn_core::{Document, DocumentKind, DocumentMetadata, Outcome, ScoredDocument};

fn found(id: &str, text: &str, outcome: Outcome) -> ScoredDocument {
    let metadata = DocumentMetadata {
        kind: DocumentKind::Moment,
        conversation: ConversationId::new(id).unwrap(),
        turns: sample::range(2, 4),
        account: id.to_owned(),
        outcome: Some(outcome),
        rep: None,
        stage: None,
        industry: None,
        amount: None,
        date: None,
        language: None,
    };
    let page_content = text.to_owned();
    ScoredDocument {
        document: Document {
            page_content,
            metadata,
        },
        score: 0.8,
    }
}

fn ask(question: &str) -> CitedAnswer {
    let found = [
        found(
            "x-1",
            "seller: It is $40.\nbuyer: That is too expensive for us.",
            Outcome::Lost,
        ),
        found(
            "x-2",
            "seller: It is too expensive for us to visit.\nbuyer: Fine, I see.",
            Outcome::Won,
        ),
        found(
            "call-7101",
            "buyer: That is too expensive for us.",
            Outcome::Lost,
        ),
    ];
    let answer = sample::usual().answer(question, &found);
    let cited: Vec<_> = answer
        .sentences
        .iter()
        .flat_map(|it| &it.evidence)
        .collect();
    assert!(
        cited
            .iter()
            .all(|id| answer.evidence.iter().any(|it| it.id == **id)),
        "a citation is missing"
    );
    assert!(
        answer.evidence.iter().all(|it| cited.contains(&&it.id)),
        "one is not cited"
    );
    answer
}

#[test]
fn questions_are_understood_by_their_words() {
    let price = Inquiry::WhoElseObjected {
        about: Some(ObjectionKind::Price),
    };
    for (question, inquiry) in [
        ("Why might this deal stall?", Inquiry::WhyStall),
        ("what could make us lose it", Inquiry::WhyStall),
        (
            "What did calls that won do differently here?",
            Inquiry::WhatWonCallsDid,
        ),
        ("who else objected to price like this?", price),
        (
            "Which other buyers had objections?",
            Inquiry::WhoElseObjected { about: None },
        ),
        (
            "Show me calls like it that we won.",
            Inquiry::CallsLikeIt {
                outcome: Some(Outcome::Won),
            },
        ),
        (
            "are there similar deals?",
            Inquiry::CallsLikeIt { outcome: None },
        ),
        ("What should I ask next?", Inquiry::WhatNext),
        ("", Inquiry::Other),
        ("Where was the weather mentioned?", Inquiry::Other),
        ("¿Por qué?", Inquiry::Other),
    ] {
        assert_eq!(Inquiry::of(question), inquiry, "{question}");
    }
}

#[test]
fn why_it_might_stall_tells_only_what_speaks_for_lost() {
    let answer = ask("Why might this deal stall?");
    assert!(answer.sentences.len() > 3);
    assert!(
        answer
            .sentences
            .iter()
            .skip(1)
            .all(|it| !it.text.contains("for won"))
    );
}

#[test]
fn why_it_might_stall_leaves_no_warning_out_for_a_small_part_of_the_logit() {
    let mut call = sample::usual();
    let part = |reason: &&Reason| reason.logit.is_some_and(|it| it < 0.0);
    let small = call.reasons.iter().find(part).unwrap().clone();
    let warned: Vec<String> = call
        .reasons
        .iter()
        .filter(|it| matches!(it.about, About::Warning { .. }))
        .map(|it| it.sentence.text.clone())
        .collect();
    assert!(!warned.is_empty());
    call.reasons.splice(0..0, std::iter::repeat_n(small, 9));
    let answer = call.answer("Why might this deal stall?", &[]);
    let told = |text: &String| answer.sentences.iter().any(|it| it.text == *text);
    assert!(warned.iter().take(4).all(told), "{warned:?}");
}

#[test]
fn what_won_calls_did_cites_won_calls() {
    let answer = ask("What did calls that won do differently here?");
    let texts: String = answer.sentences.iter().map(|it| it.text.as_str()).collect();
    assert!(
        texts.contains("call-2210")
            && texts.contains("went another way")
            && !texts.contains("call-5120")
    );
    let is_lost = |source: &Source| {
        matches!(
            source,
            Source::Said {
                outcome: Some(Outcome::Lost),
                ..
            }
        )
    };
    assert!(!answer.evidence.iter().any(|it| is_lost(&it.source)));
}

#[test]
fn calls_like_it_are_those_of_the_outcome_that_was_asked_for() {
    let ended = |answer: &CitedAnswer, wanted: Outcome| {
        let mut sources = answer.evidence.iter().map(|it| &it.source);
        sources.any(
            |source| matches!(source, Source::Said { outcome: Some(got), .. } if *got == wanted),
        )
    };
    let won = ask("Show me calls like it that we won.");
    assert!(ended(&won, Outcome::Won) && !ended(&won, Outcome::Lost));
    let lost = ask("Show me calls like it that were lost.");
    assert!(ended(&lost, Outcome::Lost) && !ended(&lost, Outcome::Won));
    let either = ask("Show me similar calls.").sentences.len();
    assert_eq!(either, won.sentences.len() + lost.sentences.len());
}

#[test]
fn what_next_is_what_to_do_and_to_ask() {
    let usual = sample::usual();
    let told: Vec<&str> = usual
        .actions
        .iter()
        .chain(&usual.questions)
        .map(|it| it.text.as_str())
        .collect();
    let answer = ask("What should I ask next?");
    assert!(!answer.sentences.is_empty());
    assert!(
        answer
            .sentences
            .iter()
            .all(|it| told.contains(&it.text.as_str()))
    );
}

#[test]
fn who_else_objected_lists_buyers_who_do_and_counts_the_rest() {
    let answer = ask("Who else objected to price like this?");
    let texts: Vec<&str> = answer.sentences.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert_eq!(
        *texts.first().unwrap(),
        "Of 1 other call found in which the buyer objects so, 0 were won."
    );
    let quoted = "`x-1` (lost), turns 3-4: “That is too expensive for us.”";
    assert!(texts.get(1).unwrap().ends_with(quoted), "{texts:?}");
    assert!(texts.last().unwrap().starts_with("In 1 more"));
    assert!(
        !texts.concat().contains("call-7101"),
        "this call is no other"
    );
}

#[test]
fn what_others_may_have_objected_is_looked_for_by_what_this_buyer_objects() {
    let call = sample::usual();
    let own = call.looks_for("Who else objected to price like this?");
    assert_eq!(own.text, "That is too expensive for us.");
    let turn = |turn: &&Turn| turn.speaker == Speaker::Buyer && turn.text.starts_with(&own.text);
    assert!(
        call.transcript
            .iter()
            .any(|it| turn(&it) && it.text != own.text),
        "the sentence, not the turn"
    );
    let not_here = "Who else objected to a competitor?";
    let asked = call.looks_for(not_here);
    assert_eq!(
        (asked.text.as_str(), asked.moments),
        (not_here, own.moments)
    );
    let other = "Why might this deal stall?";
    let asked = call.looks_for(other);
    assert_eq!(asked.text, other);
    assert!(asked.moments < own.moments, "only some object");
}

#[test]
fn who_objects_as_this_buyer_does_not_is_told_as_such() {
    let trust = "Who else objected to trust like this?";
    let said = "buyer: I don't trust it.";
    let answer = sample::usual().answer(trust, &[found("x-3", said, Outcome::Won)]);
    let texts: Vec<&str> = answer.sentences.iter().map(|it| it.text.as_str()).collect();
    assert!(texts[0].starts_with("In this call the word lists find no such objection"));
    assert!(texts[1].ends_with("objects so, 1 was won."), "{texts:?}");
}

#[test]
fn a_call_that_nothing_speaks_against_says_so() {
    let mut call = sample::usual();
    let general = |it: &Reason| {
        matches!(
            it.about,
            About::Part {
                name: PartName::BaseRate | PartName::Calibration
            }
        )
    };
    call.reasons.retain(general);
    let answer = call.answer("Why might this deal stall?", &[]);
    assert_eq!(answer.sentences.len(), 2);
    assert!(
        answer.sentences[1]
            .text
            .starts_with("Nothing in this call speaks for lost")
    );
}

#[test]
fn anything_else_is_answered_by_what_was_found_or_not_at_all() {
    assert_eq!(ask("Where was the weather mentioned?").sentences.len(), 2);
    let answer = sample::usual().answer("Where was the weather mentioned?", &[]);
    assert!(answer.sentences.is_empty() && answer.evidence.is_empty());
}
