//! Metadata as flat columns: [`columns`] of [`Cell`]s.

use serde_json::Value;
use upturn_core::{Date, Metadata};

use super::tokens::head;

/// Columns of one call that are looked at; further ones are counted, not kept.
const MOST: usize = 128;
/// Longest name and longest text of a cell, in bytes.
const LONGEST_NAME: usize = 64;
const LONGEST_TEXT: usize = 160;
/// How deep objects are opened: `extra.crm.owner.team` is three.
const DEEPEST: usize = 3;

/// The time within a call at which its outcome was known, in `extra`: see [`cut_after_outcome`](super::cut_after_outcome).
pub(crate) const OUTCOME_MS: &str = "outcome_ms";

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// A number, also one that stands in a text; days count from year 0.
    Number(f64),
    /// Anything else, cut to 160 bytes.
    Text(String),
}

/// All columns of a call by name, without those that are known afterwards by definition (`outcome_date` and
/// `extra.outcome_ms`), and how many were left out.
pub(crate) fn columns(metadata: &Metadata) -> (Vec<(String, Cell)>, u64) {
    let mut columns = Columns::default();
    let Metadata {
        account,
        rep,
        stage,
        industry,
        amount,
        date,
        outcome_date: _,
        source,
        language,
        extra,
    } = metadata;
    let texts = [
        ("account", account),
        ("rep", rep),
        ("stage", stage),
        ("industry", industry),
        ("source", source),
        ("language", language),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            columns.add(name, text_cell(text));
        }
    }
    if let Some(amount) = amount {
        columns.add("amount", Cell::Number(*amount));
    }
    if let Some(date) = date {
        columns.add("date", Cell::Number(day_number(*date)));
    }
    for (name, value) in extra {
        if name != OUTCOME_MS {
            columns.add_value(name, value, DEEPEST);
        }
    }
    (columns.kept, columns.left_out)
}

#[derive(Debug, Default)]
struct Columns {
    kept: Vec<(String, Cell)>,
    left_out: u64,
}

impl Columns {
    fn add(&mut self, name: &str, cell: Cell) {
        if self.kept.len() < MOST {
            self.kept.push((head(name, LONGEST_NAME).to_owned(), cell));
        } else {
            self.left_out += 1;
        }
    }

    fn add_value(&mut self, name: &str, value: &Value, deeper: usize) {
        match value {
            Value::Null => {}
            Value::Bool(is_true) => self.add(name, Cell::Text(is_true.to_string())),
            Value::Number(number) => {
                self.add(
                    name,
                    number
                        .as_f64()
                        .map_or_else(|| text_cell(&number.to_string()), Cell::Number),
                );
            }
            Value::String(text) => self.add(name, text_cell(text)),
            Value::Object(fields) if deeper > 0 => {
                for (field, value) in fields {
                    let name = head(name, LONGEST_NAME);
                    self.add_value(&format!("{name}.{field}"), value, deeper - 1);
                }
            }
            Value::Object(fields) => self.add(name, Cell::Text(format!("{} fields", fields.len()))),
            Value::Array(elements) => self.add(name, Cell::Text(joined(elements))),
        }
    }
}

/// The plain elements of an array in one text, up to the longest.
fn joined(elements: &[Value]) -> String {
    let mut text = String::new();
    for element in elements {
        if text.len() >= LONGEST_TEXT {
            break;
        }
        match element {
            Value::String(element) => text.push_str(head(element, LONGEST_TEXT)),
            Value::Bool(_) | Value::Number(_) => text.push_str(&element.to_string()),
            Value::Null | Value::Object(_) | Value::Array(_) => {}
        }
        text.push(' ');
    }
    head(text.trim_end(), LONGEST_TEXT).to_owned()
}

fn text_cell(text: &str) -> Cell {
    let text = text.trim();
    let number = (text.len() <= 32)
        .then(|| text.parse::<f64>().ok())
        .flatten();
    match number.filter(|number| number.is_finite()) {
        Some(number) => Cell::Number(number),
        None => Cell::Text(head(text, LONGEST_TEXT).to_owned()),
    }
}

fn day_number(date: Date) -> f64 {
    f64::from(date.year()) * 366.0 + f64::from(date.day_of_year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_become_columns_and_what_is_known_afterwards_does_not() {
        let metadata: Metadata = serde_json::from_str(
            r#"{"rep":"ann","amount":12.5,"outcome_date":"2026-01-05","score":"7","tags":["hot",3,null,{}],
                "outcome_ms":1,"crm":{"owner":{"team":{"lead":{"x":1}}},"done":true,"none":null}}"#,
        )
        .unwrap();
        let text = |text: &str| Cell::Text(text.to_owned());
        let expected = [
            ("rep", text("ann")),
            ("amount", Cell::Number(12.5)),
            ("crm.done", text("true")),
            ("crm.owner.team.lead", text("1 fields")),
            ("score", Cell::Number(7.0)),
            ("tags", text("hot 3")),
        ];
        let expected = expected.map(|(name, cell)| (name.to_owned(), cell));
        // Nested fields stand in the order of the JSON, or of their names: another crate's feature of serde_json decides.
        let (mut found, left_out) = columns(&metadata);
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let mut expected = expected.to_vec();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!((found, left_out), (expected, 0));
    }

    #[test]
    fn a_call_of_a_thousand_columns_keeps_128_and_counts_the_others() {
        let fields: Vec<_> = (0..1000).map(|at| format!(r#""{at}":"x""#)).collect();
        let metadata: Metadata =
            serde_json::from_str(&format!("{{{}}}", fields.join(","))).unwrap();
        let (kept, left_out) = columns(&metadata);
        assert_eq!((kept.len(), left_out), (128, 872));
    }
}
