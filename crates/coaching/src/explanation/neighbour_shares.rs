//! The part of the neighbours taken apart: [`NeighbourShares`].

use maud::{Markup, html};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{ConversationId, Outcome, PartName};
use upturn_predict::Contributions;

use super::shown::{markdown as escape, one_line};
use super::wording::{logit, side};
use super::{Explanation, markdown};

/// Most calls told in a terminal.
const MOST: usize = 5;
const REST: &str = "without any of them, against the average call";

/// What each comparable call adds to the part of the neighbours, in the logits of the prediction.
///
/// Law: `calls` and `rest` sum to that part (within 1e-6). Empty where no neighbour voted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeighbourShares {
    /// Calls that voted, nearest first.
    pub calls: Vec<NeighbourShare>,
    /// What the call would have without any of them, against the average call.
    pub rest: f64,
}

/// What one comparable call adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeighbourShare {
    /// Which.
    pub conversation: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Its share; above zero speaks for won.
    pub logit: f64,
}

impl From<&Contributions> for NeighbourShares {
    fn from(contributions: &Contributions) -> Self {
        let voters = contributions.voters.iter();
        Self {
            calls: voters
                .map(|voter| NeighbourShare {
                    conversation: voter.conversation.clone(),
                    outcome: voter.outcome,
                    logit: voter.logit,
                })
                .collect(),
            rest: contributions.neighbours_rest,
        }
    }
}

impl NeighbourShare {
    /// `c7 (won)`.
    fn name(&self) -> String {
        let id = one_line(self.conversation.as_str());
        format!("{id} ({})", self.outcome.as_str())
    }
}

impl Explanation {
    /// Those that add most, strongest first, and the others in one line.
    pub(super) fn neighbours_told(&self) -> Vec<String> {
        let NeighbourShares { calls, rest } = &self.neighbour_shares;
        if calls.is_empty() {
            return Vec::new();
        }
        let mut strongest: Vec<&NeighbourShare> = calls.iter().collect();
        strongest.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
        let others = strongest.split_off(strongest.len().min(MOST));
        let line = |share: f64, what: &str| format!("  {} {what}", logit(share));
        let mut told = vec![String::new(), self.neighbours_title()];
        told.extend(strongest.iter().map(|it| line(it.logit, &it.name())));
        if !others.is_empty() {
            let sum = others.iter().map(|it| it.logit).sum();
            told.push(line(sum, &format!("{} more", others.len())));
        }
        told.push(line(*rest, REST));
        told
    }

    fn neighbours_title(&self) -> String {
        let part = self.prediction.part(PartName::Neighbours);
        format!("What each of the nearest calls adds to {}", logit(part))
    }

    /// All of them as a table of Markdown.
    pub(super) fn neighbours_table(&self) -> Vec<String> {
        let NeighbourShares { calls, rest } = &self.neighbour_shares;
        let rows = calls.iter().map(|it| [escape(&it.name()), logit(it.logit)]);
        let rest = (!calls.is_empty()).then(|| [REST.to_owned(), logit(*rest)]);
        let title = self.neighbours_title();
        markdown::table(&title, ["call", "logit"], rows.chain(rest))
    }

    /// All of them, beneath the parts of the page.
    pub(super) fn neighbours(&self) -> Markup {
        let NeighbourShares { calls, rest } = &self.neighbour_shares;
        html! {
            @if !calls.is_empty() {
                details {
                    summary { (self.neighbours_title()) }
                    div.wide { table {
                        thead { tr { th scope="col" { "Call" } th scope="col" { "Ended" } th scope="col" { "Logit" } } }
                        tbody { @for call in calls {
                            tr {
                                th scope="row" { bdi { (one_line(call.conversation.as_str())) } }
                                td { (call.outcome.as_str()) }
                                td { strong class=(side(call.logit)) { (logit(call.logit)) } }
                            }
                        } }
                        tfoot { tr { th scope="row" { (REST) } td {} td { (logit(*rest)) } } }
                    } }
                }
            }
        }
    }
}
