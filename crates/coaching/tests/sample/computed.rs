//! What would have been computed of the calls.

use upturn_coaching::{
    AlignedMoments, Among, ComparableCall, ComparableCalls, Estimate, MeasureName, Measures, Moved,
    NeighbourShare, NeighbourShares, Parting, Scope, Spread, Standing, Waypoint, WhatMovedIt,
};
use upturn_core::retrieval::SaidNext;
use upturn_core::{
    ConversationId, Doubt, Evidence, Fingerprint, Interval, Outcome, OutcomeSet, Part, PartName,
    Prediction, Prefix, Probability, Support, Verdict,
};
use upturn_predict::TermLogit;

use super::range;

/// The logit after each turn; it goes down after two thirds.
pub(super) fn logits(turns: usize) -> Vec<f64> {
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

pub(super) fn probability(logit: f64) -> Probability {
    Probability::from_logit(logit)
}

pub(super) fn waypoint(turns: usize, logit: f64) -> Waypoint {
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

pub(super) fn prediction(prefix: Prefix<'_>, logit: f64) -> Prediction {
    let last = waypoint(prefix.turns().len().max(2), logit);
    let shares = [-0.14, 0.52, -0.61, -0.33, 0.06, 0.17];
    let calibration = logit - shares.iter().sum::<f64>();
    let names = [
        PartName::BaseRate,
        PartName::Words,
        PartName::EncoderHead,
        PartName::Neighbours,
        PartName::Shape,
        PartName::Metadata,
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

pub(super) fn neighbours() -> Vec<Evidence> {
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

pub(super) fn moved(turns: usize) -> WhatMovedIt {
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

pub(super) fn words() -> [TermLogit; 5] {
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

pub(super) fn comparables(turns: usize) -> ComparableCalls {
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

pub(super) fn standings(measures: &Measures) -> Vec<Standing> {
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

/// What the neighbours of [`prediction`] add to its part of -0.33, the nearest most.
pub(super) fn neighbour_shares() -> NeighbourShares {
    let share = |(at, near): (usize, &Evidence)| NeighbourShare {
        conversation: near.id.clone(),
        outcome: near.outcome,
        logit: match near.outcome {
            Outcome::Won => 0.12,
            Outcome::Lost => -0.2,
        } / (1.0 + 0.2 * at as f64),
    };
    let calls: Vec<NeighbourShare> = neighbours().iter().enumerate().map(share).collect();
    let voted: f64 = calls.iter().map(|it| it.logit).sum();
    NeighbourShares {
        calls,
        rest: -0.33 - voted,
    }
}
