//! Whether probabilities hold where calls are cut by a field: [`Segments`], as a table and a chart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::charts::{figure, missing};
use super::svg::Plot;
use super::tables::{Section, known, named, with_interval};
use crate::Estimate;
use crate::numbers::{count, measure};

/// Segments that are named in the chart; of more, each tells its name when it is pointed at.
const MOST_NAMES: usize = 8;

/// The segments of one field of the calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Segments {
    /// The field, such as `stage`.
    pub field: String,
    /// The share of the turns that was known.
    pub prefix: f64,
    /// Calls that say nothing there.
    pub without: u64,
    /// Each value of the field.
    pub segments: Vec<Segment>,
}

/// A segment: what was said of its calls, and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// How many calls it has.
    pub calls: u64,
    /// Of how many accounts.
    pub groups: u64,
    /// The mean probability.
    pub probability: f64,
    /// The share that was won.
    pub won: Estimate,
    /// Of the difference of both, adjusted for how many segments were looked at.
    pub p_value: f64,
    /// What follows, in words.
    pub verdict: String,
}

impl Segments {
    fn title(&self) -> String {
        format!(
            "Whether probabilities hold by {} at {}",
            named(&self.field),
            known(self.prefix)
        )
    }
}

pub(super) fn section(found: &Segments) -> Section {
    let mut section = Section::new(
        found.title(),
        [
            "segment",
            "calls",
            "accounts",
            "mean probability",
            "share won",
            "p",
            "the probability is",
        ],
    );
    section.sentences = vec![format!(
        "p allows for looking at so many segments (Holm). What holds with few accounts shows little: look at the interval. {} calls \
         name no {}.",
        count(found.without),
        named(&found.field)
    )];
    let row = |one: &Segment| {
        vec![
            one.name.clone(),
            count(one.calls),
            count(one.groups),
            measure(one.probability),
            with_interval(&one.won),
            measure(one.p_value),
            one.verdict.clone(),
        ]
    };
    section.rows = found.segments.iter().map(row).collect();
    section
}

pub(super) fn chart(found: &Segments) -> String {
    let title = found.title();
    if found.segments.is_empty() {
        return missing(&title, "There is no segment to draw.");
    }
    let whole = (0.0, 1.0);
    let mut plot = Plot::new(("mean probability", whole), ("share won", whole));
    plot.rule("mean", [0.0, 0.0], [1.0, 1.0]);
    for one in &found.segments {
        let Estimate { value, low, high } = one.won;
        let told = format!(
            "{}: said {}, won {}, {} calls",
            one.name,
            measure(one.probability),
            measure(value),
            count(one.calls)
        );
        plot.whisker("m0", one.probability, (low, high));
        plot.dot("dot m0", [one.probability, value], &told);
        if found.segments.len() <= MOST_NAMES {
            let above = if high > 0.95 {
                low - 0.05
            } else {
                high + 0.015
            };
            plot.note([one.probability, above], &one.name);
        }
    }
    let caption = "A dot for each segment, with the interval of its share won. On the dashed line what is said comes true.";
    figure(&title, &plot.finish(&title), "", caption)
}
