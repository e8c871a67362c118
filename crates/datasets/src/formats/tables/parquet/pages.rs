//! Pages of a column, none of which may ask for more memory than is allowed: [`Pages`].

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use super::thrift::{Passed, walk};

/// A file that several columns read in turn.
#[derive(Debug)]
pub(crate) struct Shared {
    file: Mutex<File>,
    length: u64,
    ledger: Mutex<Ledger>,
}

/// What the pages of all open columns hold.
#[derive(Debug, Default)]
struct Ledger {
    columns: Vec<Held>,
    refused: Option<String>,
}

/// What a column holds: bytes of its dictionary and of its page, and values of the pages of the present row.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    dictionary: u64,
    page: u64,
    values: u64,
}

impl Shared {
    /// Most bytes of a page, and of what is made of a dictionary.
    const LARGEST: u64 = 128 * 1024 * 1024;
    /// Most bytes of the pages of all columns.
    const MOST: u64 = 384 * 1024 * 1024;
    /// Most values in the pages that one row of a list spans.
    const MOST_VALUES: u64 = 4 * 1024 * 1024;

    pub(crate) fn new(file: File, length: u64) -> Self {
        Self {
            file: Mutex::new(file),
            length,
            ledger: Mutex::default(),
        }
    }

    /// Forgets the pages of the last row group.
    pub(crate) fn begin_group(&self) {
        self.with(|ledger| ledger.columns.clear());
    }

    /// Begins a row of a list.
    pub(crate) fn begin_row(&self, column: usize) {
        self.with(|ledger| ledger.held(column).values = 0);
    }

    /// Why a page was refused, if one was.
    pub(crate) fn refused(&self) -> Option<String> {
        self.with(|ledger| ledger.refused.take())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Ledger) -> T) -> T {
        work(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn refuse(&self, what: &str) -> io::Error {
        self.with(|ledger| ledger.refused = Some(what.to_owned()));
        io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
    }

    /// Reads at a place, whatever the others read.
    fn read_at(&self, place: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(place))?;
        file.read(buffer)
    }

    /// Enters what the header of a page announces.
    fn announce(&self, column: usize, page: &Announced) -> io::Result<()> {
        /// Room of a decoded value of a dictionary.
        const VALUE: u64 = 40;
        let room = if page.is_dictionary {
            page.values.saturating_mul(VALUE)
        } else {
            0
        };
        let bytes = page.bytes.saturating_add(room);
        let (total, values) = self.with(|ledger| {
            let held = ledger.held(column);
            *(if page.is_dictionary {
                &mut held.dictionary
            } else {
                &mut held.page
            }) = bytes;
            held.values = held.values.saturating_add(page.values);
            let values = held.values;
            let all = ledger
                .columns
                .iter()
                .map(|held| held.dictionary.saturating_add(held.page));
            (all.fold(0, u64::saturating_add), values)
        });
        if bytes > Self::LARGEST || total > Self::MOST {
            return Err(self.refuse("its pages need more memory than is allowed"));
        }
        if values > Self::MOST_VALUES && page.is_list {
            return Err(self.refuse("a list has more elements than are read"));
        }
        Ok(())
    }
}

impl Ledger {
    fn held(&mut self, column: usize) -> &mut Held {
        if self.columns.len() <= column {
            self.columns.resize(column + 1, Held::default());
        }
        #[allow(clippy::indexing_slicing, reason = "the length was just made to fit")]
        &mut self.columns[column]
    }
}

/// What the header of a page says of it.
#[derive(Debug, Default)]
struct Announced {
    bytes: u64,
    values: u64,
    is_dictionary: bool,
    is_list: bool,
}

impl Announced {
    /// Reads the header of a page. Ids of fields as in `PageHeader` of the Parquet format.
    fn read(input: impl Read, is_list: bool) -> io::Result<Self> {
        let mut page = Self {
            is_list,
            ..Self::default()
        };
        let unsigned = |number| u64::try_from(number).unwrap_or(u64::MAX);
        walk(input, &mut |path, passed| match (path, passed) {
            ([2 | 3], Passed::Number(bytes)) => page.bytes = page.bytes.max(unsigned(bytes)),
            ([5 | 8, 1], Passed::Number(values)) => page.values = page.values.max(unsigned(values)),
            ([7, 1], Passed::Number(values)) => {
                page.is_dictionary = true;
                page.values = page.values.max(unsigned(values));
            }
            _ => {}
        })?;
        Ok(page)
    }
}

/// One column of a shared file.
#[derive(Debug, Clone)]
pub(crate) struct ColumnFile {
    shared: Arc<Shared>,
    column: usize,
    is_list: bool,
}

impl Length for ColumnFile {
    fn len(&self) -> u64 {
        self.shared.length
    }
}

