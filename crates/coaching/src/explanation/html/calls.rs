//! Calls like this one beside it: [`Explanation::calls`].

use maud::{Markup, html};
use upturn_core::TurnRange;

use super::super::register::marked;
use super::super::shown::{one_line, visible};
use super::super::{Citation, Explanation, shortened};
use super::sentences::links;
use super::tiles::calls;
use super::{card, said};
use crate::ComparableCall;

impl Explanation {
    /// Won calls on one side, lost ones on the other.
    pub(super) fn calls(&self) -> Markup {
        let content = html! {
            div.sides {
                @for (class, title, none, found) in [
                    ("won", "▲ Won", "No won call to compare with.", &self.comparables.won),
                    ("lost", "▼ Lost", "No lost call to compare with.", &self.comparables.lost),
                ] {
                    div.side {
                        h3 class=(class) { (title) span.quiet { " · " (calls(found.len())) } }
                        @if found.is_empty() { p.quiet { (none) } }
                        @for call in found { (self.call(call)) }
                    }
                }
            }
        };
        card("calls", "Calls like it", &content)
    }

    fn call(&self, call: &ComparableCall) -> Markup {
        html! {
            article.call {
                h4 { bdi { (one_line(call.id.as_str())) } span.quiet { (format!(" cosine {:.2}", call.score)) } }
                h5 { "Most alike" }
                (self.beside(call, call.here, call.there, &call.text))
                @match &call.parted {
                    Some(parted) => {
                        h5 { "Where both parted" span.quiet { (format!(" cosine {:.2}", parted.score)) } }
                        (self.beside(call, parted.here, parted.there, &parted.text))
                    }
                    None => p.quiet { "Both do not part before one of them ends." }
                }
                @if let Some(next) = &call.said_next {
                    h5 { "What its seller said next, " (next.turns) " " (self.link(call, next.turns, &next.text)) }
                    blockquote dir="auto" { (visible(&shortened(&next.text, Citation::QUOTE))) }
                }
                @if call.aligned.len() > 1 {
                    p.quiet {
                        "Aligned (here ↔ there): "
                        @for (at, pair) in call.aligned.iter().enumerate() {
                            @if at > 0 { ", " }
                            (format!("{} ↔ {} ({:.2})", said::numbers(pair.here), said::numbers(pair.there), pair.score))
                        }
                    }
                }
            }
        }
    }

    /// A moment of this call and one of the other.
    fn beside(
        &self,
        call: &ComparableCall,
        here: TurnRange,
        there: TurnRange,
        text: &str,
    ) -> Markup {
        let own = self
            .transcript
            .get(here.start..here.end)
            .unwrap_or_default();
        html! {
            div.pair {
                div {
                    p.quiet { "here, " (self.turns_linked(here)) }
                    blockquote dir="auto" { (visible(&shortened(&marked(own), Citation::QUOTE))) }
                }
                div {
                    p.quiet { "there, " (there) " " (self.link(call, there, text)) }
                    blockquote dir="auto" { (visible(&shortened(text, Citation::QUOTE))) }
                }
            }
        }
    }

    fn link(&self, call: &ComparableCall, turns: TurnRange, text: &str) -> Markup {
        let id = self.cited(call, turns, text);
        links(id.as_slice())
    }
}
