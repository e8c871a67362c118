//! The charts of a page: [`figures`].

use super::escape::html as escape;
use super::svg::{Plot, range};
use super::tables::{known, named};
use super::{Curves, MapView, Report};
use crate::numbers::{count, measure, percent};
use crate::{Estimate, Forecast, LearningCurve, Metric, PowerLaw};

const SHARE: (f64, f64) = (0.0, 1.0);

/// Which points of a method's curves are drawn.
type Points = fn(&Curves) -> &[[f64; 2]];

/// All figures for which there are numbers.
pub(super) fn figures(report: &Report) -> String {
    let mut figures = vec![reliability(report)];
    figures.extend(curves(report));
    figures.extend([Metric::Auc, Metric::Brier].map(|metric| by_prefix(report, metric)));
    figures.extend(report.segments.iter().map(super::segments::chart));
    figures.extend(report.learning_curves.iter().map(learning_curve));
    figures.extend(
        report
            .embedding_map
            .iter()
            .flat_map(|map| map.views.iter().map(view)),
    );
    figures.concat()
}

/// A figure with its title, legend and caption.
pub(super) fn figure(title: &str, chart: &str, legend: &str, caption: &str) -> String {
    format!(
        "<figure class=\"figure\"><h2>{}</h2>{chart}{legend}<figcaption class=\"quiet\">{}</figcaption></figure>",
        escape(title),
        escape(caption)
    )
}

/// A figure that says why there is no chart.
pub(super) fn missing(title: &str, why: &str) -> String {
    figure(title, "", "", why)
}

/// The class of a method's colour and dashes; ours is `m0`, which no other has. There are nine for the others.
fn class(at: usize) -> String {
    format!("m{}", at.checked_sub(1).map_or(0, |other| 1 + other % 9))
}

fn key(class: &str, name: &str) -> String {
    format!(
        "<li><svg viewBox=\"0 0 26 8\" aria-hidden=\"true\"><polyline class=\"curve {class}\" points=\"0,4 26,4\"/></svg>{}</li>",
        escape(&named(name))
    )
}

fn legend<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let keys: String = names
        .enumerate()
        .map(|(at, name)| key(&class(at), name))
        .collect();
    format!("<ul class=\"legend\">{keys}</ul>")
}

fn all(report: &Report) -> String {
    legend(report.curves.iter().map(|curves| curves.method.as_str()))
}

fn reliability(report: &Report) -> String {
    let title = "Said and come true";
    let Some(ours) = report.curves.first() else {
        return missing(title, "There is nothing to draw.");
    };
    let mut plot = Plot::new(("probability said", SHARE), ("share won", SHARE));
    plot.rule("mean", [0.0, 0.0], [1.0, 1.0]);
    for (at, curves) in report.curves.iter().enumerate().skip(1) {
        let points: Vec<[f64; 2]> = curves
            .calibration
            .iter()
            .map(|bin| [bin.mean_probability, bin.share_won.value])
            .collect();
        if points.len() > 1 {
            plot.curve(&format!("{} faint", class(at)), &points);
        }
    }
    for (at, bin) in ours.calibration.iter().enumerate() {
        let Estimate { value, low, high } = bin.share_won;
        let told = format!(
            "said {}, won {}, {} rows",
            measure(bin.mean_probability),
            measure(value),
            count(bin.rows)
        );
        plot.whisker("m0", bin.mean_probability, (low, high));
        plot.dot("dot m0", [bin.mean_probability, value], &told);
        plot.note(
            [bin.mean_probability, beside(at, low, high)],
            &count(bin.rows),
        );
    }
    let caption = "Dots: ours in ten bins of equal mass, with interval and number of rows; a call counts once for each run. \
                   On the dashed line what is said comes true.";
    figure(title, &plot.finish(title), &all(report), caption)
}

/// Where a bin's number of rows stands: above one interval, below the next, so that neighbours do not hide each other.
fn beside(at: usize, low: f64, high: f64) -> f64 {
    if at.is_multiple_of(2) && low > 0.07 || high > 0.95 {
        low - 0.05
    } else {
        high + 0.015
    }
}

