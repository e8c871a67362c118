//! Which documents a search may return: [`Filter`].

mod both;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConversationId, Date, DocumentKind, DocumentMetadata, Outcome};

/// Which documents may be returned: those that meet every condition given. Empty, it admits all.
///
/// A list of words asks for any of them, letter by letter; an empty list asks for nothing. A document that lacks what a
/// condition looks at does not meet it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<DocumentKind>,
    /// Only calls that ended so.
    pub outcome: Option<Outcome>,
    /// Only calls whose outcome is known.
    pub labelled: bool,
    /// Only these calls.
    pub conversations: Vec<ConversationId>,
    /// Only these accounts; see [`crate::Conversation::group`].
    pub accounts: Vec<String>,
    /// Only calls of these sellers.
    pub reps: Vec<String>,
    /// Only calls in these stages of the pipeline.
    pub stages: Vec<String>,
    /// Only calls of these trades.
    pub industries: Vec<String>,
    /// Only calls in these languages.
    pub languages: Vec<String>,
    /// Not these calls.
    pub without_conversations: Vec<ConversationId>,
    /// Not these accounts.
    pub without_accounts: Vec<String>,
    /// Only calls of this day or a later one.
    pub since: Option<Date>,
    /// Only calls of an earlier day.
    pub before: Option<Date>,
    /// Only deals of this size or a larger one, in the currency of the export.
    pub amount_from: Option<f64>,
    /// Only deals of this size or a smaller one.
    pub amount_to: Option<f64>,
}

impl Filter {
    /// The law every store keeps: whether a document with this metadata may be returned.
    pub fn admits(&self, metadata: &DocumentMetadata) -> bool {
        self.admits_call(metadata) && self.admits_deal(metadata)
    }

    /// What is asked of the call itself.
    fn admits_call(&self, metadata: &DocumentMetadata) -> bool {
        let ends_so = |outcome| metadata.outcome == Some(outcome);
        let is_before = |day| metadata.date.is_some_and(|date| date < day);
        let is_since = |day| metadata.date.is_some_and(|date| date >= day);
        self.kind.is_none_or(|kind| metadata.kind == kind)
            && self.outcome.is_none_or(ends_so)
            && (!self.labelled || metadata.outcome.is_some())
            && is_any(&self.conversations, Some(&metadata.conversation))
            && !self.without_conversations.contains(&metadata.conversation)
            && self.before.is_none_or(is_before)
            && self.since.is_none_or(is_since)
    }

    /// What is asked of the deal behind it.
    fn admits_deal(&self, metadata: &DocumentMetadata) -> bool {
        let is_large = |least| metadata.amount.is_some_and(|amount| amount >= least);
        let is_small = |most| metadata.amount.is_some_and(|amount| amount <= most);
        is_any(&self.accounts, Some(&metadata.account))
            && !self.without_accounts.contains(&metadata.account)
            && is_any(&self.reps, metadata.rep.as_ref())
            && is_any(&self.stages, metadata.stage.as_ref())
            && is_any(&self.industries, metadata.industry.as_ref())
            && is_any(&self.languages, metadata.language.as_ref())
            && self.amount_from.is_none_or(is_large)
            && self.amount_to.is_none_or(is_small)
    }
}

/// Whether nothing is asked for, or what is there is among it.
fn is_any<T: PartialEq>(asked: &[T], there: Option<&T>) -> bool {
    asked.is_empty() || there.is_some_and(|there| asked.contains(there))
}
