//! Reasons, actions, questions and caveats, and the register they cite.

use maud::{Markup, html};

use super::super::shown::{one_line, visible};
use super::super::wording::{logit, side};
use super::super::{About, Citation, CitedSentence, EvidenceId, Explanation, Reason, Source};
use super::card;
use super::marks::with_code;

impl Explanation {
    /// The reasons in their order.
    pub(super) fn why(&self) -> Markup {
        let content = html! {
            p { (cited(&self.summary)) }
            ol.reasons {
                @for reason in &self.reasons {
                    li {
                        (share(reason))
                        div { (cited(&reason.sentence)) }
                    }
                }
            }
            p.quiet { "Parts add up to the logit; moments are another view of the same, so their numbers do not add to those of the parts." }
        };
        card("why", "Why, most first", &content)
    }

    /// What to do, to ask and to mind.
    pub(super) fn advice(&self) -> Markup {
        html! {
            @for (id, title, sentences) in [
                ("next", "Do next", &self.actions),
                ("ask", "Ask", &self.questions),
                ("mind", "Mind", &self.caveats),
            ] {
                @if !sentences.is_empty() { (card(id, title, &list(sentences))) }
            }
        }
    }

    /// The register of evidence.
    pub(super) fn register(&self) -> Markup {
        let content = html! {
            div.wide { table.register {
                thead { tr { th scope="col" { "Id" } th scope="col" { "Where" } th scope="col" { "What stands there" } } }
                tbody { @for citation in &self.evidence {
                    tr id=(citation.id) {
                        th scope="row" { (citation.id) }
                        td { (self.where_it_stands(citation)) }
                        td dir="auto" {
                            @match &citation.quote {
                                Some(quote) => span.quote { (visible(quote)) },
                                None => em { "all of them" },
                            }
                        }
                    }
                } }
            } }
        };
        card("evidence", "Evidence", &content)
    }

    fn where_it_stands(&self, citation: &Citation) -> Markup {
        match &citation.source {
            Source::Said {
                conversation,
                turns,
                ..
            } if *conversation == self.conversation => self.turns_linked(*turns),
            Source::Said { .. } | Source::Metadata { .. } | Source::Model { .. } => html! {
                bdi { (self.place(citation)) }
            },
        }
    }
}

fn share(reason: &Reason) -> Markup {
    let kind = match reason.about {
        About::Part { .. } => "part",
        About::Moment { .. } => "moment",
        About::Warning { .. } => "rule",
        About::Standing { .. } => "measure",
    };
    html! {
        div.share {
            @if let Some(share) = reason.logit { strong class=(side(share)) { (logit(share)) } }
            span.quiet { (kind) }
        }
    }
}

fn list(sentences: &[CitedSentence]) -> Markup {
    html! {
        ul.sentences { @for sentence in sentences { li { (cited(sentence)) } } }
    }
}

/// A sentence with links to what it cites.
fn cited(sentence: &CitedSentence) -> Markup {
    html! {
        bdi { (with_code(&one_line(&sentence.text))) } " " (links(&sentence.evidence))
    }
}

/// Links into the register.
pub(super) fn links(ids: &[EvidenceId]) -> Markup {
    html! {
        span.cites { @for id in ids { a href={ "#" (id) } aria-label={ "evidence " (id) } { "[" (id) "]" } } }
    }
}
