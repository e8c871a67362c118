//! A report of calls that were made up.

use super::*;

pub(super) fn plan() -> Bootstrap {
    Bootstrap::new(40, 0.95, 3).unwrap()
}

/// A method's runs: what is true to a power, with three calls to an account.
pub(super) fn at(prefix: f64, rows: &[(f64, bool)], powers: &[f64]) -> AtPrefix {
    let run = |power: &f64| {
        let rows = rows.iter().enumerate();
        Predictions::new(
            rows.map(|(id, &(p, won))| row(id, id / 3, p.powf(*power), won))
                .collect(),
        )
        .unwrap()
    };
    AtPrefix {
        prefix,
        runs: Runs::new(powers.iter().map(run).collect()).unwrap(),
    }
}

pub(super) fn builder(rows: &[(f64, bool)]) -> ReportBuilder {
    let ours = vec![at(0.5, rows, &[1.0, 1.1]), at(1.0, rows, &[1.0, 0.9])];
    ReportBuilder::new("Calls of <spring> & \"autumn\"", "upturn", ours)
        .with_bootstrap(plan())
        .with_baseline(
            "bag_of_words",
            vec![at(1.0, rows, &[2.0]), at(0.5, rows, &[3.0])],
        )
        .with_baseline("length", vec![at(1.0, rows, &[6.0])])
}

/// Sets and doubts of the rows.
fn trust(rows: &[(f64, bool)]) -> Trust {
    let said = |(place, (p, won)): (usize, &(f64, bool))| Said {
        group: format!("account-{}", place / 3),
        won: *won,
        probability: Probability::new(*p).unwrap(),
        sets: vec![OutcomeSet {
            coverage: 0.9,
            won: *p > 0.3,
            lost: *p < 0.6,
        }],
        doubts: if (0.4..0.6).contains(p) {
            vec![Doubt::NearTheLine]
        } else {
            Vec::new()
        },
    };
    let said: Vec<Said> = rows.iter().enumerate().map(said).collect();
    Trust::of(1.0, &said, &plan())
}

/// A field with two segments.
pub(super) fn segments(field: &str, names: [&str; 2]) -> Segments {
    let segment = |name: &str, calls, p_value| Segment {
        name: name.to_owned(),
        calls,
        groups: calls - 3,
        probability: 0.4137,
        won: Estimate {
            value: 0.5219,
            low: 0.3341,
            high: 0.9613,
        },
        p_value,
        verdict: "too low, may be chance".to_owned(),
    };
    Segments {
        field: field.to_owned(),
        prefix: 1.0,
        without: 17,
        segments: vec![segment(names[0], 41, 0.0613), segment(names[1], 29, 0.7391)],
    }
}

/// How it was made, all of it.
fn protocol() -> Protocol {
    Protocol {
        command: Some("upturn evaluate --data a'b.jsonl".to_owned()),
        data_fingerprint: Some("712cbe5e".to_owned()),
        encoder: Some("tiny (a94d70aa)".to_owned()),
        recipe: Some("recipe `joint` for 300 labelled calls".to_owned()),
        settings: Some(serde_json::json!({"epochs": "two"})),
        program: Some("upturn 0.1.0".to_owned()),
        folds: Some(5),
        seeds: vec![0, 1],
        seconds: Some(12.5),
        machine: Some("2 cores".to_owned()),
        ..Protocol::default()
    }
}

/// A report with every section.
pub(super) fn whole() -> Report {
    let rows = calibrated(90, 3);
    let query = |at: usize| RankedQuery {
        group: format!("account-{}", at / 3),
        same_outcome: (0..6).map(|rank| !(at + rank).is_multiple_of(3)).collect(),
        base_rate: 0.5125,
        same_situation: Some(SameSituation {
            found: (0..6).map(|rank| (at * rank) % 5 == 4).collect(),
            alike: 7,
            candidates: 31,
        }),
    };
    let queries: Vec<_> = (0..40).map(query).collect();
    let point = |calls: u64| {
        let auc = 0.8 - 0.9 / (calls as f64).sqrt();
        CurvePoint {
            calls,
            replicates: vec![auc - 0.002, auc, auc + 0.003],
        }
    };
    let points = [50, 100, 200, 400].map(point);
    let vectors: Vec<[f32; 3]> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| [f32::from(u8::from(row.1)), at as f32 % 7.0, 1.0])
        .collect();
    let won: Vec<bool> = rows.iter().map(|row| row.1).collect();
    let projection = Projection::of(&vectors).unwrap();
    builder(&rows)
        .with_protocol(protocol())
        .with_trust(trust(&rows))
        .with_segments(segments("deal_<stage>", ["demo", "close"]))
        .with_retrieval(
            RetrievalQuality::of(&queries, 5, &plan())
                .unwrap()
                .with_situation("list_<price>"),
        )
        .with_generic_retrieval(RetrievalQuality::of(&queries, 3, &plan()).unwrap())
        .with_duel("bag_of_words", "length")
        .with_learning_curve(
            LearningCurve::fit(Metric::Auc, &points, &[400, 2000], &plan()).unwrap(),
        )
        .with_embedding_map(
            EmbeddingMap::default()
                .with_view("before", &projection, &won)
                .with_view("after", &projection, &won),
        )
        .build()
        .unwrap()
}
