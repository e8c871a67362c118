//! Calls in Parquet: [`ParquetRecords`].

mod column;
mod footer;
mod group;
mod list;
mod pages;
mod thrift;

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::schema::types::SchemaDescriptor;

use crate::{Counted, ReadOptions, Record, Records, RejectReason};

use super::cell::{Cell, Row, Rows};
use super::layout::Layout;
use super::reader::{RowCounts, TableReader};
use super::{ColumnMapping, Field, Shape, TableError};

use column::Room;
use group::Opened;
use list::List;
use pages::Shared;

/// Reads calls of a Parquet file, in either [`Shape`], row group by row group.
///
/// The columns are those at the top of the schema. In the shape [`Calls`](Shape::Calls) the transcript may be a list of
/// structs with a text and a speaker; other nested columns are left out. Everything else is as in
/// [`CsvRecords`](super::CsvRecords): the same mapping, the same limits, the same rules for broken rows.
///
/// Held are one page and one dictionary of each column that is read, at most 384 MiB of them, and one call. A file that
/// exceeds that, or that is damaged, ends with an error; what was read before it is yielded. Pages are read with the
/// encodings `PLAIN`, `RLE`, dictionaries, `DELTA_BINARY_PACKED`, `DELTA_LENGTH_BYTE_ARRAY` and `BYTE_STREAM_SPLIT`, plain
/// or compressed with snappy, gzip, LZ4 or Zstandard.
pub struct ParquetRecords {
    reader: TableReader<ParquetRows>,
}

impl ParquetRecords {
    /// Reads the description of a file and finds the columns.
    ///
    /// # Errors
    ///
    /// [`TableError`]: the file is none, is damaged, or lacks a column.
    pub fn new(
        mut file: File,
        mapping: &ColumnMapping,
        options: &ReadOptions,
    ) -> Result<Self, TableError> {
        let metadata = footer::read(&mut file)?;
        let schema = metadata.file_metadata().schema_descr();
        let headers = schema.root_schema().get_fields().iter();
        let layout = Layout::new(
            headers.map(|field| field.name().to_owned()).collect(),
            mapping,
        )?;
        let limit = options.max_line_bytes;
        let shared = Shared::new(file.try_clone()?, file.metadata()?.len());
        let rows = ParquetRows::new(shared, metadata, &layout, limit)?;
        let reader = TableReader::new(rows, layout, limit, mapping.scattered, Counted::Rows);
        Ok(Self { reader })
    }

    /// The same for a stream that cannot be read from its end, like standard input or a compressed file: it is written to
    /// a temporary file first, which goes away with the reader.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn spooled(
        mut input: impl Read,
        mapping: &ColumnMapping,
        options: &ReadOptions,
    ) -> Result<Self, TableError> {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut input, &mut file)?;
        Self::new(file, mapping, options)
    }

    /// What became of the rows so far.
    pub fn counts(&self) -> RowCounts {
        self.reader.counts()
    }

    /// The shape that was told or guessed.
    pub fn shape(&self) -> Shape {
        self.reader.shape()
    }
}

impl Records for ParquetRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.reader.next_record()
    }
}

impl fmt::Debug for ParquetRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetRecords").finish_non_exhaustive()
    }
}

/// Rows of a Parquet file.
struct ParquetRows {
    shared: Arc<Shared>,
    metadata: ParquetMetaData,
    columns: Vec<Source>,
    limit: usize,
    /// Row groups to come.
    groups: VecDeque<usize>,
    open: Option<Opened>,
    row: u64,
}

/// Where the cells of a column come from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// A column of the file that is no list.
    Flat(usize),
    List(List),
    /// A nested column without a meaning.
    Nowhere,
}

