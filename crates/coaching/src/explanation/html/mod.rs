//! An explanation as one page that needs nothing else: [`Explanation::to_html`].
//!
//! Templates escape all text ([`maud`]), and what hides in a text is made visible before. The page has no script and its
//! policy allows none, so what was said cannot become one. Curves and bars are SVG stretched to the width of the reader's
//! window; what is read stands beside them as text of the page, in the size that the reader has chosen.

mod calls;
mod chance;
mod marks;
mod place;
mod said;
mod sentences;
mod standing;
mod tiles;
mod waterfall;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Explanation;
use super::shown::one_line;

const STYLE: &str = include_str!("style.css");
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

impl Explanation {
    /// As one HTML page with charts, the transcript and the register of evidence, without scripts and without anything from
    /// outside; light or dark as the reader's system is, light on paper.
    pub fn to_html(&self) -> String {
        let name = one_line(self.conversation.as_str());
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="referrer" content="no-referrer";
                    title { "Call " (name) " explained" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#why" { "Skip to the reasons" }
                    main {
                        header {
                            h1 { "Call " bdi { (name) } }
                            p.quiet { (self.subtitle()) }
                        }
                        (self.contents())
                        (self.tiles())
                        div.columns {
                            div { (self.chance()) (self.why()) (self.waterfall()) }
                            div { (self.advice()) (self.standing()) }
                        }
                        (self.calls())
                        (self.said())
                        (self.register())
                        footer.quiet { (FOOTER) }
                    }
                }
            }
        };
        page.into_string()
    }

    fn subtitle(&self) -> String {
        let turns = super::wording::counted(self.transcript.len(), "turn");
        let state = if self.finished {
            "finished"
        } else {
            "live: more may be said"
        };
        let model = one_line(self.prediction.fingerprint.short());
        format!("{turns}, {state} · model {model}")
    }

    fn contents(&self) -> Markup {
        let listed = [
            ("chance", "Chance", !self.trajectory.0.is_empty()),
            ("why", "Why", true),
            ("next", "Do next", !self.actions.is_empty()),
            ("ask", "Ask", !self.questions.is_empty()),
            ("mind", "Mind", !self.caveats.is_empty()),
            ("calls", "Calls like it", true),
            ("said", "Transcript", true),
            ("evidence", "Evidence", true),
        ];
        html! {
            nav aria-label="Contents" {
                ul {
                    @for (id, name, shown) in listed {
                        @if shown { li { a href={ "#" (id) } { (name) } } }
                    }
                }
            }
        }
    }
}

const FOOTER: &str = "What speaks for won or lost does so in calls that the model has seen; it is no cause, and it judges \
                      no person. Logits add up; 0 is an even chance.";

/// A card of the page with its title.
fn card(id: &str, title: &str, content: &Markup) -> Markup {
    html! {
        section.card id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            (content)
        }
    }
}
