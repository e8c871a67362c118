//! A row group that is being read: [`Opened`].

use std::collections::BTreeMap;
use std::sync::Arc;

use parquet::column::reader::get_column_reader;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::RowGroupMetaData;

use crate::formats::tables::cell::Cell;

use super::column::{Column, Room};
use super::pages::{Pages, Shared};

/// The columns of a row group that are read.
pub(crate) struct Opened {
    shared: Arc<Shared>,
    columns: BTreeMap<usize, Column>,
    /// Rows that are not read yet.
    pub(crate) left: u64,
}

impl Opened {
    /// Opens these columns of a row group.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        group: &RowGroupMetaData,
        places: impl Iterator<Item = usize>,
    ) -> Result<Self> {
        shared.begin_group();
        let left = u64::try_from(group.num_rows())?;
        let rows = usize::try_from(group.num_rows())?;
        let mut columns = BTreeMap::new();
        for place in places {
            let chunk = group.columns().get(place).ok_or_else(missing)?;
            let pages = Box::new(Pages::new(shared, place, chunk, rows)?);
            let reader = get_column_reader(chunk.column_descr_ptr(), pages);
            columns.insert(place, Column::new(reader, chunk.column_descr()));
        }
        Ok(Self {
            shared: Arc::clone(shared),
            columns,
            left,
        })
    }

    /// The value of a column in the next row.
    pub(crate) fn flat(&mut self, place: usize, room: &mut Room) -> Result<Cell> {
        self.columns
            .get_mut(&place)
            .ok_or_else(missing)?
            .next_cell(room)
    }

    /// The values of a list in the next row.
    pub(crate) fn list(
        &mut self,
        place: usize,
        element: i16,
        room: &mut Room,
    ) -> Result<Vec<Option<Cell>>> {
        self.shared.begin_row(place);
        self.columns
            .get_mut(&place)
            .ok_or_else(missing)?
            .next_cells(element, room)
    }
}

fn missing() -> ParquetError {
    ParquetError::General("a row group lacks a column".to_owned())
}
