//! Calls that were made up, to explain them.

#![allow(
    dead_code,
    clippy::indexing_slicing,
    reason = "the tests and the example each take some of it"
)]

use upturn_coaching::{
    AlignedMoments, Among, ComparableCall, ComparableCalls, Estimate, Explanation,
    ExplanationParts, MeasureName, Measures, Meter, Moved, Parting, Rules, Scope, Spread, Standing,
    Trajectory, Waypoint, WhatMovedIt,
};
use upturn_core::retrieval::SaidNext;
use upturn_core::{
    Conversation, ConversationId, Doubt, Evidence, Fingerprint, Interval, Outcome, OutcomeSet,
    Part, PartName, Prediction, Prefix, Probability, Speaker, Support, Turn, TurnRange, Verdict,
};
use upturn_predict::TermLogit;

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

/// One turn, and nothing else is known.
pub fn tiny() -> Explanation {
    let call = conversation("t", &[(Speaker::Seller, "Hello?")]);
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
        comparables: ComparableCalls::default(),
        measures: &measures,
        standings: Vec::new(),
        judgement: rules().judge(&measures, call.metadata()),
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
        comparables,
        standings: standings(&measures),
        judgement: rules().judge(&measures, call.metadata()),
        measures: &measures,
    }))
}

fn conversation(id: &str, said: &[(Speaker, &str)]) -> Conversation {
    let turns = said
        .iter()
        .map(|(by, text)| Turn::new(*by, *text))
        .collect();
    Conversation::new(ConversationId::new(id).unwrap(), turns).unwrap()
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
    let measures = Meter::default().measure(prefix);
    let known = prefix.turns().len();
    let logits = logits(known);
    Explanation::of(ExplanationParts {
        prefix,
        prediction: prediction(prefix, logits.last().copied().unwrap_or_default()),
        trajectory: Trajectory(
            logits
                .iter()
                .enumerate()
                .map(|(at, logit)| waypoint(at + 1, *logit))
                .collect(),
        ),
        moved: moved(known),
        words: &words(),
        comparables,
        standings: standings(&measures),
        judgement: rules().judge(&measures, call.metadata()),
        measures: &measures,
    })
}

/// The logit after each turn; it goes down after two thirds.
fn logits(turns: usize) -> Vec<f64> {
    let share = |at: usize| (at + 1) as f64 / turns.max(1) as f64;
    let wave = |at: usize| 0.25 * (at as f64 * 1.7).sin();
    let course = |at: usize| {
        if share(at) < 0.6 {
            1.4 * share(at)
        } else {
            0.84 - 3.2 * (share(at) - 0.6)
        }
    };
    (0..turns).map(|at| course(at) + wave(at)).collect()
}

fn probability(logit: f64) -> Probability {
    Probability::from_logit(logit)
}

fn waypoint(turns: usize, logit: f64) -> Waypoint {
    let half = 0.9 / (turns as f64).sqrt() + 0.15;
    Waypoint {
        turns,
        probability: probability(logit),
        interval: (turns > 1).then(|| Interval {
            low: probability(logit - half),
            high: probability(logit + half),
        }),
        logit,
        verdict: if logit.abs() < half {
            Verdict::Unsure
        } else if logit > 0.0 {
            Verdict::Won
        } else {
            Verdict::Lost
        },
    }
}

fn prediction(prefix: Prefix<'_>, logit: f64) -> Prediction {
    let last = waypoint(prefix.turns().len().max(2), logit);
    let shares = [-0.14, 0.52, -0.61, -0.33, 0.06];
    let calibration = logit - shares.iter().sum::<f64>();
    let names = [
        PartName::BaseRate,
        PartName::Words,
        PartName::EncoderHead,
        PartName::Neighbours,
        PartName::Shape,
        PartName::Calibration,
    ];
    let evidence = neighbours();
    Prediction {
        probability: last.probability,
        interval: last.interval,
        logit,
        parts: names
            .into_iter()
            .zip(shares.into_iter().chain([calibration]))
            .map(|(name, logit)| Part { name, logit })
            .collect(),
        verdict: last.verdict,
        doubts: if last.verdict == Verdict::Unsure {
            vec![
                Doubt::NearTheLine,
                Doubt::NeighboursDisagree { won_share: 0.33 },
            ]
        } else {
            Vec::new()
        },
        outcome_sets: vec![
            OutcomeSet {
                coverage: 0.8,
                won: false,
                lost: true,
            },
            OutcomeSet {
                coverage: 0.9,
                won: true,
                lost: true,
            },
        ],
        support: Support::of(&evidence),
        evidence,
        fingerprint: Fingerprint::new("0123456789abcdef0123456789abcdef"),
    }
}

