//! The numbers of a report as tables and sentences, which the page and the Markdown both print: [`Section`].

use super::{MethodResult, PrefixResult, Report};
use crate::numbers::{count, interval, measure, percent, signed, signed_interval};
use crate::{Estimate, Finding, Metric};

/// A heading with what stands under it. All texts are as they are: whoever prints them escapes them.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) sentences: Vec<String>,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Section {
    pub(super) fn new<const COLUMNS: usize>(
        title: impl Into<String>,
        head: [&str; COLUMNS],
    ) -> Self {
        Self {
            title: title.into(),
            head: head.map(str::to_owned).to_vec(),
            ..Self::default()
        }
    }
}

/// `75 % of the turns`.
pub(super) fn known(prefix: f64) -> String {
    format!("{} % of the turns", (prefix * 1000.0).round() / 10.0)
}

/// A name for people: `bag_of_words` is `bag of words`.
pub(super) fn named(method: &str) -> String {
    method.replace('_', " ")
}

/// A number and its interval.
pub(super) fn with_interval(estimate: &Estimate) -> String {
    format!("{} {}", measure(estimate.value), interval(estimate))
}

/// A difference and its interval.
pub(super) fn signed_with_interval(estimate: &Estimate) -> String {
    format!("{} {}", signed(estimate.value), signed_interval(estimate))
}

fn better(metric: Metric) -> String {
    let arrow = if metric.higher_is_better() {
        "↑"
    } else {
        "↓"
    };
    format!("{} {arrow}", metric.name())
}

/// All tables, in the order they are read.
pub(super) fn sections(report: &Report) -> Vec<Section> {
    let mut sections = Vec::new();
    for at in &report.prefixes {
        sections.push(metrics(at));
        sections.push(parts(at));
        if !at.comparisons.is_empty() {
            let title = format!("{} against the others", named(&report.ours));
            sections.push(compared(&title, at.prefix, &at.comparisons));
        }
        sections.extend(at.duels.iter().map(|duel| {
            let others: Vec<&str> = duel
                .comparisons
                .iter()
                .map(|one| one.against.as_str())
                .take(1)
                .collect();
            let title = format!(
                "{} against {}",
                named(&duel.method),
                named(&others.concat())
            );
            compared(&title, at.prefix, &duel.comparisons)
        }));
    }
    sections.push(calibration(report));
    sections.extend(report.trust.iter().flat_map(super::trust::sections));
    sections.extend(report.segments.iter().map(super::segments::section));
    let found = [
        ("Comparable calls", &report.retrieval),
        (
            "Comparable calls before fine-tuning",
            &report.generic_retrieval,
        ),
    ];
    let found = found
        .into_iter()
        .filter_map(|(title, found)| Some((title, found.as_ref()?)));
    sections.extend(found.map(|(title, found)| super::retrieval::section(title, found)));
    sections.extend(report.learning_curves.iter().map(learning_curve));
    sections.push(mistakes(report));
    sections
}

fn metrics(at: &PrefixResult) -> Section {
    let mut section = Section::new(format!("Metrics at {}", known(at.prefix)), ["method"]);
    section.head.extend(Metric::ALL.map(better));
    let cells = |of: &MethodResult| {
        let cell = |one: &super::Measured| match &one.estimate {
            None => "not defined".to_owned(),
            Some(estimate) if one.by_run.len() < 2 => with_interval(estimate),
            Some(estimate) => {
                let runs: Vec<String> = one.by_run.iter().copied().map(measure).collect();
                format!("{} · runs {}", with_interval(estimate), runs.join(" "))
            }
        };
        let cells = of.metrics.iter().map(cell);
        std::iter::once(named(&of.method)).chain(cells).collect()
    };
    section.rows = at.methods.iter().map(cells).collect();
    let unranked = at.methods.iter().filter(|of| of.unranked);
    section.sentences = unranked
        .map(|of| {
            format!(
                "The {} says one number for all calls of a fold, so it puts none before another, and its AUC is 0.5: over folds its \
                 number is high where few were won, since those were left out of it.",
                named(&of.method)
            )
        })
        .collect();
    section
}

fn parts(at: &PrefixResult) -> Section {
    let mut section = Section::new(
        format!("What the Brier score is made of at {}", known(at.prefix)),
        [
            "method",
            "Brier score",
            "= reliability ↓",
            "− resolution ↑",
            "+ uncertainty",
        ],
    );
    section.sentences = vec![
        "Reliability is what wrong sizes cost, resolution what the order is worth; isotonic bins, so the parts add up exactly."
            .to_owned(),
    ];
    let row = |of: &MethodResult| {
        let parts = of.brier?;
        let numbers = [
            parts.brier(),
            parts.reliability,
            parts.resolution,
            parts.uncertainty,
        ];
        Some(
            std::iter::once(named(&of.method))
                .chain(numbers.map(measure))
                .collect(),
        )
    };
    section.rows = at.methods.iter().filter_map(row).collect();
    section
}

fn compared(title: &str, prefix: f64, comparisons: &[super::Comparison]) -> Section {
    let mut section = Section::new(
        format!("{title} at {}", known(prefix)),
        [
            "against",
            "metric",
            "ours",
            "theirs",
            "difference",
            "p",
            "ours better in",
            "verdict",
        ],
    );
    section.sentences = vec![
        "The difference is paired: both methods on the same resamples of accounts. p is two-sided, of one comparison each, not \
         adjusted for how many there are."
            .to_owned(),
    ];
    let row = |one: &super::Comparison| {
        let mut cells = vec![named(&one.against), better(one.metric)];
        match &one.difference {
            None => cells.extend(["–"; 5].map(str::to_owned)),
            Some(found) => cells.extend([
                with_interval(&found.ours),
                with_interval(&found.theirs),
                signed_with_interval(&found.difference),
                measure(found.p_value),
                percent(found.better),
            ]),
        }
        cells.push(verdict(one));
        cells
    };
    section.rows = comparisons.iter().map(row).collect();
    section
}

