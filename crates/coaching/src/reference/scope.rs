//! Which calls are of the same kind: [`Scope`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::Metadata;

/// Calls of one stage, one trade, both or neither. Case and space around a name make no difference.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Scope {
    /// Their stage; `None` for any.
    pub stage: Option<String>,
    /// The buyer's trade; `None` for any.
    pub industry: Option<String>,
}

impl Scope {
    /// From a call's own stage and trade to all calls: both, the stage, the trade, neither. What the call does not know is
    /// left out.
    pub(crate) fn widening(metadata: &Metadata) -> Vec<Self> {
        let stage = plain(metadata.stage.as_ref());
        let industry = plain(metadata.industry.as_ref());
        let scope = |stage: &Option<String>, industry: &Option<String>| Self {
            stage: stage.clone(),
            industry: industry.clone(),
        };
        let mut scopes = Vec::with_capacity(4);
        for scope in [
            scope(&stage, &industry),
            scope(&stage, &None),
            scope(&None, &industry),
            Self::default(),
        ] {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes
    }
}

fn plain(name: Option<&String>) -> Option<String> {
    let name = name?.trim().to_lowercase();
    (!name.is_empty()).then_some(name)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.stage, &self.industry) {
            (Some(stage), Some(industry)) => write!(f, "stage `{stage}`, industry `{industry}`"),
            (Some(stage), None) => write!(f, "stage `{stage}`"),
            (None, Some(industry)) => write!(f, "industry `{industry}`"),
            (None, None) => f.write_str("all calls"),
        }
    }
}
