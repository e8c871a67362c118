//! Which column of a table means what: [`ColumnMapping`].

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Field, TableError};
use crate::toml_place::place;

/// Which column means what, in what shape the calls stand in the table, and how its values are written.
///
/// Whatever is left open is guessed from the header and the values; [`ColumnMapping::default`] leaves all of it open. A
/// file of it is TOML:
///
/// ```
/// use upturn_datasets::{ColumnMapping, Shape};
///
/// let mapping = ColumnMapping::from_toml(
///     r#"
///     shape = "turns"
///     time_unit = "s"
///     won = ["Closed Won"]
///     lost = ["Closed Lost", "Disqualified"]
///
///     [columns]
///     call = "Conversation"
///     outcome = "Deal Stage"
///     "#,
/// )?
/// .with_flag("text=What they said")?;
/// assert_eq!(mapping.shape, Some(Shape::Turns));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ColumnMapping {
    /// How a call stands in the table. By default `turns` if there is a column of what is said and one of who speaks or
    /// none of whole transcripts, `calls` otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
    /// In the shape `turns`: the rows of a call need not stand together. All calls are then held in memory. No by
    /// default.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub scattered: bool,
    /// How times are written. By default as the header says (`start_ms`, `start seconds`); without that, a number with a
    /// decimal point is seconds and a whole number milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_unit: Option<TimeUnit>,
    /// Which number of a day like `03/04/2026` is the month. By default a day is refused if both can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// Words that mean won, besides `won`, `yes`, `true`, `1`, `converted` and the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub won: Vec<String>,
    /// Words that mean lost, besides `lost`, `no`, `false`, `0` and the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// Words that mean that the outcome is not known yet, besides `open`, `pending` and the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Header of the column that holds a field; exactly or but for case, spaces and underscores. An empty header says that
    /// no column holds it.
    pub columns: BTreeMap<Field, String>,
}

/// How a call stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A row for each turn.
    Turns,
    /// A row for each call, with its transcript in one cell: lines `Name: text`, a JSON array of objects with `speaker`
    /// or `role` and `text` or `content`, or in Parquet a list of such structs.
    Calls,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeUnit {
    /// Milliseconds from the start of the call.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Seconds from the start of the call, with or without decimals.
    #[serde(rename = "s")]
    Seconds,
    /// `mm:ss` or `hh:mm:ss` from the start of the call, with or without decimals.
    #[serde(rename = "clock")]
    Clock,
    /// Day and time; the first one of a call is its start.
    #[serde(rename = "datetime")]
    DateTime,
}

/// Which number of a written day comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DateOrder {
    /// `31/12/2026`.
    #[serde(rename = "dmy")]
    DayFirst,
    /// `12/31/2026`.
    #[serde(rename = "mdy")]
    MonthFirst,
}

impl ColumnMapping {
    /// Reads a mapping from TOML.
    ///
    /// # Errors
    ///
    /// [`TableError::Mapping`].
    pub fn from_toml(text: &str) -> Result<Self, TableError> {
        toml::from_str(text).map_err(|error| {
            let (line, column) = place(text, error.span());
            TableError::Mapping {
                what: format!("line {line}, column {column}: {}", error.message()),
            }
        })
    }

    /// The same with what a flag `name=value` says: a field and its column (`call=Conversation Id`), or one of `shape`,
    /// `scattered`, `time_unit`, `date_order`.
    ///
    /// # Errors
    ///
    /// [`TableError::Mapping`] if it has no `=` or an unknown name or value.
    pub fn with_flag(mut self, flag: &str) -> Result<Self, TableError> {
        let wrong = |what: String| TableError::Mapping { what };
        let (name, value) = flag
            .split_once('=')
            .map(|(name, value)| (name.trim(), value.trim()))
            .ok_or_else(|| wrong("a column is given as `field=header`".to_owned()))?;
        match name {
            "shape" => self.shape = Some(word(name, value)?),
            "scattered" => {
                self.scattered = bool::from_str(value)
                    .map_err(|_| wrong("`scattered` is `true` or `false`".to_owned()))?;
            }
            "time_unit" => self.time_unit = Some(word(name, value)?),
            "date_order" => self.date_order = Some(word(name, value)?),
            _ => {
                let field = Field::named(name)
                    .ok_or_else(|| wrong(format!("`{name}` is no field of a table")))?;
                self.columns.insert(field, value.to_owned());
            }
        }
        Ok(self)
    }
}

/// One of the words of an enumeration.
fn word<'v, T: Deserialize<'v>>(name: &str, value: &'v str) -> Result<T, TableError> {
    let read = T::deserialize(serde::de::value::BorrowedStrDeserializer::new(value));
    read.map_err(|error: serde::de::value::Error| TableError::Mapping {
        what: format!("`{name}`: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_survives_its_own_file() {
        let mapping = [
            "shape=calls",
            "scattered=true",
            "time_unit=clock",
            "date_order=dmy",
            "rep=Owner",
        ]
        .into_iter()
        .try_fold(ColumnMapping::default(), ColumnMapping::with_flag)
        .unwrap();
        let json = serde_json::to_string(&mapping).unwrap();
        assert_eq!(
            json,
            r#"{"shape":"calls","scattered":true,"time_unit":"clock","date_order":"dmy","columns":{"rep":"Owner"}}"#
        );
        assert_eq!(
            serde_json::from_str::<ColumnMapping>(&json).unwrap(),
            mapping
        );
        let text = "shape = \"calls\"\nscattered = true\ntime_unit = \"clock\"\ndate_order = \"dmy\"\ncolumns.rep = \"Owner\"";
        assert_eq!(ColumnMapping::from_toml(text).unwrap(), mapping);
    }

    #[test]
    fn what_a_mapping_does_not_know_is_refused() {
        for flag in [
            "call",
            "calls=x",
            "shape=rows",
            "scattered=1",
            "time_unit=hours",
            "date_order=ymd",
        ] {
            let refused = ColumnMapping::default().with_flag(flag);
            assert!(matches!(refused, Err(TableError::Mapping { .. })), "{flag}");
        }
        for text in [
            "shape = 3",
            "colums.call = \"id\"",
            "columns.who = \"x\"",
            "[",
        ] {
            assert!(
                matches!(
                    ColumnMapping::from_toml(text),
                    Err(TableError::Mapping { .. })
                ),
                "{text}"
            );
        }
    }
}
