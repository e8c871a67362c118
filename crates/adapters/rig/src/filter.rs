//! rig's filters over calls: [`CallFilter`].

mod alternatives;

use rig_core::vector_store::request::SearchFilter;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use upturn_core::Filter;

/// Which calls a question is about, in rig's words or as upturn's own [`Filter`].
///
/// As JSON it is rig's canonical filter (`{"eq": ["outcome", "won"]}`), plus `{"calls": {…}}` with the fields of [`Filter`].
///
/// | field | value | `eq` | `gt`, `lt` |
/// |---|---|---|---|
/// | `kind` | `moment` or `call` | yes | |
/// | `outcome` | `won` or `lost` | yes | |
/// | `labelled` | `true` | yes | |
/// | `conversation`, `account`, `rep`, `stage`, `industry`, `language` | text | yes | |
/// | `amount` | number | yes | yes |
/// | `date` | day, `2026-11-22` | yes | yes |
///
/// A field may be written as it stands in the document: `metadata.outcome`. A document without the field is not admitted.
/// What does not fit the table is an error when the question is asked.
///
/// ```
/// use rig_core::vector_store::request::SearchFilter as _;
/// use upturn_rig::CallFilter;
///
/// let large_and_won = CallFilter::eq("outcome", "won".into()).and(CallFilter::gt("amount", 10_000.into()));
/// assert_eq!(large_and_won.alternatives()?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallFilter {
    /// The field is this.
    Eq(String, Value),
    /// The field is greater or later.
    Gt(String, Value),
    /// The field is smaller or earlier.
    Lt(String, Value),
    /// Both.
    And(Box<Self>, Box<Self>),
    /// At least one.
    Or(Box<Self>, Box<Self>),
    /// What upturn's own filter admits: it can exclude calls and accounts too.
    Calls(Box<Filter>),
}

impl From<Filter> for CallFilter {
    fn from(filter: Filter) -> Self {
        Self::Calls(Box::new(filter))
    }
}

impl SearchFilter for CallFilter {
    type Value = Value;

    fn eq(key: impl AsRef<str>, value: Value) -> Self {
        Self::Eq(key.as_ref().to_owned(), value)
    }

    fn gt(key: impl AsRef<str>, value: Value) -> Self {
        Self::Gt(key.as_ref().to_owned(), value)
    }

    fn lt(key: impl AsRef<str>, value: Value) -> Self {
        Self::Lt(key.as_ref().to_owned(), value)
    }

    fn and(self, rhs: Self) -> Self {
        Self::And(Box::new(self), Box::new(rhs))
    }

    fn or(self, rhs: Self) -> Self {
        Self::Or(Box::new(self), Box::new(rhs))
    }
}

#[cfg(test)]
mod tests;
