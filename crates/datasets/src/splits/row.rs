//! What a split must know of a call: [`SplitRow`].

use std::fmt;

use serde_json::Value;
use upturn_core::{Conversation, Date, Metadata, Outcome};

use super::{SplitError, SplitOptions};

/// A call without its words.
///
/// `Debug` shows the id, never a group: groups name persons.
#[derive(Clone, PartialEq, Eq)]
pub struct SplitRow {
    /// Its name, unique.
    pub id: String,
    /// Its value in each column of [`SplitOptions::groups`], in their order; none where it has none.
    pub groups: Vec<Option<String>>,
    /// Day of the call.
    pub date: Option<Date>,
    /// Day on which the outcome became known.
    pub outcome_date: Option<Date>,
    /// How it ended; none while it is open.
    pub outcome: Option<Outcome>,
}

impl SplitRow {
    /// The row of a conversation.
    ///
    /// A column is a field of [`Metadata`] or of its `extra`; numbers and truth values count as their text. Blank is none.
    pub fn new(conversation: &Conversation, options: &SplitOptions) -> Self {
        let metadata = conversation.metadata();
        let groups = options.groups.iter();
        Self {
            id: conversation.id().as_str().to_owned(),
            groups: groups.map(|column| value(metadata, column)).collect(),
            date: metadata.date,
            outcome_date: metadata.outcome_date,
            outcome: conversation.outcome(),
        }
    }
}

impl fmt::Debug for SplitRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SplitRow")
            .field("id", &self.id)
            .field("date", &self.date)
            .field("outcome_date", &self.outcome_date)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

fn value(metadata: &Metadata, column: &str) -> Option<String> {
    let value = match column {
        "account" => metadata.account.clone(),
        "rep" => metadata.rep.clone(),
        "stage" => metadata.stage.clone(),
        "industry" => metadata.industry.clone(),
        "source" => metadata.source.clone(),
        "language" => metadata.language.clone(),
        _ => match metadata.extra.get(column)? {
            Value::String(text) => Some(text.clone()),
            other @ (Value::Bool(_) | Value::Number(_)) => Some(other.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        },
    };
    value.filter(|value| !value.trim().is_empty())
}

/// Places of the rows in the order of their ids.
///
/// # Errors
///
/// [`SplitError::NoRows`], [`SplitError::DuplicateId`], or [`SplitError::GroupColumns`].
pub(crate) fn by_id(rows: &[SplitRow], columns: usize) -> Result<Vec<usize>, SplitError> {
    if rows.is_empty() {
        return Err(SplitError::NoRows);
    }
    if let Some(row) = rows.iter().find(|row| row.groups.len() != columns) {
        return Err(SplitError::GroupColumns {
            id: row.id.clone(),
            expected: columns,
            got: row.groups.len(),
        });
    }
    let id = |place: usize| rows.get(place).map(|row| row.id.as_str());
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_unstable_by_key(|place| id(*place));
    let twice = places.windows(2).find_map(|pair| match pair {
        [a, b] if id(*a) == id(*b) => id(*a),
        _ => None,
    });
    match twice {
        Some(id) => Err(SplitError::DuplicateId { id: id.to_owned() }),
        None => Ok(places),
    }
}
