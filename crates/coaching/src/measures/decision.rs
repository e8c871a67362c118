//! Whether it is said who decides and how: [`Decision`].

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::place::turns_with;
use super::questions::kind_of;
use crate::text::{Phrases, Said};

const DECISION: &[&str] = &[
    "decision maker*",
    "decision making",
    "decision process",
    "buying process",
    "who decides",
    "who makes .. decision",
    "make .. decision",
    "makes .. decision",
    "making .. decision",
    "who else .. involved",
    "who else needs",
    "who else should",
    "final say",
    "final decision",
    "sign off",
    "signs off",
    "signed off",
    "approv*",
    "procurement",
    "purchasing department",
    "purchasing team",
    "legal team",
    "legal department",
    "legal review",
    "budget owner",
    "budget holder",
    "economic buyer",
    "stakeholder*",
    "the board",
    "committee",
    "my boss",
    "my manager",
    "my director",
    "our manager",
    "our director",
    "our boss",
    "the cfo",
    "the ceo",
    "the cto",
    "the coo",
    "our cfo",
    "our ceo",
    "our cto",
    "our coo",
    "our vp",
    "run it by",
    "run this by",
    "run it past",
    "run this past",
    "check with my",
    "check with our",
    "talk to my",
    "talk to our",
    "speak to my",
    "speak with my",
    "talk with my",
    "discuss .. with my",
    "discuss .. with our",
    "my husband",
    "my wife",
    "my partner",
    "my business partner",
    "i make the decisions",
    "its my decision",
    "my call to make",
    "up to me",
];

static DECISIONS: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(DECISION.iter().map(|phrase| (*phrase, ()))));

/// Mentions of who decides, who must agree, and how it is decided.
///
/// - **Unit, range.** Turns.
/// - **`None`** (of the whole). The call is in another language than English.
/// - **Source.** "Economic buyer" and "decision process" of the qualification scheme MEDDIC. The list is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// Turns of either side that mention it, rising.
    pub mentions: Vec<TurnRange>,
    /// Those of them in which the seller asks about it.
    pub asked: Vec<TurnRange>,
}

impl Decision {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        let both = said.iter().filter(|said| said.counts());
        let seller = said.iter().filter(|said| said.is_by(Speaker::Seller));
        Self {
            mentions: turns_with(both, |it| DECISIONS.are_in(&it.words)),
            asked: turns_with(seller, |it| {
                DECISIONS.are_in(&it.words) && kind_of(it).is_some()
            }),
        }
    }
}