impl ChunkReader for ColumnFile {
    type T = HeaderReader;

    fn get_read(&self, start: u64) -> Result<HeaderReader> {
        Ok(HeaderReader {
            file: self.clone(),
            start,
            input: None,
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.shared.length) || length as u64 > Shared::LARGEST {
            return Err(self
                .shared
                .refuse("a page is too large or lies outside of the file")
                .into());
        }
        let mut bytes = Vec::with_capacity(length);
        self.at(start).take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("a page is cut off".to_owned()));
        }
        Ok(bytes.into())
    }
}

impl ColumnFile {
    fn at(&self, place: u64) -> At {
        At {
            shared: Arc::clone(&self.shared),
            place,
        }
    }
}

/// Reads on from a place.
#[derive(Debug)]
struct At {
    shared: Arc<Shared>,
    place: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.shared.read_at(self.place, buffer)?;
        self.place += read as u64;
        Ok(read)
    }
}

/// Reads the header of a page, which is checked before its first byte is given out.
#[derive(Debug)]
pub(crate) struct HeaderReader {
    file: ColumnFile,
    start: u64,
    input: Option<BufReader<At>>,
}

impl Read for HeaderReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_none() {
            let header = BufReader::with_capacity(512, self.file.at(self.start));
            let page = Announced::read(header, self.file.is_list)?;
            self.file.shared.announce(self.file.column, &page)?;
        }
        let input = self
            .input
            .get_or_insert_with(|| BufReader::with_capacity(512, self.file.at(self.start)));
        input.read(buffer)
    }
}

/// Pages of a column in a row group.
pub(crate) struct Pages {
    inner: SerializedPageReader<ColumnFile>,
    shared: Arc<Shared>,
    has_repetition: bool,
    has_definition: bool,
}

impl Pages {
    /// The pages of column `column`, whose values have these greatest levels of repetition and definition.
    ///
    /// # Errors
    ///
    /// Those of the `parquet` crate.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        column: usize,
        chunk: &ColumnChunkMetaData,
        rows: usize,
    ) -> Result<Self> {
        let descriptor = chunk.column_descr();
        let has_repetition = descriptor.max_rep_level() > 0;
        let file = ColumnFile {
            shared: Arc::clone(shared),
            column,
            is_list: has_repetition,
        };
        Ok(Self {
            inner: SerializedPageReader::new(Arc::new(file), chunk, rows, None)?,
            shared: Arc::clone(shared),
            has_repetition,
            has_definition: descriptor.max_def_level() > 0,
        })
    }

    /// Checks the counts within a page that decoders allocate for.
    fn check(&self, page: &Page) -> Result<()> {
        match page.encoding() {
            Encoding::PLAIN
            | Encoding::PLAIN_DICTIONARY
            | Encoding::RLE_DICTIONARY
            | Encoding::RLE
            | Encoding::DELTA_BINARY_PACKED
            | Encoding::BYTE_STREAM_SPLIT => Ok(()),
            Encoding::DELTA_LENGTH_BYTE_ARRAY => {
                let values = self.values(page).unwrap_or_default();
                match delta_count(values) {
                    Some(count) if count <= u64::from(page.num_values()) => Ok(()),
                    _ => Err(self.refuse("a page announces more values than it has")),
                }
            }
            #[expect(deprecated, reason = "old files may have it")]
            other @ (Encoding::DELTA_BYTE_ARRAY | Encoding::ALP | Encoding::BIT_PACKED) => {
                Err(self.refuse(&format!("the encoding `{other}` is not read")))
            }
        }
    }

    fn refuse(&self, what: &str) -> ParquetError {
        self.shared.refuse(what).into()
    }

    /// The bytes of a page behind its levels.
    fn values<'p>(&self, page: &'p Page) -> Option<&'p [u8]> {
        let bytes: &[u8] = page.buffer();
        match page {
            Page::DataPageV2 {
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => bytes
                .get((*def_levels_byte_len as usize).checked_add(*rep_levels_byte_len as usize)?..),
            Page::DataPage { .. } | Page::DictionaryPage { .. } => {
                let levels = usize::from(self.has_repetition) + usize::from(self.has_definition);
                (0..levels).try_fold(bytes, |rest, _| {
                    let (length, rest) = rest.split_first_chunk::<4>()?;
                    rest.get(u32::from_le_bytes(*length) as usize..)
                })
            }
        }
    }
}

/// The count of values at the start of `DELTA_BINARY_PACKED`, after the sizes of a block and its parts.
fn delta_count(mut bytes: &[u8]) -> Option<u64> {
    let mut number = || {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = bytes.split_first()?;
            bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    };
    number()?;
    number()?;
    number()
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.inner.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.inner.at_record_boundary()
    }
}
