//! A column of the calls that they are cut by: [`Field`].

use std::collections::BTreeSet;

use serde_json::Value;
use upturn::{Conversation, Diagnostic, ErrorKind};

use crate::commands::evaluate::column::{columns, plain};

/// Fields of the metadata that are numbers, or name the call's end.
const NO_SEGMENTS: [&str; 3] = ["amount", "date", "outcome_date"];

/// Calls can't be cut by a field.
#[derive(Debug, thiserror::Error)]
#[error("none of the {calls} calls says a `{field}` to cut them by")]
pub(in crate::commands::evaluate) struct NoSuchField {
    field: String,
    calls: usize,
    /// Fields that calls say.
    known: BTreeSet<String>,
}

impl Diagnostic for NoSuchField {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        Some(if known.is_empty() {
            "leave `--segments` out: their metadata hold nothing to cut them by".to_owned()
        } else {
            format!("they say {}", known.join(", "))
        })
    }
}

/// The name of a field of the metadata, as in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::evaluate) struct Field(pub(super) String);

impl Field {
    /// The field of the person who sold.
    const PERSON: &str = "rep";

    /// Those typed, each once.
    ///
    /// # Errors
    ///
    /// [`NoSuchField`] if no call says one of them.
    pub(in crate::commands::evaluate) fn of(
        typed: &[String],
        calls: &[&Conversation],
    ) -> Result<Vec<Self>, NoSuchField> {
        let mut fields: Vec<Self> = Vec::new();
        for name in typed {
            let field = Self(name.trim().to_owned());
            if !calls.iter().any(|call| field.value(call).is_some()) {
                return Err(NoSuchField {
                    field: field.0,
                    calls: calls.len(),
                    known: calls.iter().flat_map(|call| said(call)).collect(),
                });
            }
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Ok(fields)
    }

    /// Whether its values are persons, who may be put in an order.
    pub(super) fn is_person(&self) -> bool {
        self.0 == Self::PERSON
    }

    /// What a call says there, without space around it; none where that is no name.
    pub(super) fn value(&self, call: &Conversation) -> Option<String> {
        if NO_SEGMENTS.contains(&self.0.as_str()) {
            return None;
        }
        name(columns(call).get(&self.0)?)
    }
}

/// Yes and no are told as such, and a fraction names nothing.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::Bool(is) => Some(if *is { "yes" } else { "no" }.to_owned()),
        Value::Number(number) if number.is_f64() => None,
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            plain(value)
        }
    }
}

/// The fields that a call could be cut by.
fn said(call: &Conversation) -> Vec<String> {
    let fields = columns(call).into_iter();
    fields
        .filter(|(field, value)| !NO_SEGMENTS.contains(&field.as_str()) && name(value).is_some())
        .map(|(field, _)| field)
        .collect()
}
