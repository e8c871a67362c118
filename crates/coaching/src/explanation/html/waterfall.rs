//! The parts of the logit, one behind the other: [`Explanation::waterfall`].

use maud::{Markup, html};
use upturn_core::Probability;

use super::super::Explanation;
use super::super::wording::{logit, part, side};
use super::card;
use super::place::Axis;

/// Chances that the axis may name.
const CHANCES: [f64; 17] = [
    0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 0.997,
];
/// Least distance of two names on the axis, in hundredths of its width.
const APART: f64 = 15.0;

/// A step from one sum to the next.
struct Step {
    name: &'static str,
    from: f64,
    to: f64,
}

impl Explanation {
    /// A table with a bar in each row, from the base rate to the logit, over an axis of chances.
    pub(super) fn waterfall(&self) -> Markup {
        let steps = self.steps();
        let axis = Axis::around(steps.iter().flat_map(|step| [step.from, step.to]));
        let content = html! {
            table.waterfall {
                thead { tr {
                    th scope="col" { "Part" }
                    th scope="col" { span.unseen { "Bar" } }
                    th scope="col" { "Logit" }
                    th.roomy scope="col" { "Chance so far" }
                } }
                tbody {
                    @for step in &steps { (row(step, axis, false)) }
                }
                tfoot {
                    (row(&Step { name: "sum", from: 0.0, to: self.prediction.logit }, axis, true))
                    tr {
                        th scope="row" { "chance" }
                        td.axis aria-hidden="true" {
                            div { @for (at, chance) in ticks(axis) {
                                span style={ "left:" (format!("{at:.2}%")) } { (chance) }
                            } }
                        }
                        td { (format!("{:.2}", self.prediction.probability.value())) }
                        td.roomy {}
                    }
                }
            }
            p.quiet { "Each part moves the logit from where the one above left it; right speaks for won." }
            (self.neighbours())
        };
        card("parts", "What adds up", &content)
    }

    fn steps(&self) -> Vec<Step> {
        let mut sum = 0.0;
        let parts = self.prediction.parts.iter();
        parts
            .map(|it| {
                let from = sum;
                sum += it.logit;
                Step {
                    name: part(it.name),
                    from,
                    to: sum,
                }
            })
            .collect()
    }
}

fn row(Step { name, from, to }: &Step, axis: Axis, is_sum: bool) -> Markup {
    let (start, end) = (axis.at(*from), axis.at(*to));
    let of = |x: f64| format!("{x:.3}");
    let class = if is_sum { "total" } else { side(to - from) };
    html! {
        tr {
            th scope="row" { (name) }
            td.bar {
                svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" {
                    line.even x1=(of(axis.at(0.0))) x2=(of(axis.at(0.0))) y1="0" y2="100" {}
                    rect class=(class) x=(of(start.min(end))) width=(of((end - start).abs().max(0.3))) y="20" height="60" {}
                    @if !is_sum {
                        line.joint x1=(of(start)) x2=(of(start)) y1="0" y2="20" {}
                        line.joint x1=(of(end)) x2=(of(end)) y1="80" y2="100" {}
                    } @else {
                        line.joint x1=(of(end)) x2=(of(end)) y1="0" y2="20" {}
                    }
                }
            }
            td { (logit(to - from)) }
            td.roomy { (format!("{:.2}", Probability::from_logit(*to).value())) }
        }
    }
}

/// Chances named on the axis with their places; one half first, then those that have room.
fn ticks(axis: Axis) -> Vec<(f64, String)> {
    let mut by_room = CHANCES;
    by_room.sort_by(|a, b| (a - 0.5).abs().total_cmp(&(b - 0.5).abs()));
    let mut ticks: Vec<(f64, String)> = Vec::new();
    for chance in by_room {
        let sum = (chance / (1.0 - chance)).ln();
        let at = axis.at(sum);
        let has_room = ticks.iter().all(|(other, _)| (other - at).abs() >= APART);
        if axis.holds(sum) && has_room && (4.0..=96.0).contains(&at) {
            ticks.push((at, format!("{chance}")));
        }
    }
    ticks
}