/// ROC, precision and recall, lift.
fn curves(report: &Report) -> [String; 3] {
    let calls = report.calls;
    let base = calls.won as f64 / calls.calls.max(1) as f64;
    let highest = report
        .curves
        .iter()
        .flat_map(|curves| &curves.lift)
        .map(|point| point[1]);
    let lift = (0.0, range(highest.chain([1.0]), (0.0, 10.0)).1);
    let draw = |title: &str, mut plot: Plot, rule: [[f64; 2]; 2], points: Points, caption: &str| {
        if report.curves.iter().all(|curves| points(curves).is_empty()) {
            return missing(title, "Not defined: all calls came out alike.");
        }
        plot.rule("mean", rule[0], rule[1]);
        for (at, curves) in report.curves.iter().enumerate().rev() {
            plot.curve(&class(at), points(curves));
        }
        figure(title, &plot.finish(title), &all(report), caption)
    };
    [
        draw(
            "ROC: won found, lost taken for won",
            Plot::new(
                ("share of lost called won", SHARE),
                ("share of won called won", SHARE),
            ),
            [[0.0, 0.0], [1.0, 1.0]],
            |curves| &curves.roc,
            "The area under a curve is its AUC. Dashed: chance.",
        ),
        draw(
            "Precision and recall",
            Plot::new(
                ("recall: share of won called won", SHARE),
                ("precision: share won of those called", SHARE),
            ),
            [[0.0, base], [1.0, base]],
            |curves| &curves.precision_recall,
            "Dashed: the share of won in all calls.",
        ),
        draw(
            "Lift",
            Plot::new(
                ("share of calls taken from the top", SHARE),
                ("share won over that of all", lift),
            ),
            [[0.0, 1.0], [1.0, 1.0]],
            |curves| &curves.lift,
            "At 0.1 it is the lift at 10 %. Dashed: calls taken by lot.",
        ),
    ]
}

/// Room at either side of a prefix, for what stands beside it.
const BESIDE: f64 = 0.05;

/// The range of some prefixes and of what stands beside them.
fn with_room(prefixes: impl Iterator<Item = f64>) -> (f64, f64) {
    let both = prefixes.flat_map(|prefix| [prefix - BESIDE, prefix + BESIDE]);
    range(both, (0.0, 1.1))
}

fn by_prefix(report: &Report, metric: Metric) -> String {
    let title = format!("{} by how much is known", metric.name());
    let of = |method: &str| -> Vec<(f64, Estimate)> {
        let at = |prefix: f64| Some((prefix, report.metric(method, prefix, metric)?));
        report
            .prefixes
            .iter()
            .filter_map(|result| at(result.prefix))
            .collect()
    };
    let names: Vec<&str> = report
        .curves
        .iter()
        .map(|curves| curves.method.as_str())
        .collect();
    let lines: Vec<_> = names.iter().map(|name| of(name)).collect();
    let ends = lines
        .iter()
        .flatten()
        .flat_map(|(_, estimate)| [estimate.low, estimate.high]);
    let ends: Vec<f64> = ends.collect();
    if ends.is_empty() {
        return missing(&title, "Not defined: all calls came out alike.");
    }
    let mut plot = Plot::new(
        (
            "share of the turns known",
            with_room(report.prefixes.iter().map(|at| at.prefix)),
        ),
        (metric.name(), range(ends.into_iter(), (0.0, 10.0))),
    );
    for (at, line) in lines.iter().enumerate().rev() {
        let class = class(at);
        let aside = (at as f64 - (lines.len() as f64 - 1.0) / 2.0) * 0.011;
        let points: Vec<[f64; 2]> = line
            .iter()
            .map(|(prefix, estimate)| [prefix + aside, estimate.value])
            .collect();
        plot.curve(&class, &points);
        for ((prefix, estimate), point) in line.iter().zip(&points) {
            let told = format!(
                "{}, {}: {}",
                names.get(at).map_or("", |name| name),
                known(*prefix),
                measure(estimate.value)
            );
            plot.whisker(&class, point[0], (estimate.low, estimate.high));
            plot.dot(&format!("dot {class}"), *point, &told);
        }
    }
    let better = if metric.higher_is_better() {
        "Higher"
    } else {
        "Lower"
    };
    let caption = format!(
        "{better} is better; bars: intervals of each method alone. Whether two differ is in the tables: those intervals are paired."
    );
    figure(&title, &plot.finish(&title), &all(report), &caption)
}

