//! Values of a column, one at a time: [`Column`].

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

use crate::RejectReason;
use crate::formats::tables::cell::Cell;

/// A column of a row group.
pub(crate) struct Column {
    reader: ColumnReader,
    meaning: Meaning,
    greatest: i16,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

/// What a stored number or text stands for.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Itself,
    /// A number with so many decimals.
    Decimal(i32),
    Day,
    /// So many of these make a millisecond; a negative number of milliseconds make one.
    Instant(i64),
    Uuid,
}

/// How many bytes a row may still take.
pub(crate) struct Room {
    pub(crate) limit: usize,
    pub(crate) used: u64,
    /// The first thing that is wrong with the row.
    pub(crate) broken: Option<RejectReason>,
}

impl Room {
    /// Whether so many bytes still fit; if not, the row is broken.
    fn has(&mut self, bytes: usize) -> bool {
        self.used = self.used.saturating_add(bytes as u64);
        self.used <= self.limit as u64
    }
}

impl Column {
    pub(crate) fn new(reader: ColumnReader, descriptor: &ColumnDescriptor) -> Self {
        Self {
            reader,
            meaning: Meaning::of(descriptor),
            greatest: descriptor.max_def_level(),
            definition: Vec::new(),
            repetition: Vec::new(),
        }
    }

    /// The value of the next row, of a column without lists.
    pub(crate) fn next_cell(&mut self, room: &mut Room) -> Result<Cell> {
        let cells = self.next_cells(i16::MAX, room)?;
        Ok(cells.into_iter().next().flatten().unwrap_or_default())
    }

    /// The values of the list in the next row: nothing for an element without this value. Elements are defined from
    /// level `element` on.
    pub(crate) fn next_cells(
        &mut self,
        element: i16,
        room: &mut Room,
    ) -> Result<Vec<Option<Cell>>> {
        let meaning = self.meaning;
        self.definition.clear();
        self.repetition.clear();
        let levels = (&mut self.definition, &mut self.repetition);
        let mut cells = match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => record(reader, levels, Cell::Flag),
            ColumnReader::Int32ColumnReader(reader) => {
                record(reader, levels, |number| meaning.whole(number.into()))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                record(reader, levels, |number| meaning.whole(number))
            }
            ColumnReader::Int96ColumnReader(reader) => {
                record(reader, levels, |stamp| of_int96(&stamp))
            }
            ColumnReader::FloatColumnReader(reader) => {
                record(reader, levels, |number| Cell::Number(number.into()))
            }
            ColumnReader::DoubleColumnReader(reader) => record(reader, levels, Cell::Number),
            ColumnReader::ByteArrayColumnReader(reader) => {
                record(reader, levels, |text| meaning.bytes(&text, room))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                record(reader, levels, |text| meaning.bytes(&text, room))
            }
        }?
        .into_iter();
        if self.greatest == 0 {
            return Ok(cells.map(Some).collect());
        }
        let placed = self.definition.iter().filter_map(|level| {
            if *level == self.greatest {
                Some(cells.next())
            } else {
                (*level >= element).then_some(None)
            }
        });
        Ok(placed.collect())
    }
}

/// The values of one row, without those that are null.
fn record<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    (definition, repetition): (&mut Vec<i16>, &mut Vec<i16>),
    cell: impl FnMut(T::T) -> Cell,
) -> Result<Vec<Cell>> {
    let mut values = Vec::new();
    let (rows, _, _) = reader.read_records(1, Some(definition), Some(repetition), &mut values)?;
    if rows == 0 {
        return Err(ParquetError::EOF(
            "a column ends before its row group".to_owned(),
        ));
    }
    Ok(values.into_iter().map(cell).collect())
}

impl Meaning {
    fn of(column: &ColumnDescriptor) -> Self {
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Decimal(decimal)), _) => Self::Decimal(decimal.scale),
            (None, ConvertedType::DECIMAL) => Self::Decimal(column.type_scale()),
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Self::Day,
            (Some(LogicalType::Timestamp(stamp)), _) => Self::Instant(match stamp.unit {
                TimeUnit::MILLIS => 1,
                TimeUnit::MICROS => 1000,
                TimeUnit::NANOS => 1_000_000,
            }),
            (None, ConvertedType::TIMESTAMP_MILLIS) => Self::Instant(1),
            (None, ConvertedType::TIMESTAMP_MICROS) => Self::Instant(1000),
            (Some(LogicalType::Uuid), _) => Self::Uuid,
            _ => Self::Itself,
        }
    }

    fn whole(self, number: i64) -> Cell {
        match self {
            Self::Itself | Self::Uuid => Cell::Whole(number),
            Self::Decimal(scale) => Cell::Number(number as f64 / 10_f64.powi(scale)),
            Self::Day => number
                .checked_mul(86_400_000)
                .and_then(crate::formats::tables::day::instant_day)
                .map_or(Cell::Whole(number), Cell::Day),
            Self::Instant(per_millisecond) => Cell::Instant(number.div_euclid(per_millisecond)),
        }
    }

    /// Text, a decimal number or a UUID. What exceeds the room or is not UTF-8 makes the row broken.
    fn bytes(self, bytes: &ByteArray, room: &mut Room) -> Cell {
        let bytes = bytes.data();
        match self {
            Self::Decimal(scale) if bytes.len() <= 16 => {
                Cell::Number(signed(bytes) / 10_f64.powi(scale))
            }
            Self::Uuid => Cell::Text(hexadecimal(bytes)),
            _ if !room.has(bytes.len()) => Cell::Nothing,
            Self::Itself | Self::Decimal(_) | Self::Day | Self::Instant(_) => {
                match std::str::from_utf8(bytes) {
                    Ok(text) => Cell::Text(text.to_owned()),
                    Err(error) => {
                        let byte = error.valid_up_to() + 1;
                        room.broken.get_or_insert(RejectReason::NotUtf8 { byte });
                        Cell::Nothing
                    }
                }
            }
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |four: u8| DIGITS.get(usize::from(four)).copied();
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    digits.filter_map(digit).collect()
}

/// A number of up to 16 bytes, the most significant first.
fn signed(bytes: &[u8]) -> f64 {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        -1
    } else {
        0
    };
    bytes
        .iter()
        .fold(sign, |number: i128, byte| number << 8 | i128::from(*byte)) as f64
}

/// Nanoseconds of a Julian day.
fn of_int96(stamp: &Int96) -> Cell {
    const EPOCH: i64 = 2_440_588;
    const DAY: i64 = 86_400_000;
    let [low, high, day] = stamp.data() else {
        return Cell::Nothing;
    };
    let nanoseconds = (u64::from(*high) << 32 | u64::from(*low)).cast_signed();
    let days = i64::from(*day) - EPOCH;
    Cell::Instant(days * DAY + nanoseconds / 1_000_000)
}
