//! What is known about a conversation besides its words: [`Metadata`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A calendar day, ISO 8601 (`2026-11-22`).
pub type Date = jiff::civil::Date;

/// Columns of the CRM that travel with a conversation. All optional; unknown ones are kept in `extra`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// The customer, deal or person the conversation is about: what must not stand on both sides of a split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Who sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// Stage of the pipeline when the conversation took place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The buyer's trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Size of the deal, in the currency of the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
    /// Day of the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Day on which the outcome became known; not before `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome_date: Option<Date>,
    /// Where the record came from: a corpus, a recorder, an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Language as a BCP 47 tag (`en`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: BTreeMap<String, serde_json::Value>,
}
