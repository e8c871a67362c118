//! Where a record stands: [`Place`].

use serde::Serialize;

use crate::Counted;

/// A record of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// The source, as the user named it or as it was found.
    pub(crate) source: String,
    /// Number of the record in it, from 1; 0 for the source as a whole.
    pub(crate) record: u64,
    /// What `record` counts.
    pub(crate) unit: &'static str,
}

impl Place {
    pub(crate) fn new(source: &str, record: u64, counted: Counted) -> Self {
        let unit = match counted {
            Counted::Lines => "line",
            Counted::Elements => "element",
            Counted::Rows => "row",
        };
        Self {
            source: source.to_owned(),
            record,
            unit,
        }
    }

    /// All of a source.
    pub(crate) fn whole(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            record: 0,
            unit: "file",
        }
    }
}
