//! Calls in CSV: [`CsvRecords`].

use std::fmt;
use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::{Counted, ReadOptions, Record, Records, RejectReason};

use super::buffered::chunk;
use super::cell::{Cell, Row, Rows};
use super::header::Header;
use super::layout::Layout;
use super::reader::{RowCounts, TableReader};
use super::{ColumnMapping, Shape, TableError};

/// Reads calls of a CSV file, in either [`Shape`].
///
/// Cells are divided by `,`, `;`, `|` or a tab, whichever is the most frequent in the header, and may be quoted. Blank
/// rows are left out. A row or a call of more than [`max_line_bytes`](ReadOptions::max_line_bytes) is rejected; of a
/// longer row no more than that is ever held, even if a quotation mark is never closed.
///
/// In the shape [`Turns`](Shape::Turns) a row that is broken sets its whole call aside, and a call that comes back after
/// another one began is rejected, unless [`scattered`](ColumnMapping::scattered) says that rows are in any order. Columns
/// without a meaning go to the metadata if all rows of a call agree on them.
pub struct CsvRecords<R> {
    reader: TableReader<CsvRows<R>>,
}

impl<R: BufRead> CsvRecords<R> {
    /// Reads the header and finds the columns.
    ///
    /// # Errors
    ///
    /// [`TableError`]: nothing is there, the stream fails, or a column is missing.
    pub fn new(
        mut input: R,
        mapping: &ColumnMapping,
        options: &ReadOptions,
    ) -> Result<Self, TableError> {
        let limit = options.max_line_bytes;
        let header = Header::read(&mut input, limit)?;
        let mut rows = CsvRows::new(input, header.delimiter, header.lines, limit);
        let headers = rows.headers(&header.bytes)?;
        let layout = Layout::new(headers, mapping)?;
        rows.columns = layout.columns();
        let reader = TableReader::new(rows, layout, limit, mapping.scattered, Counted::Lines);
        Ok(Self { reader })
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

impl<R: BufRead + Send> Records for CsvRecords<R> {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.reader.next_record()
    }
}

impl<R> fmt::Debug for CsvRecords<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvRecords").finish_non_exhaustive()
    }
}

/// Rows of a CSV file after its header.
struct CsvRows<R> {
    input: R,
    core: csv_core::Reader,
    columns: usize,
    limit: usize,
    /// Line breaks passed so far.
    breaks: u64,
    fields: Buffer<u8>,
    ends: Buffer<usize>,
}

/// Room for a parser that fills it bit by bit.
struct Buffer<T> {
    room: Vec<T>,
    used: usize,
}

/// How much of a row was read.
#[derive(Default)]
struct Passed {
    bytes: u64,
    last: u8,
    is_closed: bool,
}

impl<R: BufRead> CsvRows<R> {
    fn new(input: R, delimiter: u8, breaks: u64, limit: usize) -> Self {
        Self {
            input,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            columns: 0,
            limit,
            breaks,
            fields: Buffer::new(),
            ends: Buffer::new(),
        }
    }

    /// The names of the columns; bytes that are no UTF-8 are replaced.
    fn headers(&mut self, mut header: &[u8]) -> Result<Vec<String>, TableError> {
        let passed = fill(
            &mut header,
            &mut self.core,
            &mut self.fields,
            &mut self.ends,
            usize::MAX,
        )?;
        if passed.is_none_or(|passed| !passed.is_closed) {
            return Err(TableError::OpenHeader);
        }
        Ok(self
            .cells()
            .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
            .collect())
    }

    /// The cells of the row that was read.
    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.held().iter().map(move |end| {
            let cell = self.fields.held().get(start..*end).unwrap_or_default();
            start = *end;
            cell
        })
    }

    /// Steps over line breaks before a row.
    fn skip_breaks(&mut self) -> io::Result<()> {
        loop {
            let part = chunk(&mut self.input)?;
            let blank = part
                .iter()
                .take_while(|byte| matches!(byte, b'\n' | b'\r'))
                .count();
            let is_row = blank < part.len() || part.is_empty();
            self.breaks += breaks(part.get(..blank).unwrap_or_default());
            self.input.consume(blank);
            if is_row {
                return Ok(());
            }
        }
    }

    fn row(&self, place: u64, passed: &Passed) -> Row {
        let bytes =
            passed.bytes - u64::from(matches!(passed.last, b'\n' | b'\r') && passed.is_closed);
        if bytes > self.limit as u64 {
            let broken = Some(RejectReason::TooLong {
                bytes,
                limit: self.limit,
            });
            return Row {
                place,
                bytes,
                cells: Vec::new(),
                broken,
            };
        }
        let mut broken = (!passed.is_closed).then_some(RejectReason::NoEnd { bytes });
        let mut cells = Vec::with_capacity(self.ends.used);
        for cell in self.cells() {
            cells.push(match std::str::from_utf8(cell) {
                Ok(text) => Cell::Text(text.to_owned()),
                Err(error) => {
                    broken = broken.or(Some(RejectReason::NotUtf8 {
                        byte: error.valid_up_to() + 1,
                    }));
                    Cell::Nothing
                }
            });
        }
        if cells.len() != self.columns {
            broken = broken.or(Some(RejectReason::Ragged {
                cells: cells.len(),
                columns: self.columns,
            }));
        }
        Row {
            place,
            bytes,
            cells,
            broken,
        }
    }
}