/// The sentence with a sign before it, so that it can be found among others.
fn verdict(one: &super::Comparison) -> String {
    let sign = match one.finding {
        Some(Finding::Better) => "✓",
        Some(Finding::Worse) => "✗",
        Some(Finding::NotShown | Finding::TooFewGroups) | None => "○",
    };
    format!("{sign} {}", named(&one.sentence))
}

fn calibration(report: &Report) -> Section {
    let mut section = Section::new(
        "Said and come true",
        ["method", "mean probability", "share won", "rows"],
    );
    section.sentences = vec!["Ten bins of equal mass; a call counts once for each run.".to_owned()];
    for curves in &report.curves {
        section.rows.extend(curves.calibration.iter().map(|bin| {
            vec![
                named(&curves.method),
                measure(bin.mean_probability),
                with_interval(&bin.share_won),
                count(bin.rows),
            ]
        }));
    }
    section
}

fn learning_curve(curve: &crate::LearningCurve) -> Section {
    let mut section = Section::new(
        format!(
            "What more labelled calls would buy: {}",
            curve.metric.name()
        ),
        ["labelled calls", "mean", "each training"],
    );
    section.sentences = vec![curve.to_string()];
    if let Some(law) = curve.law.filter(|_| curve.is_identified()) {
        let sign = if law.rises { "−" } else { "+" };
        section.sentences.push(format!(
            "Fitted: {} = {} {sign} {} · n^−{}. The interval holds the noise of the trainings, not that the law may be wrong.",
            curve.metric.name(),
            measure(law.limit),
            measure(law.scale),
            measure(law.exponent)
        ));
    }
    section.rows = curve
        .points
        .iter()
        .map(|point| {
            let each: Vec<String> = point.replicates.iter().copied().map(measure).collect();
            let mean = point.replicates.iter().sum::<f64>() / point.replicates.len().max(1) as f64;
            vec![count(point.calls), measure(mean), each.join(" ")]
        })
        .collect();
    section
}

fn mistakes(report: &Report) -> Section {
    let mut section = Section::new("Worst mistakes", ["call", "probability", "came out"]);
    if report
        .mistakes
        .iter()
        .any(|mistake| mistake.snippet.is_some())
    {
        section.head.push("from the call".to_owned());
    }
    section.sentences = vec![match report.mistakes.len() {
        0 => "No call is on the wrong side of one half.".to_owned(),
        _ => "Calls on the wrong side of one half, the farthest first. Read them: a wrong label looks like this too.".to_owned(),
    }];
    section.rows = report
        .mistakes
        .iter()
        .map(|mistake| {
            let outcome = if mistake.won { "won" } else { "lost" };
            let cells = [
                mistake.id.to_string(),
                measure(mistake.probability),
                outcome.to_owned(),
            ];
            cells.into_iter().chain(mistake.snippet.clone()).collect()
        })
        .collect();
    section
}

/// How it was made, as names and values.
pub(super) fn protocol(report: &Report) -> Vec<(&'static str, String)> {
    let about = &report.protocol;
    let calls = report.calls;
    let seeds: Vec<String> = about.seeds.iter().map(ToString::to_string).collect();
    let shares: Vec<String> = report.prefixes.iter().map(|at| known(at.prefix)).collect();
    let rows = [
        ("Data", about.data.clone()),
        ("Fingerprint", about.data_fingerprint.clone()),
        (
            "Calls",
            Some(format!(
                "{} with an outcome, {} won, of {} accounts",
                count(calls.calls),
                count(calls.won),
                count(calls.groups)
            )),
        ),
        ("Known", Some(shares.join(", "))),
        ("Encoder", about.encoder.clone()),
        ("Recipe", about.recipe.clone()),
        ("Folds", about.folds.map(count)),
        ("Seeds", (!seeds.is_empty()).then(|| seeds.join(", "))),
        ("Runs averaged", Some(count(calls.runs))),
        (
            "Intervals",
            Some(format!(
                "{} %, bootstrap of {} resamples of accounts, seed {}",
                100.0 * report.bootstrap.level(),
                count(report.bootstrap.replicates() as u64),
                report.bootstrap.seed()
            )),
        ),
        ("Program", about.program.clone()),
        ("Command", about.command.clone()),
        ("Machine", about.machine.clone()),
        (
            "Seconds",
            about.seconds.map(|seconds| format!("{seconds:.1}")),
        ),
        ("Made on", about.made_on.clone()),
    ];
    let given = rows
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    given
        .chain(about.notes.iter().map(|note| ("Note", note.clone())))
        .collect()
}

/// What the report comes to: a verdict for each baseline by AUC and by Brier score at the longest prefix.
pub(super) fn headlines(report: &Report) -> Vec<(Option<Finding>, String)> {
    let Some(longest) = report.prefixes.first() else {
        return Vec::new();
    };
    let decide = |one: &&super::Comparison| matches!(one.metric, Metric::Auc | Metric::Brier);
    let line = |one: &super::Comparison| {
        (
            one.finding,
            format!("{}: {}", one.metric.name(), named(&one.sentence)),
        )
    };
    longest
        .comparisons
        .iter()
        .filter(decide)
        .map(line)
        .collect()
}
