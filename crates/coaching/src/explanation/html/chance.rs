//! The chance turn by turn: [`Explanation::chance`].

use std::fmt::Write as _;

use maud::{Markup, html};
use upturn_core::TurnRange;

use super::super::register::marked;
use super::super::shown::visible;
use super::super::wording::{capital, logit, side, within};
use super::super::{Explanation, shortened};
use super::card;
use super::place::{Turns, down};
use crate::{Moved, Waypoint};

/// Longest quote in a tooltip, in characters.
const QUOTE: usize = 360;

impl Explanation {
    /// The curve with its interval, below it how each moment moved the logit, and a table of the same numbers.
    pub(super) fn chance(&self) -> Markup {
        let waypoints = &self.trajectory.0;
        if waypoints.is_empty() {
            return html! {};
        }
        let axis = Turns(self.transcript.len());
        let content = html! {
            figure.plot {
                div.scale aria-hidden="true" {
                    @for share in ["1", "0.75", "0.5", "0.25", "0"] { span { (share) } }
                }
                div.area {
                    svg.curves viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=(summary(waypoints)) {
                        @for y in [0, 25, 75, 100] { line.grid x1="0" x2="100" y1=(y) y2=(y) {} }
                        line.even x1="0" x2="100" y1="50" y2="50" {}
                        @for band in bands(waypoints, axis) { polygon.band points=(band) {} }
                        polyline.curve points=(curve(waypoints, axis)) {}
                        @for waypoint in waypoints.iter().filter(|_| waypoints.len() <= 80) {
                            polyline.dot points=(dot(waypoint, axis)) {}
                        }
                    }
                    div.strip { (bars(&self.moved.moments, axis)) }
                    @for (at, moved) in self.told().iter().enumerate() { (self.moment(at, *moved, axis)) }
                }
                div.turns aria-hidden="true" {
                    @for turn in axis.named() {
                        span style={ "left:" (percent(axis.middle(turn))) } { (turn + 1) }
                    }
                }
                figcaption.quiet {
                    "Chance to win after each turn, with its Venn-Abers interval. "
                    @if !self.moved.moments.is_empty() {
                        "Bars: how the logit changes if a moment had not been said; up speaks for won. Point at one or step through them with the keyboard to read it."
                    }
                }
            }
            (table(waypoints))
        };
        card("chance", "Chance to win, turn by turn", &content)
    }

    /// What can be pointed at: moments or, where they were not computed, turns.
    fn told(&self) -> Vec<(TurnRange, Option<f64>)> {
        let moments = &self.moved.moments;
        if moments.is_empty() {
            let one = |start| TurnRange {
                start,
                end: start + 1,
            };
            return (0..self.transcript.len())
                .map(|at| (one(at), None))
                .collect();
        }
        let known = moments
            .iter()
            .filter(|it| self.transcript.get(it.turns.start..it.turns.end).is_some());
        known.map(|it| (it.turns, Some(it.logit))).collect()
    }

    /// An area to point at, and what it tells.
    fn moment(&self, at: usize, (turns, moved): (TurnRange, Option<f64>), axis: Turns) -> Markup {
        let (left, width) = axis.span(turns);
        let tip = format!("tip-{at}");
        let place = if left + width / 2.0 < 50.0 {
            "tip"
        } else {
            "tip right"
        };
        let said = self
            .transcript
            .get(turns.start..turns.end)
            .unwrap_or_default();
        let quote = shortened(&marked(said), QUOTE);
        html! {
            a.moment href={ "#turn-" (turns.start + 1) } aria-label=(capital(&turns.to_string())) aria-describedby=(tip)
                style={ "left:" (percent(left)) ";width:" (percent(width)) } {}
            div class=(place) id=(tip) role="tooltip" {
                strong { (capital(&turns.to_string())) }
                @if let Some(share) = moved {
                    p { (logit(share)) " logit, for " (side(share)) }
                }
                @if let Some(course) = self.course(turns) { p { (course) } }
                blockquote dir="auto" { (visible(&quote)) }
            }
        }
    }

