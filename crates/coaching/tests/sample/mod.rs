//! Calls that were made up, to explain them.

#![allow(
    dead_code,
    clippy::indexing_slicing,
    reason = "the tests and the example each take some of it"
)]

mod computed;

use upturn_coaching::{
    ComparableCalls, Explanation, ExplanationParts, Meter, Moved, NeighbourShares, RuleLift, Rules,
    Trajectory, WhatMovedIt,
};
use upturn_core::retrieval::SaidNext;
use upturn_core::{
    Conversation, ConversationId, Doubt, Metadata, Prediction, Prefix, Speaker, Support, Turn,
    TurnRange, Verdict,
};
use upturn_predict::Offer;

use computed::{
    comparables, logits, moved, neighbour_shares, prediction, standings, waypoint, words,
};

const CALL: &[(Speaker, &str)] = &[
    (
        Speaker::Seller,
        "Hi Ana, thanks for taking the time. How do you plan your routes today?",
    ),
    (
        Speaker::Buyer,
        "By hand, two people, every morning. It takes them about three hours.",
    ),
    (Speaker::Seller, "And what happens when a van breaks down?"),
    (
        Speaker::Buyer,
        "Then we start over. Last month that was six times, honestly it is a mess.",
    ),
    (
        Speaker::Seller,
        "With Routely a new plan takes a minute. Shall I show you on your own vans?",
    ),
    (Speaker::Buyer, "Sure. But what does it cost?"),
    (
        Speaker::Seller,
        "It is $40 a month for each van, so $1,200 for your thirty.",
    ),
    (
        Speaker::Buyer,
        "That is too expensive for us. We pay nothing today.",
    ),
    (
        Speaker::Seller,
        "I see. Two people for three hours a morning: what does that cost you in a month?",
    ),
    (
        Speaker::Buyer,
        "More than that, I guess. I would have to check with my manager.",
    ),
    (Speaker::Seller, "Of course."),
    (Speaker::Buyer, "Let me think about it."),
];

/// A call of twelve turns with everything there is to say of it.
pub fn usual() -> Explanation {
    explain(&conversation("call-7101", CALL), None)
}

/// The same after its first turns.
pub fn live(turns: usize) -> Explanation {
    explain(&conversation("call-7101", CALL), Some(turns))
}

/// The same where nothing that is known is like it.
pub fn unlike_all() -> Explanation {
    let call = conversation("call-7101", CALL);
    let mut prediction = prediction(call.whole(), -0.5);
    prediction.verdict = Verdict::Unsure;
    prediction.doubts = vec![Doubt::NothingLikeIt {
        familiarity: 0.21,
        usual: 0.63,
    }];
    let comparables = comparables(call.turns().len());
    explain_predicted(call.whole(), prediction, &[], (comparables, &[]))
}

/// The usual call where these rules are worth so much on labelled calls.
pub fn weighed(lifts: &[RuleLift]) -> Explanation {
    let call = conversation("call-7101", CALL);
    let known = (comparables(call.turns().len()), lifts);
    let prediction = prediction(call.whole(), -0.5);
    explain_predicted(call.whole(), prediction, &[], known)
}

/// A haggle for a deal of 14,400.
pub fn haggle() -> Explanation {
    let said = [
        (Speaker::Seller, "That is 14.4k for the year."),
        (Speaker::Buyer, "Too expensive. We could do $10,800."),
        (Speaker::Seller, "Would you sign for 12,960?"),
        (Speaker::Buyer, "I have to think about it."),
    ];
    explain(&conversation("haggle", &said), None)
}

/// One turn, and nothing else is known.
pub fn tiny() -> Explanation {
    let call = conversation("t", &[(Speaker::Seller, "Hello?")]).with_metadata(Metadata::default());
    let measures = Meter::default().measure(call.whole());
    let mut prediction = prediction(call.whole(), -0.1);
    prediction.interval = None;
    prediction.verdict = Verdict::Unsure;
    prediction.doubts = vec![Doubt::NothingLikeIt {
        familiarity: 0.21,
        usual: 0.63,
    }];
    prediction.outcome_sets = Vec::new();
    prediction.evidence = Vec::new();
    prediction.support = Support::of(&[]);
    Explanation::of(ExplanationParts {
        prefix: call.whole(),
        prediction,
        trajectory: Trajectory::default(),
        moved: WhatMovedIt::default(),
        words: &[],
        neighbour_shares: NeighbourShares::default(),
        offers: &[],
        comparables: ComparableCalls::default(),
        measures: &measures,
        standings: Vec::new(),
        judgement: rules().judge(&measures, call.metadata()),
        lifts: &[],
    })
}