fn neighbours() -> Vec<Evidence> {
    let near = |(at, outcome): (usize, Outcome)| Evidence {
        id: ConversationId::new(format!("n-{at}")).unwrap(),
        outcome,
        score: 0.9 - 0.02 * at as f32,
        turns: range(4, 8),
        text: "seller: It is forty a van.\nbuyer: We have no budget for that this year.".to_owned(),
    };
    let outcomes = [
        Outcome::Lost,
        Outcome::Won,
        Outcome::Lost,
        Outcome::Lost,
        Outcome::Won,
        Outcome::Lost,
    ];
    outcomes.into_iter().enumerate().map(near).collect()
}

fn moved(turns: usize) -> WhatMovedIt {
    let of = |start: usize, end: usize| Moved {
        turns: range(start, end),
        logit: 0.6 * (start as f64 * 1.3 + 0.4).sin() * if end - start > 1 { 1.0 } else { 0.4 },
    };
    if turns < 2 {
        return WhatMovedIt::default();
    }
    WhatMovedIt {
        moments: (0..turns)
            .step_by(4)
            .map(|start| of(start, (start + 4).min(turns)))
            .collect(),
        turns: (0..turns).map(|start| of(start, start + 1)).collect(),
    }
}

fn words() -> [TermLogit; 5] {
    [
        ("buyer_too buyer_expensive", -0.31),
        ("routes", 0.22),
        ("buyer_sure", 0.18),
        ("?", 0.12),
        ("sure", 0.1),
    ]
    .map(|(term, logit)| TermLogit {
        term: term.to_owned(),
        logit,
    })
}

fn comparables(turns: usize) -> ComparableCalls {
    let here = range(turns.saturating_sub(8), turns.saturating_sub(4).max(1));
    let call = |id: &str, outcome, score, next: Option<&str>| {
        ComparableCall {
        id: ConversationId::new(id).unwrap(),
        outcome,
        score,
        here,
        there: range(2, 6),
        text: "buyer: Honestly that is a lot of money.\nseller: Compared with what?\nbuyer: With doing it by hand.".to_owned(),
        said_next: next.map(|text| SaidNext { turns: range(6, 8), text: text.to_owned() }),
        aligned: vec![AlignedMoments { here: range(0, here.start.max(1)), there: range(0, 2), score: 0.71 }, AlignedMoments { here, there: range(2, 6), score }],
        parted: Some(Parting { here: range(turns.saturating_sub(4), turns), there: range(6, 10), score: 0.31, text: "seller: Let us put numbers to it together.\nbuyer: Fine, Tuesday at ten.".to_owned() }),
    }
    };
    ComparableCalls {
        won: vec![
            call(
                "call-2210",
                Outcome::Won,
                0.91,
                Some(
                    "How long do your two planners need in a week? Let us put numbers to it together.",
                ),
            ),
            call(
                "call-0034",
                Outcome::Won,
                0.87,
                Some("I would like your manager to see it. Does Tuesday at ten work?"),
            ),
            call("call-1977", Outcome::Won, 0.82, None),
        ],
        lost: vec![call(
            "call-5120",
            Outcome::Lost,
            0.9,
            Some("We could do it for half."),
        )],
    }
}

fn standings(measures: &Measures) -> Vec<Standing> {
    let among = |calls: usize, value: f64, mean: f64| Among {
        spread: Spread {
            calls,
            groups: calls / 2,
            mean,
            p25: mean * 0.8,
            median: mean,
            p75: mean * 1.2,
        },
        quantile: Estimate {
            value,
            low: (value - 0.07).max(0.0),
            high: (value + 0.07).min(1.0),
        },
    };
    let wanted = Scope {
        stage: Some("demo".to_owned()),
        industry: Some("logistics".to_owned()),
    };
    let scope = Scope {
        industry: None,
        ..wanted.clone()
    };
    [
        (MeasureName::TalkShare, 0.88, 0.55, 0.47),
        (MeasureName::SellerOpenQuestions, 0.4, 0.45, 3.0),
        (MeasureName::NextStepAgreed, 0.2, 0.45, 0.62),
    ]
    .into_iter()
    .filter_map(|(measure, won, lost, mean)| {
        let value = measures.value(measure)?;
        let (won, lost) = (among(120, won, mean), among(98, lost, mean * 0.7));
        Some(Standing {
            measure,
            value,
            wanted: wanted.clone(),
            scope: scope.clone(),
            won,
            lost,
        })
    })
    .collect()
}
