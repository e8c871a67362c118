//! Rows of CSV: [`Rows`], which tells a row whose quotation mark is never closed, and so takes the rest of the file in.

use std::io::{self, Read};

use csv::ByteRecord;

use crate::RejectReason;

/// What is read behind the end of a file. A row that goes on into it has no end of its own.
const MARK: &[u8] = b"\n\0";

/// Longest row, in bytes. A longer one most likely has a quotation mark that is never closed, and is not held.
const LONGEST: u64 = 64 << 20;

/// The rows of a CSV file below its header, which may differ in length. At most 64 MiB of one are held.
#[derive(Debug)]
pub(crate) struct Rows<R> {
    rows: csv::Reader<Marked<R>>,
}

/// A row that was read into a record.
pub(crate) struct Found {
    /// The line that it starts on, from 1.
    pub(crate) line: u64,
    /// Why it is none.
    pub(crate) broken: Option<RejectReason>,
}

impl<R: Read> Rows<R> {
    pub(crate) fn new(input: R, delimiter: u8) -> Self {
        let rows = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Marked {
                input,
                read: 0,
                most: LONGEST,
                left: MARK,
            });
        Self { rows }
    }

    /// The first row; empty if there is none.
    ///
    /// # Errors
    ///
    /// Those of the stream; [`io::ErrorKind::InvalidData`] if a quotation mark is never closed or it is too long.
    pub(crate) fn header(&mut self) -> io::Result<ByteRecord> {
        let header = self.rows.byte_headers().map_err(told)?.clone();
        match (self.is_past_end(), is_mark(&header)) {
            (false, _) => Ok(header),
            (true, true) => Ok(ByteRecord::new()),
            (true, false) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a quotation mark of the header is never closed",
            )),
        }
    }

    /// Reads the next row into `record`; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the stream; [`io::ErrorKind::InvalidData`] if the row is too long.
    pub(crate) fn next_row(&mut self, record: &mut ByteRecord) -> io::Result<Option<Found>> {
        let most = self.rows.position().byte().saturating_add(LONGEST);
        self.rows.get_mut().most = most;
        if !self.rows.read_byte_record(record).map_err(told)? {
            return Ok(None);
        }
        let is_open = self.is_past_end();
        if is_open && is_mark(record) {
            return Ok(None);
        }
        let (line, start) = record
            .position()
            .map_or((0, 0), |place| (place.line(), place.byte()));
        let bytes = self.rows.get_ref().read.saturating_sub(start);
        Ok(Some(Found {
            line,
            broken: is_open.then_some(RejectReason::NoEnd { bytes }),
        }))
    }

    /// Whether what was read last took the mark in.
    fn is_past_end(&self) -> bool {
        let input = self.rows.get_ref();
        input.left.is_empty() && self.rows.position().byte() == input.read + MARK.len() as u64
    }
}

/// An error of the same kind.
fn told(error: csv::Error) -> io::Error {
    let kind = if let csv::ErrorKind::Io(source) = error.kind() {
        source.kind()
    } else {
        io::ErrorKind::InvalidData
    };
    io::Error::new(kind, error)
}

/// Whether a record is nothing but the mark behind the end.
fn is_mark(record: &ByteRecord) -> bool {
    record.len() == 1 && record.get(0) == MARK.get(1..)
}

/// A stream with the mark behind it.
#[derive(Debug)]
struct Marked<R> {
    input: R,
    read: u64,
    /// How many bytes may be read before the row ends.
    most: u64,
    left: &'static [u8],
}

impl<R: Read> Read for Marked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read > self.most {
            let long =
                format!("a row is longer than {LONGEST} bytes: a quotation mark may not be closed");
            return Err(io::Error::new(io::ErrorKind::InvalidData, long));
        }
        let read = self.input.read(buffer)?;
        self.read += read as u64;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        self.left.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cells and whether they are whole, of every row.
    fn all(file: &[u8]) -> io::Result<Vec<(Vec<String>, bool)>> {
        let mut rows = Rows::new(file, b',');
        rows.header()?;
        let (mut record, mut found) = (ByteRecord::new(), Vec::new());
        while let Some(row) = rows.next_row(&mut record)? {
            let cells = record
                .iter()
                .map(|cell| String::from_utf8_lossy(cell).into_owned());
            found.push((cells.collect(), row.broken.is_none()));
        }
        Ok(found)
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_breaks_its_row() {
        let rows = all(b"a,b\n1,2\n3,\"4\n5,6\n").unwrap();
        let whole: Vec<bool> = rows.iter().map(|row| row.1).collect();
        assert_eq!(whole, [true, false]);
        let error = all(b"a,\"b\n1,2\n").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn where_a_file_ends_makes_no_row_of_its_own() {
        let expected = [(vec!["1".to_owned(), "2".to_owned()], true)];
        for end in ["", "\n", "\r\n", "\n\n\r\n"] {
            for start in ["", "\u{feff}"] {
                let file = format!("{start}a,b\n1,2{end}");
                assert_eq!(all(file.as_bytes()).unwrap(), expected, "{file:?}");
            }
        }
        assert_eq!(all(b"\n\n").unwrap(), []);
        assert_eq!(all(b"a,b").unwrap(), []);
        assert_eq!(all(b"a\n\0\n\0").unwrap().len(), 2);
    }

    #[test]
    fn a_row_without_an_end_is_not_held() {
        let endless = b"a\n1\n\"".chain(io::repeat(b'x'));
        let mut rows = Rows::new(endless, b',');
        rows.header().unwrap();
        let mut record = ByteRecord::new();
        assert!(rows.next_row(&mut record).unwrap().is_some());
        let error = rows.next_row(&mut record).map(|row| row.is_some());
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    proptest! {
        #[test]
        fn rows_are_those_of_csv_without_a_mark(file in "[ab,\"\r\n]{0,40}") {
            let mut plain = csv::ReaderBuilder::new().flexible(true).from_reader(file.as_bytes());
            let plain = plain.byte_records().map(|row| row.unwrap().iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect::<Vec<_>>());
            let plain: Vec<_> = plain.collect();
            if let Ok(rows) = all(file.as_bytes()) {
                prop_assert_eq!(rows.len(), plain.len());
                for ((cells, is_whole), plain) in rows.into_iter().zip(plain) {
                    if is_whole {
                        prop_assert_eq!(cells, plain);
                    }
                }
            }
        }
    }
}