fn learning_curve(curve: &LearningCurve) -> String {
    let title = &format!(
        "What more labelled calls would buy: {}",
        curve.metric.name()
    );
    let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) else {
        return missing(title, &curve.to_string());
    };
    // What is not identified is not drawn.
    let law = curve.law.filter(|_| curve.is_identified());
    let forecasts: &[Forecast] = law.as_ref().map_or(&[], |_| &curve.forecasts);
    let farthest = forecasts
        .iter()
        .map(|forecast| forecast.more)
        .max()
        .unwrap_or(0);
    let end = last.calls.saturating_add(farthest) as f64;
    let at = law.map_or(0.0, |law| law.at(last.calls));
    let ends = forecasts
        .iter()
        .flat_map(|forecast| [at + forecast.gain.low, at + forecast.gain.high]);
    let values = curve
        .points
        .iter()
        .flat_map(|point| point.replicates.iter().copied());
    let mut plot = Plot::new(
        ("labelled calls trained on", (0.0, end * 1.03)),
        (
            curve.metric.name(),
            range(values.chain(ends.clone()), (0.0, 10.0)),
        ),
    );
    for (class, from, to) in [
        ("m0", first.calls as f64, last.calls as f64),
        ("m0 ahead", last.calls as f64, end),
    ] {
        let law = law.as_ref();
        plot.curve(
            class,
            &law.map_or_else(Vec::new, |law| along(law, from, to)),
        );
    }
    trainings(&mut plot, curve);
    let dashed = law.map_or("", |_| "; dashed: extrapolated");
    let ends: Vec<f64> = ends.collect();
    for (forecast, ends) in forecasts.iter().zip(ends.chunks_exact(2)) {
        if let [low, high] = ends {
            plot.whisker(
                "m0",
                last.calls.saturating_add(forecast.more) as f64,
                (*low, *high),
            );
        }
    }
    figure(
        title,
        &plot.finish(title),
        "",
        &format!("{curve} Dots: trainings{dashed}."),
    )
}

/// A dot for each training.
fn trainings(plot: &mut Plot, curve: &LearningCurve) {
    for point in &curve.points {
        for value in &point.replicates {
            plot.dot(
                "dot m0 light",
                [point.calls as f64, *value],
                &format!("{} calls: {}", count(point.calls), measure(*value)),
            );
        }
    }
}

/// Points of a law between two numbers of calls.
fn along(law: &PowerLaw, from: f64, to: f64) -> Vec<[f64; 2]> {
    let calls = (0..=60).map(|step| from + (to - from) * f64::from(step) / 60.0);
    calls.map(|calls| [calls, law.at(rounded(calls))]).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of calls"
)]
fn rounded(calls: f64) -> u64 {
    calls.round().max(0.0) as u64
}

fn view(view: &MapView) -> String {
    let title = format!("Where calls lie: {}", view.name);
    if view.dots.is_empty() {
        return missing(&title, "There are no calls to draw.");
    }
    let wide = (f64::NEG_INFINITY, f64::INFINITY);
    let across = range(view.dots.iter().map(|dot| dot.x), wide);
    let up = range(view.dots.iter().map(|dot| dot.y), wide);
    let [first, second] = view.explained.map(percent);
    let mut plot = Plot::new(
        (&format!("first component, {first} of the variance"), across),
        (&format!("second, {second}"), up),
    );
    for dot in &view.dots {
        plot.dot(if dot.won { "won" } else { "lost" }, [dot.x, dot.y], "");
    }
    let legend = "<ul class=\"legend\"><li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><circle class=\"won\" cx=\"4\" cy=\"4\" r=\"3\"/></svg>won</li>\
                  <li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><circle class=\"lost\" cx=\"4\" cy=\"4\" r=\"3\"/></svg>lost</li></ul>";
    let caption = format!(
        "{} of {} calls on their first two principal components: a picture, no proof.",
        count(view.dots.len() as u64),
        count(view.of)
    );
    figure(&title, &plot.finish(&title), legend, &caption)
}