impl ParquetRows {
    fn new(
        shared: Shared,
        metadata: ParquetMetaData,
        layout: &Layout,
        limit: usize,
    ) -> Result<Self, TableError> {
        let schema = metadata.file_metadata().schema_descr();
        let columns: Vec<Source> = (0..layout.columns())
            .map(|field| source(schema, field, layout))
            .collect();
        for field in [Field::Transcript, Field::Text, Field::Call] {
            if let Some(place) = layout.place(field)
                && matches!(columns.get(place), Some(Source::Nowhere))
            {
                return Err(footer::not(&format!(
                    "the column of the {field} is nested in a way that is not read"
                )));
            }
        }
        let groups = (0..metadata.num_row_groups()).collect();
        Ok(Self {
            shared: Arc::new(shared),
            metadata,
            columns,
            limit,
            groups,
            open: None,
            row: 0,
        })
    }

    fn read(&mut self) -> ParquetResult<Option<Row>> {
        loop {
            if self.open.as_ref().is_none_or(|open| open.left == 0) && !self.open_next()? {
                return Ok(None);
            }
            let Some(open) = &mut self.open else {
                return Ok(None);
            };
            if open.left == 0 {
                continue;
            }
            open.left -= 1;
            self.row += 1;
            let row = row(&self.columns, open, self.row, self.limit)?;
            if row.broken.is_some() || !row.cells.iter().all(Cell::is_blank) {
                return Ok(Some(row));
            }
        }
    }

    /// Opens the next row group; `false` if there is none.
    fn open_next(&mut self) -> ParquetResult<bool> {
        self.open = None;
        let Some(group) = self.groups.pop_front() else {
            return Ok(false);
        };
        let group: &RowGroupMetaData = self.metadata.row_group(group);
        let places = self.columns.iter().flat_map(|source| source.places());
        self.open = Some(Opened::new(&self.shared, group, places)?);
        Ok(true)
    }
}

impl Rows for ParquetRows {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        contained(|| self.read()).map_err(|_| {
            let what = self
                .shared
                .refused()
                .unwrap_or_else(|| "the file is damaged".to_owned());
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("after row {}: {what}", self.row.saturating_sub(1)),
            )
        })
    }
}

/// Runs a part of the `parquet` crate, which panics on some damaged files.
///
/// # Errors
///
/// Its own, or [`ParquetError::General`] in place of a panic.
fn contained<T>(work: impl FnOnce() -> ParquetResult<T>) -> ParquetResult<T> {
    let panicked = |_| ParquetError::General("the file is damaged".to_owned());
    catch_unwind(AssertUnwindSafe(work)).map_err(panicked)?
}

impl Source {
    /// The columns of the file that it reads.
    fn places(self) -> Vec<usize> {
        match self {
            Self::Flat(place) => vec![place],
            Self::List(list) => list.leaves().map(|leaf| leaf.place).collect(),
            Self::Nowhere => Vec::new(),
        }
    }
}

/// Where the cells of a field of the schema come from.
fn source(schema: &SchemaDescriptor, field: usize, layout: &Layout) -> Source {
    let flat = schema.columns().iter().enumerate().find(|(place, column)| {
        schema.get_column_root_idx(*place) == field
            && column.path().parts().len() == 1
            && column.max_rep_level() == 0
    });
    let is_transcript = layout.place(Field::Transcript) == Some(field);
    match flat {
        Some((place, _)) => Source::Flat(place),
        None if is_transcript => List::of(schema, field).map_or(Source::Nowhere, Source::List),
        None => Source::Nowhere,
    }
}

/// The next row of a row group.
fn row(columns: &[Source], open: &mut Opened, place: u64, limit: usize) -> ParquetResult<Row> {
    let mut room = Room {
        limit,
        used: 0,
        broken: None,
    };
    let mut cells = Vec::with_capacity(columns.len());
    for source in columns {
        cells.push(match *source {
            Source::Flat(place) => open.flat(place, &mut room)?,
            Source::List(list) => list.next_cell(open, &mut room)?,
            Source::Nowhere => Cell::Nothing,
        });
    }
    let bytes = room.used;
    if bytes > limit as u64 {
        room.broken = Some(RejectReason::TooLong { bytes, limit });
    }
    Ok(Row {
        place,
        bytes,
        cells,
        broken: room.broken,
    })
}
