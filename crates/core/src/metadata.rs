//! What is known about a conversation besides its words: [`Metadata`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    pub extra: BTreeMap<String, Value>,
}

impl Metadata {
    /// Name in `extra` of the buyer's people who are known: their number, or a list of them.
    pub const CONTACTS: &str = "contacts";
    /// Name in `extra` of the days since the deal came to the stage that it is in.
    pub const DAYS_IN_STAGE: &str = "days_in_stage";
    /// Name in `extra` of the days since the buyer was last heard of.
    pub const DAYS_SINCE_BUYER: &str = "days_since_buyer";

    /// A field of `extra` as a number; none where it is absent or no finite number.
    ///
    /// Numbers of an export may stand in quotes. Of a list, its length: `contacts` may be the contacts or their number.
    pub fn number(&self, field: &str) -> Option<f64> {
        let number = match self.extra.get(field)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            Value::Array(list) => list.len() as f64,
            Value::Bool(_) | Value::Null | Value::Object(_) => return None,
        };
        number.is_finite().then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_may_stand_in_quotes_or_be_a_list() {
        for (value, expected) in [
            (json!(3), Some(3.0)),
            (json!(" 2.5 "), Some(2.5)),
            (json!(["a", "b"]), Some(2.0)),
            (json!("inf"), None),
            (json!("NaN"), None),
            (json!("many"), None),
            (json!(true), None),
            (json!(null), None),
            (json!({"count": 3}), None),
        ] {
            let metadata = Metadata {
                extra: BTreeMap::from([(Metadata::CONTACTS.to_owned(), value.clone())]),
                ..Metadata::default()
            };
            assert_eq!(metadata.number("contacts"), expected, "{value}");
            assert_eq!(metadata.number("days_in_stage"), None);
        }
    }
}
