//! Rows that are written once and gone through many times, in memory or in a scratch file: [`Shelf`].

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Write as _};

use crate::{PredictError, Room};

/// Bytes that are read at once.
const READ: usize = 1 << 20;

/// One number of a row, or a column with its number, as it stands in a scratch file.
pub(crate) trait Cell: Copy {
    /// Bytes in the file.
    const BYTES: usize;

    /// Appends it.
    fn write(self, to: &mut Vec<u8>);

    /// What [`write`](Self::write) appended, to the bit; none of too few bytes.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Cell for f64 {
    const BYTES: usize = 8;

    fn write(self, to: &mut Vec<u8>) {
        to.extend(self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_le_bytes(*bytes.first_chunk()?))
    }
}

impl Cell for u32 {
    const BYTES: usize = 4;

    fn write(self, to: &mut Vec<u8>) {
        to.extend(self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_le_bytes(*bytes.first_chunk()?))
    }
}

impl<A: Cell, B: Cell> Cell for (A, B) {
    const BYTES: usize = A::BYTES + B::BYTES;

    fn write(self, to: &mut Vec<u8>) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some((A::read(bytes)?, B::read(bytes.get(A::BYTES..)?)?))
    }
}

/// Rows in the order they came: in memory as long as they fit the [`Room`], all of them in a scratch file from then on.
///
/// Law: [`each`](Self::each) visits what was pushed, to the bit, wherever it waits.
pub(crate) struct Shelf<'a, T> {
    room: Room<'a>,
    /// Bytes in memory.
    held: usize,
    rows: usize,
    cells: usize,
    place: Place<T>,
}

enum Place<T> {
    Memory(Vec<Vec<T>>),
    Scratch(File),
}

impl<'a, T: Cell> Shelf<'a, T> {
    pub(crate) const fn new(room: Room<'a>) -> Self {
        Self {
            room,
            held: 0,
            rows: 0,
            cells: 0,
            place: Place::Memory(Vec::new()),
        }
    }

    /// How many rows there are.
    pub(crate) const fn len(&self) -> usize {
        self.rows
    }

    /// How many cells they have.
    pub(crate) const fn cells(&self) -> usize {
        self.cells
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// [`PredictError::Scratch`].
    pub(crate) fn push(&mut self, row: Vec<T>) -> Result<(), PredictError> {
        self.held += size_of::<Vec<T>>() + size_of_val(row.as_slice());
        if let Place::Memory(rows) = &mut self.place
            && let Some(mut file) = self.room.file_for(self.held)?
        {
            for row in rows.drain(..) {
                append(&mut file, &row)?;
            }
            self.place = Place::Scratch(file);
        }
        self.rows += 1;
        self.cells += row.len();
        match &mut self.place {
            Place::Memory(rows) => rows.push(row),
            Place::Scratch(file) => append(file, &row)?,
        }
        Ok(())
    }

    /// Visits every row, in order.
    ///
    /// # Errors
    ///
    /// [`PredictError::Scratch`].
    pub(crate) fn each(&self, mut visit: impl FnMut(&[T])) -> Result<(), PredictError> {
        match &self.place {
            Place::Memory(rows) => rows.iter().for_each(|row| visit(row)),
            Place::Scratch(file) => stream(file, self.rows, visit)?,
        }
        Ok(())
    }

    /// Changes every row that is in memory, and says whether that is all of them.
    pub(crate) fn change(&mut self, change: impl Fn(&mut [T])) -> bool {
        match &mut self.place {
            Place::Memory(rows) => {
                for row in rows {
                    change(row);
                }
                true
            }
            Place::Scratch(_) => false,
        }
    }
}

fn append<T: Cell>(file: &mut File, row: &[T]) -> io::Result<()> {
    let length = u32::try_from(row.len()).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(u32::BYTES + row.len() * T::BYTES);
    length.write(&mut bytes);
    for cell in row {
        cell.write(&mut bytes);
    }
    file.write_all(&bytes)
}

fn stream<T: Cell>(file: &File, rows: usize, mut visit: impl FnMut(&[T])) -> io::Result<()> {
    let mut file = BufReader::with_capacity(READ, file);
    file.seek(SeekFrom::Start(0))?;
    let (mut length, mut bytes, mut row) = ([0; u32::BYTES], Vec::new(), Vec::new());
    for _ in 0..rows {
        file.read_exact(&mut length)?;
        bytes.resize(u32::from_le_bytes(length) as usize * T::BYTES, 0);
        file.read_exact(&mut bytes)?;
        row.clear();
        row.extend(bytes.chunks_exact(T::BYTES).filter_map(T::read));
        visit(&row);
    }
    Ok(())
}

impl<T> std::fmt::Debug for Shelf<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_pushed_is_visited_wherever_it_waits(
            rows in prop::collection::vec(prop::collection::vec((any::<u32>(), any::<f64>()), 0..9), 0..20),
            bytes in 0usize..2_000,
        ) {
            let files = || tempfile::tempfile();
            let mut shelf = Shelf::new(Room::new(bytes, &files));
            for row in &rows {
                shelf.push(row.clone()).unwrap();
            }
            prop_assert_eq!(shelf.len(), rows.len());
            prop_assert_eq!(shelf.cells(), rows.iter().map(Vec::len).sum::<usize>());
            let bits = |row: &[(u32, f64)]| row.iter().map(|(c, v)| (*c, v.to_bits())).collect::<Vec<_>>();
            for _ in 0..2 {
                let mut seen = Vec::new();
                shelf.each(|row| seen.push(bits(row))).unwrap();
                prop_assert_eq!(seen, rows.iter().map(|row| bits(row)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_full_disk_is_an_error_and_no_shorter_shelf() {
        let files = || Err(io::ErrorKind::StorageFull.into());
        let mut shelf = Shelf::new(Room::new(100, &files));
        shelf.push(vec![1.0]).unwrap();
        let error = shelf.push(vec![1.0; 20]).unwrap_err();
        assert_eq!(
            error,
            PredictError::Scratch {
                kind: io::ErrorKind::StorageFull
            }
        );
    }
}
