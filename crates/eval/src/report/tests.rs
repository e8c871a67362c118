use std::collections::HashMap;

use serde_json::Value;
use upturn_core::{Doubt, OutcomeSet, Probability};

use super::*;
use crate::sample::{calibrated, row};
use crate::{
    CurvePoint, EvalError, Predictions, Projection, RankedQuery, Runs, Said, SameSituation,
};
use sample::{at, builder, plan, segments, whole};

mod sample;

/// Every number of a value but what is drawn only.
fn numbers(value: &Value, found: &mut Vec<(String, f64)>, path: &str) {
    const DRAWN: [&str; 4] = ["roc", "precision_recall", "lift", "dots"];
    match value {
        Value::Number(number) => found.push((path.to_owned(), number.as_f64().unwrap())),
        Value::Array(values) => values.iter().for_each(|value| numbers(value, found, path)),
        Value::Object(fields) => {
            for (name, value) in fields
                .iter()
                .filter(|(name, _)| !DRAWN.contains(&name.as_str()))
            {
                numbers(value, found, &format!("{path}.{name}"));
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// A whole number with its thousands parted.
fn grouped(number: f64) -> String {
    let whole = format!("{number:.0}");
    whole.parse().map_or(whole, crate::numbers::count)
}

/// How a number may be printed.
fn forms(number: f64) -> [String; 8] {
    [
        format!("{number:.4}"),
        format!("{number:+.4}"),
        format!("{number:+.3}"),
        grouped(number),
        number.to_string(),
        format!("{:.1} %", 100.0 * number),
        format!("{} %", 100.0 * number),
        format!("{number:.1}"),
    ]
}

#[test]
fn every_number_of_the_json_is_on_the_page_and_in_the_markdown() {
    let report = whole();
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["schema"], serde_json::json!({ "version": 2 }));
    let mut found = Vec::new();
    numbers(&json, &mut found, "");
    assert!(found.len() > 300, "{}", found.len());
    let (page, markdown) = (report.to_html(), report.to_markdown());
    for (path, number) in found {
        // The page does not print its own version, and a forecast's value at its size is a difference of three digits.
        if path == ".schema.version" {
            continue;
        }
        assert!(
            forms(number).iter().any(|form| page.contains(form)),
            "{path} {number}"
        );
        if !path.starts_with(".embedding_map") {
            assert!(
                forms(number).iter().any(|form| markdown.contains(form)),
                "{path} {number}"
            );
        }
    }
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    let report = whole();
    let back: Report = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(back, report);
}

#[test]
fn the_page_asks_for_nothing_from_outside_and_runs_nothing() {
    let page = whole().to_html();
    for never in [
        "http:",
        "https:",
        "<script",
        "<link",
        "<img",
        "@import",
        "url(",
        "src=",
        " on",
        "javascript",
    ] {
        let hits = page.match_indices(never).filter(|(at, _)| {
            // ` on` only as an attribute, such as ` onload=`.
            never != " on"
                || page[*at..]
                    .split(['=', ' ', '>', '<'])
                    .nth(1)
                    .is_some_and(|word| page[*at + 1 + word.len()..].starts_with('='))
        });
        assert_eq!(hits.count(), 0, "{never}");
    }
    assert!(
        page.contains("default-src 'none'")
            && page.contains("prefers-color-scheme: dark")
            && page.contains("@media print")
    );
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert_eq!(page.matches("<figure").count(), 10);
}

#[test]
fn names_and_snippets_are_text_and_snippets_come_from_the_caller_only() {
    let rows = calibrated(60, 5);
    let plain = builder(&rows).build().unwrap();
    let id = plain.mistakes[0].id.to_string();
    assert!(
        plain
            .mistakes
            .iter()
            .all(|mistake| mistake.snippet.is_none())
    );
    let hostile = "<script>alert(1)</script> [x](http://y) | z";
    let report = builder(&rows)
        .with_baseline(hostile, vec![at(1.0, &rows, &[1.5])])
        .with_segments(segments(hostile, [hostile, "demo"]))
        .with_snippets(HashMap::from([(id, hostile.to_owned())]))
        .with_protocol(Protocol {
            notes: vec![hostile.to_owned()],
            command: Some(hostile.to_owned()),
            ..Protocol::default()
        })
        .build()
        .unwrap();
    let page = report.to_html();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)"));
    assert!(page.contains("<title>Calls of &lt;spring&gt; &amp; &quot;autumn&quot;</title>"));
    let markdown = report.to_markdown();
    assert!(
        !markdown.contains("<script") && !markdown.contains("http:") && !markdown.contains(") | z")
    );
}

#[test]
fn nothing_is_called_better_whose_interval_includes_zero() {
    let rows = calibrated(600, 5);
    // The same order: no AUC differs.
    let report = builder(&rows).build().unwrap();
    let of = |metric| {
        report.prefixes[0]
            .comparisons
            .iter()
            .find(|one| one.metric == metric)
            .unwrap()
    };
    assert_eq!(of(Metric::Auc).finding, Some(Finding::NotShown));
    let sentence = "not shown to be better than bag of words: the interval of the paired difference [+0.000, +0.000] includes zero";
    assert!(report.to_html().contains(sentence));
    assert!(
        report
            .to_markdown()
            .contains("not shown to be better than bag of words&#58; the interval")
    );
    assert_eq!(of(Metric::Brier).finding, Some(Finding::Better));
    assert!(of(Metric::Brier).difference.unwrap().difference.high < 0.0);
}

#[test]
fn calls_that_all_came_out_alike_make_sentences() {
    for won in [true, false] {
        let rows: Vec<_> = calibrated(20, 1)
            .into_iter()
            .map(|(p, _)| (p, won))
            .collect();
        let report = builder(&rows).build().unwrap();
        assert_eq!(report.metric("upturn", 1.0, Metric::Auc), None);
        assert!(report.curves[0].roc.is_empty());
        let page = report.to_html();
        assert!(page.contains("Not defined: all calls came out alike."));
        assert!(page.contains("not compared with bag of words") && page.contains("not defined"));
        assert!(report.to_markdown().contains("not defined") && !page.contains("NaN"));
    }
}

#[test]
fn one_call_of_one_method_makes_a_page_and_no_prefix_is_an_error() {
    let lone = ReportBuilder::new("One", "upturn", vec![at(1.0, &[(0.2, true)], &[1.0])])
        .with_bootstrap(plan());
    let report = lone.build().unwrap();
    let page = report.to_html();
    assert!(
        page.contains("There is no other method to compare with")
            && !page.contains("NaN")
            && !page.contains("inf")
    );
    assert_eq!(report.mistakes.len(), 1);
    let none = ReportBuilder::new("None", "upturn", Vec::new()).build();
    assert!(matches!(none, Err(EvalError::NoPredictions)));
}

#[test]
fn an_empty_map_and_a_short_learning_curve_say_why_there_is_no_chart() {
    let rows = calibrated(30, 1);
    let none = Projection {
        points: Vec::new(),
        explained: [0.0, 0.0],
    };
    let curve = LearningCurve::fit(Metric::Auc, &[], &[100], &plan()).unwrap();
    let report = builder(&rows)
        .with_embedding_map(EmbeddingMap::default().with_view("before", &none, &[]))
        .with_learning_curve(curve)
        .build()
        .unwrap();
    let page = report.to_html();
    assert!(
        page.contains("There are no calls to draw.")
            && page.contains("it takes at least four sizes")
    );
}

#[test]
fn two_others_are_compared_with_each_other_where_both_were_measured() {
    let report = whole();
    let duels: Vec<usize> = report.prefixes.iter().map(|at| at.duels.len()).collect();
    assert_eq!(duels, [1, 0]);
    let duel = &report.prefixes[0].duels[0];
    assert_eq!(duel.method, "bag_of_words");
    let by_brier = duel
        .comparisons
        .iter()
        .find(|one| one.metric == Metric::Brier)
        .unwrap();
    let found = by_brier.difference.unwrap();
    let of = |method| report.metric(method, 1.0, Metric::Brier).unwrap();
    assert_eq!(found.ours, of("bag_of_words"));
    assert_eq!(found.theirs, of("length"));
    let heading = "bag of words against length at 100 % of the turns";
    assert!(report.to_markdown().contains(heading) && report.to_html().contains(heading));
}

#[test]
fn what_is_not_identified_is_neither_said_nor_drawn() {
    let rows = calibrated(30, 1);
    let point = |calls| CurvePoint {
        calls,
        replicates: vec![0.6, 0.7, 0.8],
    };
    let points = [50, 100, 200, 400].map(point);
    let curve = LearningCurve::fit(Metric::Auc, &points, &[400], &plan()).unwrap();
    let report = builder(&rows).with_learning_curve(curve).build().unwrap();
    let page = report.to_html();
    assert!(page.contains("cannot be said: from the smallest size"));
    assert!(!page.contains("extrapolated") && !page.contains("Fitted:"));
}

#[test]
fn a_report_is_three_files() {
    let folder = tempfile::tempdir().unwrap();
    let report = builder(&calibrated(30, 1)).build().unwrap();
    report.write(folder.path().join("new")).unwrap();
    let mut names: Vec<_> = fs_err::read_dir(folder.path().join("new"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["report.html", "report.json", "report.md"]);
    let file = folder.path().join("file");
    fs_err::write(&file, "").unwrap();
    assert!(matches!(
        report.write(&file),
        Err(EvalError::WriteReport { .. })
    ));
}

#[test]
fn the_curves_of_a_method_agree_with_its_metrics() {
    let rows = calibrated(80, 2);
    let report = ReportBuilder::new("One", "upturn", vec![at(1.0, &rows, &[1.0])])
        .with_bootstrap(plan())
        .build()
        .unwrap();
    let curves = &report.curves[0];
    let area: f64 = curves
        .roc
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]) * f64::midpoint(pair[0][1], pair[1][1]))
        .sum();
    assert!((area - report.metric("upturn", 1.0, Metric::Auc).unwrap().value).abs() < 1e-12);
    let at_tenth = curves
        .lift
        .iter()
        .find(|point| (point[0] - 0.1).abs() < 1e-12)
        .unwrap();
    assert!(
        (at_tenth[1] - report.metric("upturn", 1.0, Metric::Lift).unwrap().value).abs() < 1e-12
    );
    let gaps = curves
        .calibration
        .iter()
        .map(|bin| bin.rows as f64 * (bin.mean_probability - bin.share_won.value).abs());
    assert!(
        (gaps.sum::<f64>() / 80.0 - report.metric("upturn", 1.0, Metric::Ece).unwrap().value).abs()
            < 1e-12
    );
    assert_eq!(
        curves.calibration.iter().map(|bin| bin.rows).sum::<u64>(),
        80
    );
}

