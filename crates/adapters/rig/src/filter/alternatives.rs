//! rig's filter as stores are asked: each of its alternatives as one [`Filter`].

use rig_core::vector_store::request::FilterError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use upturn_core::{Date, Filter};

use super::CallFilter;

/// How many questions to the store one question may become.
const MOST: usize = 64;

impl CallFilter {
    /// Filters of which a document meets at least one exactly if it meets this one. None at all where nothing can.
    ///
    /// # Errors
    ///
    /// `FilterError` for a field or value that the table of [`CallFilter`] does not have, and for more than 64 alternatives.
    pub fn alternatives(&self) -> Result<Vec<Filter>, FilterError> {
        let alternatives = match self {
            Self::Eq(key, value) => vec![equal(key, value)?],
            Self::Gt(key, value) => vec![greater(key, value)?],
            Self::Lt(key, value) => vec![smaller(key, value)?],
            Self::Calls(filter) => vec![Filter::clone(filter)],
            Self::Or(left, right) => [left.alternatives()?, right.alternatives()?].concat(),
            Self::And(left, right) => {
                let right = right.alternatives()?;
                let pairs = left.alternatives()?.into_iter();
                let pairs = pairs.flat_map(|left| right.iter().map(move |right| left.both(right)));
                pairs.flatten().collect()
            }
        };
        if alternatives.len() > MOST {
            let many = format!("{} alternatives", alternatives.len());
            return Err(must(&many, "be 64 at most"));
        }
        Ok(alternatives)
    }
}

fn must(what: &str, be: &str) -> FilterError {
    FilterError::Must(what.to_owned(), be.to_owned())
}

/// The field's name without the document's part that it stands in.
fn field(key: &str) -> &str {
    key.strip_prefix("metadata.").unwrap_or(key)
}

fn equal(key: &str, value: &Value) -> Result<Filter, FilterError> {
    let mut filter = Filter::default();
    match field(key) {
        "kind" => filter.kind = Some(read(key, value, "`moment` or `call`")?),
        "outcome" => filter.outcome = Some(read(key, value, "`won` or `lost`")?),
        "labelled" if *value == Value::Bool(true) => filter.labelled = true,
        "labelled" => {
            return Err(must(
                key,
                "be `true`: calls without an outcome can't be asked for",
            ));
        }
        "conversation" => filter.conversations.push(read(key, value, "a call's id")?),
        "account" => filter.accounts.push(text(key, value)?),
        "rep" => filter.reps.push(text(key, value)?),
        "stage" => filter.stages.push(text(key, value)?),
        "industry" => filter.industries.push(text(key, value)?),
        "language" => filter.languages.push(text(key, value)?),
        "amount" => {
            filter.amount_from = Some(number(key, value)?);
            filter.amount_to = filter.amount_from;
        }
        "date" => {
            let day = day(key, value)?;
            filter.since = Some(day);
            filter.before = Some(next(key, day)?);
        }
        _ => return Err(unknown(key)),
    }
    Ok(filter)
}

fn greater(key: &str, value: &Value) -> Result<Filter, FilterError> {
    let all = Filter::default();
    match field(key) {
        "amount" => Ok(Filter {
            amount_from: Some(number(key, value)?.next_up()),
            ..all
        }),
        "date" => Ok(Filter {
            since: Some(next(key, day(key, value)?)?),
            ..all
        }),
        _ => Err(without_order(key)),
    }
}

fn smaller(key: &str, value: &Value) -> Result<Filter, FilterError> {
    let all = Filter::default();
    match field(key) {
        "amount" => Ok(Filter {
            amount_to: Some(number(key, value)?.next_down()),
            ..all
        }),
        "date" => Ok(Filter {
            before: Some(day(key, value)?),
            ..all
        }),
        _ => Err(without_order(key)),
    }
}

fn unknown(key: &str) -> FilterError {
    let known = "be kind, outcome, labelled, conversation, account, rep, stage, industry, language, amount or date";
    must(key, known)
}

fn without_order(key: &str) -> FilterError {
    must(key, "be amount or date to be compared by `gt` and `lt`")
}

fn read<T: DeserializeOwned>(key: &str, value: &Value, expected: &str) -> Result<T, FilterError> {
    serde_json::from_value(value.clone()).map_err(|_| must(key, &format!("be {expected}")))
}

fn text(key: &str, value: &Value) -> Result<String, FilterError> {
    read(key, value, "text")
}

fn number(key: &str, value: &Value) -> Result<f64, FilterError> {
    read(key, value, "a number")
}

fn day(key: &str, value: &Value) -> Result<Date, FilterError> {
    read(key, value, "a day such as 2026-11-22")
}

fn next(key: &str, day: Date) -> Result<Date, FilterError> {
    day.tomorrow()
        .map_err(|_| must(key, "be a day before 9999-12-31"))
}