/// A call of many turns.
pub fn long(turns: usize) -> Explanation {
    let said: Vec<(Speaker, &str)> = CALL.iter().cycle().take(turns).copied().collect();
    explain(&conversation("a-long-call", &said), None)
}

/// A call, and calls like it, in which every text is this one.
pub fn saying(text: &str) -> Explanation {
    let turns = [
        (Speaker::Seller, text),
        (Speaker::Buyer, text),
        (Speaker::Seller, text),
        (Speaker::Buyer, text),
    ];
    let call = conversation(&format!("c {text}"), &turns);
    let mut comparables = comparables(4);
    for other in comparables.won.iter_mut().chain(&mut comparables.lost) {
        other.id = ConversationId::new(format!("o {text}")).unwrap();
        text.clone_into(&mut other.text);
        other.said_next = Some(SaidNext {
            turns: range(6, 8),
            text: text.to_owned(),
        });
        if let Some(parted) = &mut other.parted {
            text.clone_into(&mut parted.text);
        }
    }
    explain_beside(&call, None, comparables)
}

/// A call of these texts and ranges, whatever they are; none if nothing was said.
pub fn arbitrary(texts: &[String], ranges: &[(usize, usize)], logit: f64) -> Option<Explanation> {
    let by = |at: usize| [Speaker::Seller, Speaker::Buyer, Speaker::Other][at % 3];
    let turns = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Turn::new(by(at), text))
        .collect();
    let call = Conversation::new(ConversationId::new("c").unwrap(), turns).ok()?;
    let measures = Meter::default().measure(call.whole());
    let mut prediction = prediction(call.whole(), logit);
    let mut comparables = comparables(texts.len());
    let mut moved = WhatMovedIt::default();
    for (at, (start, length)) in ranges.iter().enumerate() {
        let turns = range(*start, start + length);
        moved.moments.push(Moved {
            turns,
            logit: logit / (at + 1) as f64,
        });
        for call in &mut comparables.won {
            (call.here, call.there) = (turns, turns);
            call.text.clone_from(&texts[at % texts.len()]);
        }
        for near in prediction.evidence.iter_mut().skip(at) {
            near.turns = turns;
        }
    }
    Some(Explanation::of(ExplanationParts {
        prefix: call.whole(),
        prediction,
        trajectory: Trajectory::default(),
        moved,
        words: &words(),
        neighbour_shares: neighbour_shares(),
        offers: &Offer::all(call.whole()).unwrap_or_default(),
        comparables,
        standings: standings(&measures),
        judgement: rules().judge(&measures, call.metadata()),
        lifts: &[],
        measures: &measures,
    }))
}

fn conversation(id: &str, said: &[(Speaker, &str)]) -> Conversation {
    let turns = said
        .iter()
        .map(|(by, text)| Turn::new(*by, *text))
        .collect();
    let known = Metadata {
        stage: Some("Demo".to_owned()),
        industry: Some("Logistics".to_owned()),
        amount: Some(14_400.0),
        ..Metadata::default()
    };
    Conversation::new(ConversationId::new(id).unwrap(), turns)
        .unwrap()
        .with_metadata(known)
}

fn rules() -> Rules {
    Rules::from_toml(Rules::DEFAULT).unwrap()
}

pub fn range(start: usize, end: usize) -> TurnRange {
    TurnRange { start, end }
}

fn explain(call: &Conversation, turns: Option<usize>) -> Explanation {
    let known = turns.unwrap_or(call.turns().len());
    explain_beside(call, turns, comparables(known))
}

fn explain_beside(
    call: &Conversation,
    turns: Option<usize>,
    comparables: ComparableCalls,
) -> Explanation {
    let prefix = turns.map_or(call.whole(), |turns| Prefix::first(call, turns));
    let logits = logits(prefix.turns().len());
    let prediction = prediction(prefix, logits.last().copied().unwrap_or_default());
    explain_predicted(prefix, prediction, &logits, (comparables, &[]))
}

fn explain_predicted(
    prefix: Prefix<'_>,
    prediction: Prediction,
    logits: &[f64],
    (comparables, lifts): (ComparableCalls, &[RuleLift]),
) -> Explanation {
    let measures = Meter::default().measure(prefix);
    Explanation::of(ExplanationParts {
        prefix,
        prediction,
        trajectory: Trajectory(
            logits
                .iter()
                .enumerate()
                .map(|(at, logit)| waypoint(at + 1, *logit))
                .collect(),
        ),
        moved: moved(prefix.turns().len()),
        words: &words(),
        neighbour_shares: neighbour_shares(),
        offers: &Offer::all(prefix).unwrap_or_default(),
        comparables,
        standings: standings(&measures),
        judgement: rules().judge(&measures, prefix.conversation().metadata()),
        lifts,
        measures: &measures,
    })
}
