//! Where a record stands: [`Place`].

use serde::Serialize;

use crate::Counted;

/// A record of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// Number of the file in the order in which files are read, from 1; 0 if it could not even be looked at.
    pub(crate) file: usize,
    /// The source, as the user named it or as it was found, or what stands for that.
    pub(crate) source: String,
    /// Number of the record in it, from 1; 0 for the source as a whole.
    pub(crate) record: u64,
    /// What `record` counts.
    pub(crate) unit: &'static str,
}

impl Place {
    pub(crate) const fn new(file: usize, source: String, record: u64, counted: Counted) -> Self {
        let unit = match counted {
            Counted::Lines => "line",
            Counted::Elements => "element",
            Counted::Rows => "row",
        };
        Self {
            file,
            source,
            record,
            unit,
        }
    }

    /// All of a source.
    pub(crate) const fn whole(file: usize, source: String) -> Self {
        Self {
            file,
            source,
            record: 0,
            unit: "file",
        }
    }
}
