//! Where the call's measures stand among others: [`Explanation::standing`].

use maud::{Markup, html};

use super::super::Explanation;
use super::super::shown::one_line;
use super::super::standings::value;
use super::super::wording::spaced;
use super::card;
use super::marks::with_code;
use crate::{Among, MeasureKind, Standing};

impl Explanation {
    /// A table of all measures that there are enough calls for.
    pub(super) fn standing(&self) -> Markup {
        let Some(first) = self.standings.first() else {
            return html! {};
        };
        let content = html! {
            div.wide { table.standings {
                thead { tr {
                    th scope="col" { "Measure" } th scope="col" { "Here" }
                    th scope="col" { (first.won.spread.calls) " won" } th scope="col" { (first.lost.spread.calls) " lost" }
                } }
                tbody { @for standing in &self.standings {
                    tr {
                        th scope="row" { (spaced(standing.measure.as_str())) }
                        td { (value(standing)) }
                        td { (among(standing, &standing.won)) }
                        td { (among(standing, &standing.lost)) }
                    }
                } }
            } }
            p.quiet {
                "Median [a quarter is lower, a quarter higher] of labelled calls, " (with_code(&one_line(&first.scope.to_string())))
                "; of yes and no the share of yes. Numbers of calls are those of the first row."
            }
        };
        card("standing", "Among won and lost calls", &content)
    }
}

fn among(standing: &Standing, among: &Among) -> Markup {
    let spread = among.spread;
    // An addition takes the sign from a zero.
    let of = |it: f64| (it * 100.0).round() / 100.0 + 0.0;
    html! {
        @match standing.measure.kind() {
            MeasureKind::YesNo => (format!("{:.0} %", 100.0 * spread.mean)),
            MeasureKind::Number => {
                (of(spread.median)) " "
                span.quarters { (format!("[{}, {}]", of(spread.p25), of(spread.p75))) }
            }
        }
    }
}
