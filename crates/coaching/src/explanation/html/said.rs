//! The transcript with what each turn did: [`Explanation::said`].

use maud::{Markup, html};
use upturn_core::{Turn, TurnRange};

use super::super::Explanation;
use super::super::shown::visible;
use super::super::wording::{logit, side};
use super::card;
use crate::Moved;

impl Explanation {
    /// Turns by their name, as a link to the first of them if it is in the transcript.
    pub(super) fn turns_linked(&self, turns: TurnRange) -> Markup {
        html! {
            @if turns.start < self.transcript.len() { a href={ "#turn-" (turns.start + 1) } { (turns) } }
            @else { (turns) }
        }
    }

    /// Every turn on a ground as strong as its contribution, which also stands beside it as a number.
    pub(super) fn said(&self) -> Markup {
        let by_turn = !self.moved.turns.is_empty();
        let moved = if by_turn {
            &self.moved.turns
        } else {
            &self.moved.moments
        };
        let most = moved.iter().map(|it| it.logit.abs()).fold(0.0, f64::max);
        let content = html! {
            (legend(most, by_turn))
            ol.transcript {
                @for (at, turn) in self.transcript.iter().enumerate() {
                    (row(at, turn, share(moved, at), most))
                }
            }
        };
        card("said", "Transcript", &content)
    }
}

fn share(moved: &[Moved], at: usize) -> Option<f64> {
    let holds = |it: &&Moved| (it.turns.start..it.turns.end).contains(&at);
    moved.iter().find(holds).map(|it| it.logit)
}

fn row(at: usize, turn: &Turn, share: Option<f64>, most: f64) -> Markup {
    let heat = share.map_or(0.0, |it| it.abs() / most.max(f64::MIN_POSITIVE));
    html! {
        li id={ "turn-" (at + 1) } class=(share.map_or("", side)) style={ "--heat:" (format!("{heat:.3}")) } {
            span.at { span.unseen { "turn " } (at + 1) }
            span.by { (turn.speaker.as_str()) }
            p dir="auto" { (visible(&turn.text)) }
            span.share { @if let Some(share) = share { (logit(share)) span.unseen { " logit" } } }
        }
    }
}

fn legend(most: f64, by_turn: bool) -> Markup {
    if most <= 0.0 {
        return html! { p.quiet { "What each turn did is not known." } };
    }
    let unit = if by_turn { "turn" } else { "moment" };
    html! {
        div.legend {
            span { (format!("-{most:.2} speaks for lost")) }
            span.ramp aria-hidden="true" {}
            span { (format!("speaks for won +{most:.2}")) }
        }
        p.quiet { "How the logit changes if a " (unit) " had not been said; the number stands behind each turn." }
    }
}

/// `5-8`, as people count turns.
pub(super) fn numbers(turns: TurnRange) -> String {
    if turns.len() > 1 {
        format!("{}-{}", turns.start + 1, turns.end)
    } else {
        format!("{}", turns.start + 1)
    }
}
