//! What the rules say of a call: [`Judgement`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::TurnRange;

/// The warnings, and what could not be judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// In the order of the rules.
    pub warnings: Vec<Warning>,
    /// Rules that need what is not known of this call, in their order.
    pub unjudged: Vec<Unjudged>,
}

/// A rule that holds of the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Its name.
    pub rule: String,
    /// What it says.
    pub says: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// What it rests on; never empty.
    pub evidence: Vec<Cite>,
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cite {
    /// The measure, or the field of the metadata.
    pub about: String,
    /// Its value.
    pub value: CitedValue,
    /// The turns it rests on; of what was not found, all that was looked through. Empty for metadata.
    pub turns: Vec<TurnRange>,
}

/// A value of a measure or of the metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum CitedValue {
    /// Yes or no.
    YesNo(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl fmt::Display for CitedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YesNo(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Number(number) => write!(f, "{}", (number * 100.0).round() / 100.0),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A rule that cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unjudged {
    /// Its name.
    pub rule: String,
    /// Measures and fields of the metadata that are not known, or not of the kind that the rule compares.
    pub missing: Vec<String>,
}
