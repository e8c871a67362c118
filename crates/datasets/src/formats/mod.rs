//! Readers of what recorders, chat programs and exports write: each turns one kind of file into [`Record`]s.

mod clock;
mod cues;
mod detect;
mod format;
mod json_keys;
mod jsonl;
mod labels;
mod markup;
mod record;
#[cfg(test)]
mod shown;
mod speech;
mod subtitles;
mod tables;
mod text;
mod vendors;
mod whole;

pub use format::{Format, UnknownFormat};
pub use jsonl::JsonlRecords;
pub use record::{Record, Records};
pub use subtitles::{SrtRecords, VttRecords};
pub use tables::{
    ColumnMapping, CsvRecords, DateOrder, Field, ParquetRecords, RowCounts, Shape, TableError,
    TimeUnit,
};
pub use text::TextRecords;
pub use vendors::{
    AssemblyAiRecords, ChatRecords, DeepgramRecords, GongCalls, GongRecords, WhisperRecords,
};
