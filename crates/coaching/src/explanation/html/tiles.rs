//! The answer at a glance: [`Explanation::tiles`].

use maud::{Markup, html};
use upturn_core::{OutcomeSet, Verdict};

use super::super::Explanation;
use super::super::wording::counted;

impl Explanation {
    /// Chance, verdict, nearest calls and what cannot be ruled out.
    pub(super) fn tiles(&self) -> Markup {
        let prediction = &self.prediction;
        let support = prediction.support;
        let (sign, verdict) = match prediction.verdict {
            Verdict::Won => ("▲", "more likely won than lost"),
            Verdict::Lost => ("▼", "more likely lost than won"),
            Verdict::Unsure => ("?", "nobody should act on the chance alone"),
        };
        html! {
            dl.tiles {
                div.tile {
                    dt { "Chance to win" }
                    dd { strong { (format!("{:.2}", prediction.probability.value())) } (self.gauge()) }
                }
                div.tile {
                    dt { "Verdict" }
                    dd {
                        strong class=(prediction.verdict) { span aria-hidden="true" { (sign) } " " (prediction.verdict) }
                        span { (verdict) }
                    }
                }
                div.tile {
                    dt { "Nearest calls" }
                    dd {
                        @if support.calls == 0 { strong { "none" } span { "no comparable call voted" } }
                        @else {
                            strong { (support.won) " of " (support.calls) }
                            span { "won" @if let Some(cosine) = support.nearest { (format!("; cosine to the nearest {cosine:.2}")) } }
                        }
                    }
                }
                div.tile {
                    dt { "Can't be ruled out" }
                    dd { (sets(&prediction.outcome_sets)) }
                }
            }
        }
    }

    /// The interval as a bar from 0 to 1 and in words.
    fn gauge(&self) -> Markup {
        let chance = self.prediction.probability.value();
        let of = |share: f64| format!("{:.2}", 100.0 * share);
        let interval = self
            .prediction
            .interval
            .map(|it| (it.low.value(), it.high.value()));
        html! {
            svg.gauge viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                rect.rail x="0" y="4" width="100" height="2" {}
                line.even x1="50" x2="50" y1="0" y2="10" {}
                @if let Some((low, high)) = interval {
                    rect.band x=(of(low)) width=(of(high - low)) y="2" height="6" {}
                }
                line.mark x1=(of(chance)) x2=(of(chance)) y1="0" y2="10" {}
            }
            @match interval {
                Some((low, high)) => span { (format!("Venn-Abers interval {low:.2} to {high:.2}")) },
                None => span { "too little was seen for an interval" },
            }
        }
    }
}

fn sets(sets: &[OutcomeSet]) -> Markup {
    let named = |set: &OutcomeSet| match (set.won, set.lost) {
        (true, true) => "won, lost",
        (true, false) => "won",
        (false, true) => "lost",
        (false, false) => "neither fits",
    };
    html! {
        @match sets.last() {
            None => { strong { "–" } span { "too few calls were seen to say" } }
            Some(widest) => {
                strong { (named(widest)) }
                span { "at "
                    @for (at, set) in sets.iter().enumerate() {
                        @if at > 0 { "; at " }
                        (format!("{:.0} % coverage: {}", 100.0 * set.coverage, named(set)))
                    }
                }
            }
        }
    }
}

/// `3 calls`, for titles.
pub(super) fn calls(number: usize) -> String {
    counted(number, "call")
}
