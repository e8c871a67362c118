//! A CSV file with a known layout: [`Sheet`] and its [`Row`]s.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use jiff::civil::DateTime;

use super::amounts;
use super::days;
use super::field::Field;
use super::forms::{Evidence, Form, Forms};
use super::layout::{Column, Layout, Meaning};
use super::{CrmError, CrmOptions};
use crate::RejectReason;
use crate::rows::{Found, Rows};

/// A file whose header has been read. One row at a time is held.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) path: PathBuf,
    pub(crate) layout: Layout,
    delimiter: u8,
    limit: usize,
}

/// A row: its cells, and how to read them.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    columns: &'a [Column],
    cells: Vec<&'a str>,
    forms: &'a [Form],
}

impl Sheet {
    /// Opens a file and finds out what its columns mean.
    ///
    /// # Errors
    ///
    /// [`CrmError::Missing`], [`CrmError::Io`], [`CrmError::Empty`], [`CrmError::NotUtf8`],
    /// [`CrmError::TooManyColumns`] or [`CrmError::UnknownColumns`].
    pub(crate) fn open(path: &Path, options: &CrmOptions) -> Result<Self, CrmError> {
        let delimiter = delimiter(path)?;
        let mut rows = rows(path, delimiter)?;
        let header = rows.header().map_err(|error| CrmError::io(path, error))?;
        let names: Result<Vec<&str>, _> = header.iter().map(std::str::from_utf8).collect();
        let path = path.to_owned();
        let Ok(names) = names else {
            return Err(CrmError::NotUtf8 { path });
        };
        if names.len() > CrmError::MOST_COLUMNS {
            return Err(CrmError::TooManyColumns { path });
        }
        let Some(layout) = Layout::of(&names, options) else {
            return Err(CrmError::UnknownColumns { path });
        };
        Ok(Self {
            path,
            layout,
            delimiter,
            limit: options.max_cell_bytes,
        })
    }

    /// How days and amounts are written, told by a pass over all rows.
    ///
    /// # Errors
    ///
    /// [`CrmError::Io`], or the column that does not tell.
    pub(crate) fn forms(&self, options: &CrmOptions) -> Result<Forms, CrmError> {
        let mut evidence = Evidence::new(&self.layout.columns);
        self.each_row(&[], |_, row| {
            if let Ok(row) = row {
                evidence.see(&row);
            }
        })?;
        evidence.decide(self, options)
    }

    /// Calls `each` with the line and the cells of every row, or with what is wrong with it.
    ///
    /// # Errors
    ///
    /// [`CrmError::Io`].
    pub(crate) fn each_row(
        &self,
        forms: &[Form],
        mut each: impl FnMut(u64, Result<Row<'_>, RejectReason>),
    ) -> Result<(), CrmError> {
        let mut rows = rows(&self.path, self.delimiter)?;
        let mut record = ByteRecord::new();
        let failed = |error| CrmError::io(&self.path, error);
        rows.header().map_err(failed)?;
        while let Some(Found { line, broken }) = rows.next_row(&mut record).map_err(failed)? {
            let row = broken.map_or_else(|| self.row(&record, forms), Err);
            each(line, row);
        }
        Ok(())
    }

    /// Cells that are missing at the end say nothing; a cell too many means that a delimiter stands in a text.
    fn row<'a>(
        &'a self,
        record: &'a ByteRecord,
        forms: &'a [Form],
    ) -> Result<Row<'a>, RejectReason> {
        let columns = &self.layout.columns;
        let mut cells = Vec::with_capacity(columns.len());
        for (place, bytes) in record.iter().enumerate() {
            if bytes.len() > self.limit {
                return Err(RejectReason::TooLong {
                    bytes: bytes.len() as u64,
                    limit: self.limit,
                });
            }
            let cell = std::str::from_utf8(bytes).map_err(|error| RejectReason::NotUtf8 {
                byte: error.valid_up_to() + 1,
            })?;
            if place < columns.len() {
                cells.push(cell.trim());
            } else if !cell.trim().is_empty() {
                return Err(RejectReason::CellCount {
                    got: record.len(),
                    expected: columns.len(),
                });
            }
        }
        Ok(Row {
            columns,
            cells,
            forms,
        })
    }
}

fn rows(path: &Path, delimiter: u8) -> Result<Rows<fs_err::File>, CrmError> {
    let file = fs_err::File::open(path).map_err(|error| CrmError::io(path, error))?;
    Ok(Rows::new(file, delimiter))
}

