//! Charts of base rates with their intervals, as SVG: over time and by segment.

use super::escape::html as escape;
use super::numbers::{count, percent, rate};
use super::{Group, Rate};

/// Width of every chart, in its own units; the page scales it.
pub(crate) const WIDTH: f64 = 360.0;

/// Edges of the plot over time: left, right, the top and bottom of the rates, the bottom of the counts.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 352.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 132.0;
const FLOOR: f64 = 194.0;
/// Tallest bar of the counts.
const TALLEST: f64 = 44.0;
/// Periods that are named under the chart, at most.
const MOST_NAMES: usize = 5;

/// A chart with a title and a description for those who do not see it.
pub(crate) fn chart(height: f64, title: &str, description: &str, marks: &str) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}. {description}\">{marks}</svg>",
        title = escape(title),
        description = escape(description),
    )
}

/// Text at a place; `anchor` is `start`, `middle` or `end`.
pub(crate) fn text(x: f64, y: f64, anchor: &str, text: &str) -> String {
    let text = escape(text);
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>")
}

/// A line of a class from a place to another.
pub(crate) fn line(class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> String {
    format!("<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>")
}

/// A rectangle of a class, with what it stands for.
pub(crate) fn bar(
    class: &str,
    (x, y): (f64, f64),
    (width, height): (f64, f64),
    title: &str,
) -> String {
    let (width, height, title) = (width.max(0.5), height.max(0.0), escape(title));
    format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{title}</title></rect>"
    )
}

fn dot(x: f64, y: f64, title: &str) -> String {
    let title = escape(title);
    format!(
        "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"><title>{title}</title></circle>"
    )
}

fn told(group: &Group) -> String {
    let total = count(group.calls.total());
    format!("{}: {}, {total} calls", group.label, rate(group.rate))
}

/// Base rate of each period above, number of calls below.
pub(crate) fn over_time(periods: &[Group], all: Option<Rate>) -> String {
    let height = |share: f64| BOTTOM - (BOTTOM - TOP) * share;
    let mut marks: String = [0.0, 0.25, 0.5, 0.75, 1.0]
        .iter()
        .map(|share| {
            let y = height(*share);
            line("grid", (LEFT, y), (RIGHT, y))
                + &text(
                    LEFT - 5.0,
                    y + 3.5,
                    "end",
                    &format!("{:.0} %", 100.0 * share),
                )
        })
        .collect();
    if let Some(all) = all {
        marks += &line(
            "mean",
            (LEFT, height(all.value)),
            (RIGHT, height(all.value)),
        );
    }
    let slot = (RIGHT - LEFT) / periods.len().max(1) as f64;
    let most = periods
        .iter()
        .map(|group| group.calls.total())
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let every = periods.len().div_ceil(MOST_NAMES).max(1);
    for (at, group) in periods.iter().enumerate() {
        let x = LEFT + slot * (at as f64 + 0.5);
        if let Some(Rate { value, low, high }) = group.rate {
            marks += &line("whisker", (x, height(low)), (x, height(high)));
            marks += &dot(x, height(value), &told(group));
        }
        let tall = TALLEST * group.calls.total() as f64 / most;
        let width = (slot * 0.7).min(26.0);
        marks += &bar(
            "count",
            (x - width / 2.0, FLOOR - tall),
            (width, tall),
            &told(group),
        );
        if at % every == 0 {
            marks += &text(x, FLOOR + 13.0, "middle", &group.label);
        }
    }
    marks += &line("axis", (LEFT, FLOOR), (RIGHT, FLOOR));
    marks += &text(
        LEFT - 5.0,
        FLOOR - TALLEST + 4.0,
        "end",
        &count(most_calls(periods)),
    );
    chart(
        212.0,
        "Base rate over time",
        "Dots: share won with 95 % interval; bars: calls",
        &marks,
    )
}

fn most_calls(periods: &[Group]) -> u64 {
    periods
        .iter()
        .map(|group| group.calls.total())
        .max()
        .unwrap_or(0)
}

/// A row for each group: its name, its rate with interval on a common scale, its calls.
pub(crate) fn by_group(name: &str, groups: &[Group], all: Option<Rate>) -> String {
    const FROM: f64 = 112.0;
    const TO: f64 = 312.0;
    const ROW: f64 = 21.0;
    let place = |share: f64| FROM + (TO - FROM) * share;
    let end = 8.0 + ROW * groups.len() as f64;
    let mut marks: String = [0.0, 0.5, 1.0]
        .iter()
        .map(|share| {
            let x = place(*share);
            line("grid", (x, 4.0), (x, end))
                + &text(x, end + 13.0, "middle", &format!("{:.0} %", 100.0 * share))
        })
        .collect();
    if let Some(all) = all {
        marks += &line("mean", (place(all.value), 4.0), (place(all.value), end));
    }
    for (at, group) in groups.iter().enumerate() {
        let y = 8.0 + ROW * (at as f64 + 0.5);
        marks += &text(FROM - 8.0, y + 3.5, "end", &shortened(&group.label));
        if let Some(Rate { value, low, high }) = group.rate {
            marks += &line("whisker", (place(low), y), (place(high), y));
            marks += &dot(place(value), y, &told(group));
        }
        marks += &text(WIDTH - 2.0, y + 3.5, "end", &count(group.calls.total()));
    }
    let whole = all.map_or_else(String::new, |all| {
        format!("; all calls {}", percent(all.value))
    });
    let title = format!("Base rate by {name}");
    chart(
        end + 20.0,
        &title,
        &format!("Dots: share won with 95 % interval; right: calls{whole}"),
        &marks,
    )
}

/// A name that fits in front of the plot.
fn shortened(label: &str) -> String {
    const FITS: usize = 16;
    if label.chars().count() <= FITS {
        return label.to_owned();
    }
    let head: String = label.chars().take(FITS - 1).collect();
    head + "…"
}