impl<R: BufRead> Rows for CsvRows<R> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            self.skip_breaks()?;
            let place = self.breaks + 1;
            let mut input = Counting {
                input: &mut self.input,
                breaks: &mut self.breaks,
            };
            let Some(passed) = fill(
                &mut input,
                &mut self.core,
                &mut self.fields,
                &mut self.ends,
                self.limit,
            )?
            else {
                return Ok(None);
            };
            let row = self.row(place, &passed);
            let is_blank = row
                .broken
                .as_ref()
                .is_none_or(|reason| matches!(reason, RejectReason::Ragged { .. }))
                && row.cells.iter().all(Cell::is_blank);
            if !is_blank {
                return Ok(Some(row));
            }
        }
    }
}

/// Reads a row; `None` at the end. Of a row of more than `limit` bytes nothing is held.
fn fill(
    input: &mut impl BufRead,
    core: &mut csv_core::Reader,
    fields: &mut Buffer<u8>,
    ends: &mut Buffer<usize>,
    limit: usize,
) -> io::Result<Option<Passed>> {
    (fields.used, ends.used) = (0, 0);
    let mut passed = Passed {
        is_closed: true,
        ..Passed::default()
    };
    loop {
        let part = chunk(input)?;
        let is_end = part.is_empty() && passed.bytes > 0;
        // A line break ends the last row as well, unless it stands within quotation marks.
        let fed = if is_end && passed.is_closed {
            b"\n"
        } else {
            part
        };
        let (result, read, written, ended) = core.read_record(fed, fields.free(), ends.free());
        if is_end {
            passed.is_closed &= result != ReadRecordResult::InputEmpty;
        } else {
            let last = part.get(..read).and_then(<[u8]>::last).copied();
            passed.last = last.unwrap_or(passed.last);
            passed.bytes += read as u64;
            input.consume(read);
        }
        fields.used += written;
        ends.used += ended;
        if passed.bytes > (limit as u64).saturating_add(2) {
            (fields.used, ends.used) = (0, 0);
        }
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => fields.grow(),
            ReadRecordResult::OutputEndsFull => ends.grow(),
            ReadRecordResult::Record => return Ok(Some(passed)),
            ReadRecordResult::End => return Ok(None),
        }
    }
}

fn breaks(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Counts the line breaks that are consumed.
struct Counting<'a, R> {
    input: &'a mut R,
    breaks: &'a mut u64,
}

impl<R: BufRead> io::Read for Counting<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        *self.breaks += breaks(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counting<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, used: usize) {
        if let Ok(buffered) = self.input.fill_buf() {
            *self.breaks += breaks(buffered.get(..used).unwrap_or_default());
        }
        self.input.consume(used);
    }
}

impl<T: Copy + Default> Buffer<T> {
    /// Room to begin with, in elements.
    const FIRST: usize = 1024;

    fn new() -> Self {
        Self {
            room: vec![T::default(); Self::FIRST],
            used: 0,
        }
    }

    fn held(&self) -> &[T] {
        self.room.get(..self.used).unwrap_or_default()
    }

    fn free(&mut self) -> &mut [T] {
        self.room.get_mut(self.used..).unwrap_or_default()
    }

    /// Doubles the room if it is used.
    fn grow(&mut self) {
        if self.used * 2 > self.room.len() {
            self.room.resize(self.room.len() * 2, T::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    #[test]
    fn a_quotation_mark_that_is_never_closed_before_10_mb_is_not_held() {
        let giant = io::repeat(b'x').take(10_000_000);
        let input = BufReader::with_capacity(65_536, b"a,\"".chain(giant));
        let mut rows = CsvRows::new(input, b',', 0, 1000);
        let row = rows.next_row().unwrap().unwrap();
        let too_long = RejectReason::TooLong {
            bytes: 10_000_003,
            limit: 1000,
        };
        assert_eq!(row.broken, Some(too_long));
        let held = rows.fields.room.capacity() + 8 * rows.ends.room.capacity();
        assert!(held <= 16_384, "{held}");
        assert!(rows.next_row().unwrap().is_none());
    }

    #[test]
    fn commas_without_end_are_not_held() {
        let giant = io::repeat(b',').take(1_000_000);
        let input = BufReader::new(giant.chain(&b"\na,b\n"[..]));
        let mut rows = CsvRows::new(input, b',', 0, 1000);
        let broken = rows.next_row().unwrap().unwrap().broken;
        assert!(matches!(broken, Some(RejectReason::TooLong { .. })));
        assert!(rows.ends.room.capacity() <= 4096);
        let next = rows.next_row().unwrap().unwrap();
        assert_eq!((next.place, next.cells.len()), (2, 2));
    }
}
