//! A CSV file of which only named columns are read: [`Table`].

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::rows::Rows;
use crate::{Corpus, DatasetError, RejectReason};

/// Rows of a CSV file, cut to `N` named columns. The other columns are never looked at.
///
/// One row at a time is held, whole: the limit refuses long cells, it does not bound memory as [`Lines`](crate::lines::Lines) do.
pub(crate) struct Table<const N: usize> {
    path: PathBuf,
    corpus: Option<Corpus>,
    columns: [(String, usize); N],
    limit: usize,
    rows: Rows<BufReader<fs_err::File>>,
    row: ByteRecord,
}

/// A row: the line it starts on, from 1, and its cells in the order in which the columns were named.
pub(crate) struct Row<'a, const N: usize> {
    pub(crate) line: u64,
    pub(crate) cells: [Result<&'a str, RejectReason>; N],
}

impl<const N: usize> Table<N> {
    /// Opens a file and finds the columns by its header. A cell longer than `limit` bytes is refused.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Missing`], [`DatasetError::Io`], [`DatasetError::Empty`] or [`DatasetError::MissingColumn`].
    pub(crate) fn open(
        path: &Path,
        corpus: Option<Corpus>,
        columns: [&str; N],
        limit: usize,
    ) -> Result<Self, DatasetError> {
        let failed = |source| DatasetError::io(path, corpus, source);
        let mut file = BufReader::new(fs_err::File::open(path).map_err(failed)?);
        if file.fill_buf().map_err(failed)?.is_empty() {
            return Err(DatasetError::Empty {
                path: path.to_owned(),
            });
        }
        let mut rows = Rows::new(file, b',');
        let header = rows.header().map_err(failed)?;
        let places =
            columns.map(|column| (column, header.iter().position(|is| is == column.as_bytes())));
        for (column, place) in places {
            if place.is_none() {
                return Err(DatasetError::MissingColumn {
                    path: path.to_owned(),
                    column: column.to_owned(),
                    corpus,
                });
            }
        }
        Ok(Self {
            path: path.to_owned(),
            corpus,
            columns: places.map(|(column, place)| (column.to_owned(), place.unwrap_or_default())),
            limit,
            rows,
            row: ByteRecord::new(),
        })
    }

    /// The next row; `None` at the end. Of a row that has no end no cell is given.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Io`].
    pub(crate) fn next_row(&mut self) -> Result<Option<Row<'_, N>>, DatasetError> {
        let found = self
            .rows
            .next_row(&mut self.row)
            .map_err(|error| DatasetError::io(&self.path, self.corpus, error))?;
        let (row, limit) = (&self.row, self.limit);
        Ok(found.map(|found| Row {
            line: found.line,
            cells: self
                .columns
                .each_ref()
                .map(|(column, place)| match &found.broken {
                    Some(reason) => Err(reason.clone()),
                    None => cell(row.get(*place), column, limit),
                }),
        }))
    }
}

/// The text of a cell.
fn cell<'a>(bytes: Option<&'a [u8]>, column: &str, limit: usize) -> Result<&'a str, RejectReason> {
    let bytes = bytes.ok_or_else(|| RejectReason::Missing {
        field: column.to_owned(),
    })?;
    if bytes.len() > limit {
        return Err(RejectReason::TooLong {
            bytes: bytes.len() as u64,
            limit,
        });
    }
    std::str::from_utf8(bytes).map_err(|error| RejectReason::NotUtf8 {
        byte: error.valid_up_to() + 1,
    })
}