/// Of comma, semicolon and tab the one that stands most often in the first line, outside of quotation marks.
fn delimiter(path: &Path) -> Result<u8, CrmError> {
    let failed = |error| CrmError::io(path, error);
    let file = fs_err::File::open(path).map_err(failed)?;
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let start = file.fill_buf().map_err(failed)?;
    if start.is_empty() {
        return Err(CrmError::Empty {
            path: path.to_owned(),
        });
    }
    let (mut counts, mut is_quoted) = ([(b',', 0_usize), (b';', 0), (b'\t', 0)], false);
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                for (sign, count) in &mut counts {
                    *count += usize::from(sign == byte);
                }
            }
        }
    }
    let [comma, others @ ..] = counts;
    let most = others.into_iter().fold(
        comma,
        |best, next| if next.1 > best.1 { next } else { best },
    );
    Ok(most.0)
}

impl<'a> Row<'a> {
    /// Each column with its cell.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&'a Column, &'a str)> {
        self.columns.iter().zip(self.cells.iter().copied())
    }

    /// The cells of a meaning that say something, with the name and the form of their column.
    fn told(&self, field: Field) -> impl Iterator<Item = (&'a Column, &'a str, Form)> {
        let wanted = Meaning::Field(field);
        let cells = self.columns().zip(self.forms);
        cells.filter_map(move |((column, cell), form)| {
            (column.meaning == wanted && !is_blank(cell)).then_some((column, cell, *form))
        })
    }

    /// The first text of a meaning.
    pub(crate) fn text(&self, field: Field) -> Option<&'a str> {
        self.told(field).next().map(|(_, cell, _)| cell)
    }

    /// The first text of a meaning, which must be there.
    pub(crate) fn needed(&self, field: Field) -> Result<&'a str, RejectReason> {
        self.text(field).ok_or_else(|| {
            let mut columns = self.columns.iter();
            let column = columns.find(|column| column.meaning == Meaning::Field(field));
            RejectReason::Missing {
                field: column.map_or_else(String::new, |column| column.name.clone()),
            }
        })
    }

    /// All texts of a meaning; several may stand in a cell, separated by `;`.
    pub(crate) fn texts(&self, field: Field) -> impl Iterator<Item = &'a str> {
        let parts = self.told(field).flat_map(|(_, cell, _)| cell.split(';'));
        parts.map(str::trim).filter(|part| !part.is_empty())
    }

    /// The first day of a meaning.
    pub(crate) fn day(&self, field: Field) -> Result<Option<DateTime>, RejectReason> {
        let first = self.told(field).next();
        first
            .map(|(column, cell, form)| day(column, cell, form))
            .transpose()
    }

    /// The first amount of a meaning.
    pub(crate) fn amount(&self, field: Field) -> Result<Option<f64>, RejectReason> {
        let Some((column, cell, form)) = self.told(field).next() else {
            return Ok(None);
        };
        let amount = amounts::parse(cell, form.decimal);
        amount.map(Some).ok_or_else(|| RejectReason::WrongType {
            field: column.name.clone(),
            expected: "an amount",
        })
    }

    /// The first yes or no of a meaning.
    pub(crate) fn flag(&self, field: Field) -> Result<Option<bool>, RejectReason> {
        let Some((column, cell, _)) = self.told(field).next() else {
            return Ok(None);
        };
        match cell.to_lowercase().as_str() {
            "true" | "1" | "1.0" | "yes" | "ja" | "wahr" => Ok(Some(true)),
            "false" | "0" | "0.0" | "no" | "nein" | "falsch" => Ok(Some(false)),
            _ => Err(RejectReason::WrongType {
                field: column.name.clone(),
                expected: "true or false",
            }),
        }
    }

    /// The stages of columns that tell when each was entered.
    pub(crate) fn entered(&self) -> Result<Vec<(DateTime, &'a str)>, RejectReason> {
        let mut entered = Vec::new();
        for ((column, cell), form) in self.columns().zip(self.forms) {
            if let Meaning::Entered(stage) = &column.meaning
                && !is_blank(cell)
            {
                entered.push((day(column, cell, *form)?, stage.as_str()));
            }
        }
        Ok(entered)
    }
}

fn day(column: &Column, cell: &str, form: Form) -> Result<DateTime, RejectReason> {
    days::parse(cell, form.order).ok_or_else(|| RejectReason::WrongType {
        field: column.name.clone(),
        expected: "a day",
    })
}

/// What exports write where nothing is known.
fn is_blank(cell: &str) -> bool {
    const BLANKS: [&str; 6] = ["-", "—", "n/a", "null", "none", "(no value)"];
    cell.is_empty() || BLANKS.iter().any(|blank| cell.eq_ignore_ascii_case(blank))
}