#[test]
fn with_one_prefix_every_method_stands_in_the_chart() {
    let rows = calibrated(60, 3);
    let ours = vec![at(1.0, &rows, &[1.0])];
    let mut builder = ReportBuilder::new("calls", "upturn", ours).with_bootstrap(plan());
    for method in 0..8 {
        let said = vec![at(1.0, &rows, &[1.5 + f64::from(method)])];
        builder = builder.with_baseline(format!("method {method}"), said);
    }
    let page = builder.build().unwrap().to_html();
    let circles = page.split("<circle").skip(1);
    let across = circles.filter_map(|circle| {
        circle
            .split("cx=\"")
            .nth(1)?
            .split('"')
            .next()?
            .parse()
            .ok()
    });
    let across: Vec<f64> = across.collect();
    assert!(across.len() > 8, "{}", across.len());
    assert!(
        across.iter().all(|x| (0.0..=380.0).contains(x)),
        "{across:?}"
    );
}

#[test]
fn a_method_that_says_one_number_a_fold_ranks_nothing_and_the_report_says_why() {
    let folds = [4, 10, 15];
    let runs = |says: &dyn Fn(usize, bool) -> f64| {
        let rows = folds
            .iter()
            .enumerate()
            .flat_map(|(fold, won)| (0..20).map(move |at| (fold, at, at < *won)));
        let rows =
            rows.map(|(fold, at, won)| row(20 * fold + at, 20 * fold + at, says(fold, won), won));
        vec![AtPrefix {
            prefix: 1.0,
            runs: Predictions::new(rows.collect()).unwrap().into(),
        }]
    };
    let base_rate = |fold: usize, _| (29 - folds[fold]) as f64 / 40.0;
    let ours = |_, won| if won { 0.7 } else { 0.3 };
    let report = |unranked: &str| {
        let builder = ReportBuilder::new("calls", "upturn", runs(&ours)).with_bootstrap(plan());
        let builder = builder.with_baseline("base_rate", runs(&base_rate));
        builder.with_unranked(unranked).build().unwrap()
    };
    let (right, pooled) = (report("base_rate"), report("length"));
    let of = |report: &Report, metric| report.metric("base_rate", 1.0, metric).unwrap();
    assert!(of(&pooled, Metric::Auc).value < 0.3);
    assert!((of(&right, Metric::Auc).value - 0.5).abs() < 1e-12);
    assert!((of(&right, Metric::Lift).value - 1.0).abs() < 1e-12);
    for metric in [Metric::Brier, Metric::LogLoss, Metric::Ece] {
        assert_eq!(of(&right, metric), of(&pooled, metric), "{metric}");
    }
    assert_eq!(right.curves[1].calibration, pooled.curves[1].calibration);
    assert_eq!(right.curves[1].roc, [[0.0, 0.0], [1.0, 1.0]]);
    let auc = &right.prefixes[0].comparisons[0];
    assert_eq!(auc.metric, Metric::Auc);
    assert!((auc.difference.unwrap().difference.value - 0.5).abs() < 1e-12);
    let why = "The base rate says one number for all calls of a fold";
    assert!(right.to_markdown().contains(why) && right.to_html().contains(why));
    assert!(!pooled.to_markdown().contains(why));
}
