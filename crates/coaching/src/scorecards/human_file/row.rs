//! The lines of both forms of the file: [`of_csv`], [`of_json`].

use serde::Deserialize;
use serde_json::Value;

use super::{HumanRowError, HumanRowFault};

/// A line as it is written, without space around its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) conversation: String,
    pub(super) question: String,
    pub(super) points: String,
}

/// A line with its number, or what is wrong with it.
pub(super) type Line = (u64, Result<Row, HumanRowFault>);

/// A line of JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    conversation: String,
    question: String,
    points: Value,
}

/// The lines below the names of the columns.
pub(super) fn of_csv(text: &str) -> Result<Vec<Line>, HumanRowError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut got: Vec<String> = Vec::new();
    if let Ok(header) = reader.headers() {
        got.extend(header.iter().map(str::to_owned));
    }
    let column = |name: &str| got.iter().position(|column| column == name);
    let columns = column("conversation").zip(column("question"));
    let Some(((conversation, question), points)) = columns.zip(column("points")) else {
        let fault = HumanRowFault::Columns { got };
        return Err(HumanRowError { line: 1, fault });
    };
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let place = |position: Option<&csv::Position>| position.map_or(1, csv::Position::line);
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = place(error.position());
                return (line, Err(form(told(&error.into_kind()))));
            }
        };
        let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let row = Row {
            conversation: field(conversation),
            question: field(question),
            points: field(points),
        };
        (place(record.position()), Ok(row))
    };
    Ok(reader.into_records().map(row).collect())
}

/// What the parser of CSV says, without the place, which stands before it.
fn told(kind: &csv::ErrorKind) -> String {
    if let csv::ErrorKind::UnequalLengths {
        expected_len, len, ..
    } = kind
    {
        format!("there are {len} fields, and {expected_len} columns")
    } else {
        "it is no CSV".to_owned()
    }
}

/// Every line that is not blank.
pub(super) fn of_json(text: &str) -> Vec<Line> {
    let lines = text.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| (number, json(line))).collect()
}

fn json(line: &str) -> Result<Row, HumanRowFault> {
    let Written {
        conversation,
        question,
        points,
    } = serde_json::from_str(line).map_err(|error| form(error.to_string()))?;
    let points = match points {
        Value::String(text) => text.trim().to_owned(),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    };
    Ok(Row {
        conversation: conversation.trim().to_owned(),
        question: question.trim().to_owned(),
        points,
    })
}

fn form(what: String) -> HumanRowFault {
    HumanRowFault::Form { what }
}