    /// `Chance 0.52 before, 0.44 [0.32, 0.57] after`.
    fn course(&self, turns: TurnRange) -> Option<String> {
        let after = |known: usize| self.trajectory.0.iter().find(|it| it.turns == known);
        let end = after(turns.end)?;
        let chance = within(end.probability.value(), end.interval);
        Some(match after(turns.start) {
            Some(before) => format!(
                "Chance {:.2} before, {chance} after",
                before.probability.value()
            ),
            None => format!("Chance {chance} after"),
        })
    }
}

fn percent(share: f64) -> String {
    format!("{share:.3}%")
}

fn summary(waypoints: &[Waypoint]) -> String {
    let told = |name: &str, it: Option<&Waypoint>| {
        it.map(|it| {
            format!(
                "{name} {:.2} after turn {}",
                it.probability.value(),
                it.turns
            )
        })
    };
    let by = |a: &&Waypoint, b: &&Waypoint| a.probability.value().total_cmp(&b.probability.value());
    let told = [
        told("starts at", waypoints.first()),
        told("lowest", waypoints.iter().min_by(by)),
        told("highest", waypoints.iter().max_by(by)),
        told("ends at", waypoints.last()),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    format!("Chance to win by turn: {}", told.join(", "))
}

fn x(waypoint: &Waypoint, axis: Turns) -> f64 {
    axis.middle(waypoint.turns.saturating_sub(1))
}

fn curve(waypoints: &[Waypoint], axis: Turns) -> String {
    let mut points = String::new();
    for waypoint in waypoints {
        // Writing to a text does not fail.
        let _ = write!(
            points,
            "{:.3},{:.3} ",
            x(waypoint, axis),
            down(waypoint.probability.value())
        );
    }
    points
}

/// A line of no length, which round ends make a dot however the chart is stretched.
fn dot(waypoint: &Waypoint, axis: Turns) -> String {
    let (x, y) = (x(waypoint, axis), down(waypoint.probability.value()));
    format!("{x:.3},{y:.3} {x:.3},{y:.3}")
}

/// The intervals as areas: one for each stretch of turns that have one.
fn bands(waypoints: &[Waypoint], axis: Turns) -> Vec<String> {
    let stretches = waypoints.split(|it| it.interval.is_none());
    let area = |stretch: &[Waypoint]| {
        let ends = |it: &Waypoint| it.interval.map(|within| (x(it, axis), within));
        let upper = stretch.iter().filter_map(ends).map(|(x, it)| (x, it.high));
        let lower = stretch
            .iter()
            .rev()
            .filter_map(ends)
            .map(|(x, it)| (x, it.low));
        let points = upper
            .chain(lower)
            .map(|(x, it)| format!("{x:.3},{:.3}", down(it.value())));
        points.collect::<Vec<_>>().join(" ")
    };
    stretches.filter(|it| it.len() > 1).map(area).collect()
}

fn bars(moments: &[Moved], axis: Turns) -> Markup {
    let most = moments.iter().map(|it| it.logit.abs()).fold(0.05, f64::max);
    html! {
        svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" {
            @for Moved { turns, logit } in moments {
                @let (left, width) = axis.span(*turns);
                @let height = 48.0 * logit.abs() / most;
                rect class=(side(*logit)) x=(format!("{:.3}", left + width * 0.06)) width=(format!("{:.3}", width * 0.88))
                    y=(format!("{:.2}", if *logit > 0.0 { 50.0 - height } else { 50.0 })) height=(format!("{height:.2}")) {}
            }
            line.grid x1="0" x2="100" y1="50" y2="50" {}
        }
    }
}

fn table(waypoints: &[Waypoint]) -> Markup {
    html! {
        details {
            summary { "The same as a table" }
            div.wide { table {
                thead { tr { th scope="col" { "After turn" } th scope="col" { "Chance" } th scope="col" { "Interval" } th scope="col" { "Logit" } th scope="col" { "Verdict" } } }
                tbody { @for it in waypoints {
                    tr {
                        th scope="row" { (it.turns) }
                        td { (format!("{:.2}", it.probability.value())) }
                        td { @if let Some(within) = it.interval { (format!("[{:.2}, {:.2}]", within.low.value(), within.high.value())) } @else { "–" } }
                        td { (logit(it.logit)) }
                        td { (it.verdict) }
                    }
                } }
            } }
        }
    }
}
