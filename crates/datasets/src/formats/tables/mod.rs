//! Tables of calls: CSV and Parquet, with a row for each turn or a row for each call.
//!
//! [`ColumnMapping`] says which column means what, [`CsvRecords`] and [`ParquetRecords`] read [`Record`](crate::Record)s by
//! it. A file comes as rows of cells, whatever its kind; how rows make calls is written once for both.

mod amount;
mod buffered;
mod cell;
mod csv;
mod day;
mod draft;
mod error;
mod field;
mod header;
mod json;
mod layout;
mod mapping;
mod moment;
mod outcome;
mod parquet;
mod reader;
mod spoken;
mod turns;

pub use csv::CsvRecords;
pub use error::TableError;
pub use field::Field;
pub use mapping::{ColumnMapping, DateOrder, Shape, TimeUnit};
pub use parquet::ParquetRecords;
pub use reader::RowCounts;

#[cfg(test)]
mod tests;
