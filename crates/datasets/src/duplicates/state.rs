//! The state on disk, so that a stopped run goes on: a header and one record of fixed size a call.
//!
//! Header, little-endian: `upturndu`, version, seed, bits of the similarity, shingle (8 bytes each). Record: kind (0 for a
//! duplicate, 1 for a new call without sketch, 2 with), check sum, number, digest (8 bytes each), sketch (128 bytes).

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use fs_err::{File, OpenOptions};
use xxhash_rust::xxh3::xxh3_64;

use super::firsts::First;
use super::sketch::{BANDS, BINS, ROWS, Sketch, Sketched};
use super::{DuplicateError, DuplicateOptions, Duplicates};

const MAGIC: [u8; 8] = *b"upturndu";
const VERSION: u64 = 1;
const HEADER: usize = 5 * 8;
const RECORD: usize = 4 * 8 + BINS;

impl Duplicates {
    /// Writes the calls from number `from` on behind those that the file holds; creates it if `from` is 0.
    ///
    /// What stands in the file from `from` on, such as a torn record, is cut off first, and what stands before is not
    /// touched: stopped at any point and called again, the file is the same. The data are on disk when this returns, so
    /// note [`count`](Self::count) as reached only then. Each call takes 160 bytes.
    ///
    /// # Errors
    ///
    /// [`DuplicateError::Io`], [`DuplicateError::NotAState`], [`DuplicateError::OtherOptions`], and
    /// [`DuplicateError::TooShort`] if the file holds fewer than `from` records.
    pub fn save(&self, path: &Path, from: u64) -> Result<(), DuplicateError> {
        let failed = |source| io_error(path, source);
        let file = if from == 0 {
            let mut file = File::create(path).map_err(failed)?;
            file.write_all(&header(&self.options)).map_err(failed)?;
            file
        } else {
            self.cut(path, from)?
        };
        self.write_from(file, from).map_err(failed)
    }

    /// What [`save`](Self::save) wrote, up to `count` calls; whatever follows is not looked at.
    ///
    /// Law: `check` answers from here on as if it had never stopped.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new); [`DuplicateError::Io`], [`DuplicateError::NotAState`], [`DuplicateError::OtherOptions`],
    /// [`DuplicateError::Damaged`], and [`DuplicateError::TooShort`] if the file holds fewer whole records.
    pub fn load(
        path: &Path,
        options: DuplicateOptions,
        count: u64,
    ) -> Result<Self, DuplicateError> {
        let mut duplicates = Self::new(options)?;
        let failed = |source| io_error(path, source);
        let mut input = BufReader::new(File::open(path).map_err(failed)?);
        check_header(path, &mut input, &duplicates.options)?;
        for number in 0..count {
            let mut record = [0; RECORD];
            match input.read_exact(&mut record) {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Err(DuplicateError::TooShort {
                        path: path.to_owned(),
                        expected: count,
                        got: number,
                    });
                }
                read => read.map_err(failed)?,
            }
            let kept = decoded(&record, number).map_err(|Damaged| DuplicateError::Damaged {
                path: path.to_owned(),
                record: number,
            })?;
            if let Some(first) = kept {
                duplicates.keep(first);
            }
            duplicates.count += 1;
        }
        Ok(duplicates)
    }

    /// Opens the file and cuts it off behind its first `from` records.
    fn cut(&self, path: &Path, from: u64) -> Result<File, DuplicateError> {
        let failed = |source| io_error(path, source);
        let mut open = OpenOptions::new();
        let mut file = open.read(true).write(true).open(path).map_err(failed)?;
        check_header(path, &mut file, &self.options)?;
        let length = file.metadata().map_err(failed)?.len();
        let got = length.saturating_sub(HEADER as u64) / RECORD as u64;
        if got < from {
            return Err(DuplicateError::TooShort {
                path: path.to_owned(),
                expected: from,
                got,
            });
        }
        let end = HEADER as u64 + from * RECORD as u64;
        file.set_len(end).map_err(failed)?;
        file.seek(SeekFrom::Start(end)).map_err(failed)?;
        Ok(file)
    }

    fn write_from(&self, file: File, from: u64) -> io::Result<()> {
        let mut output = BufWriter::new(file);
        let mut firsts = self.firsts.starting_at(from).peekable();
        for number in from..self.count {
            let first = firsts.next_if(|first| first.number == number);
            output.write_all(&encoded(number, first.map(|first| &first.sketched)))?;
        }
        let file = output
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_data()
    }
}

fn io_error(path: &Path, source: io::Error) -> DuplicateError {
    DuplicateError::Io {
        path: path.to_owned(),
        source,
    }
}

fn header(options: &DuplicateOptions) -> Vec<u8> {
    let DuplicateOptions {
        similarity,
        shingle,
        seed,
    } = options;
    let numbers = [VERSION, *seed, similarity.to_bits(), *shingle as u64];
    let numbers = numbers.into_iter().flat_map(u64::to_le_bytes);
    MAGIC.into_iter().chain(numbers).collect()
}

fn check_header(
    path: &Path,
    input: &mut impl Read,
    options: &DuplicateOptions,
) -> Result<(), DuplicateError> {
    let mut found = Vec::new();
    input
        .take(HEADER as u64)
        .read_to_end(&mut found)
        .map_err(|source| io_error(path, source))?;
    let path = || path.to_owned();
    let expected = header(options);
    if found.len() != HEADER || found.get(..16) != expected.get(..16) {
        return Err(DuplicateError::NotAState { path: path() });
    }
    if found != expected {
        return Err(DuplicateError::OtherOptions { path: path() });
    }
    Ok(())
}

/// A record that is not what was written.
struct Damaged;

/// The record of a call; of a duplicate nothing but its number.
fn encoded(number: u64, kept: Option<&Sketched>) -> Vec<u8> {
    let sketch = kept.and_then(|kept| kept.sketch);
    let kind = u64::from(kept.is_some()) + u64::from(sketch.is_some());
    let digest = kept.map_or(0, |kept| kept.digest);
    let values = sketch.map_or([[0; ROWS]; BANDS], |sketch| sketch.0);
    let mut body = Vec::with_capacity(RECORD);
    for number in [number, digest] {
        body.extend_from_slice(&number.to_le_bytes());
    }
    body.extend_from_slice(values.as_flattened());
    let check = xxh3_64(&body).wrapping_add(kind);
    [kind.to_le_bytes(), check.to_le_bytes()]
        .concat()
        .into_iter()
        .chain(body)
        .collect()
}

/// What is kept of the call with this number; none of a duplicate.
fn decoded(record: &[u8; RECORD], number: u64) -> Result<Option<First>, Damaged> {
    let (words, values) = record.split_at(4 * 8);
    let [kind, _, _, digest] = words.as_chunks::<8>().0 else {
        return Err(Damaged);
    };
    let (bands, _) = values.as_chunks::<ROWS>();
    let sketch = Sketch(bands.try_into().map_err(|_| Damaged)?);
    let digest = u64::from_le_bytes(*digest);
    let sketched = |sketch| Sketched { digest, sketch };
    let kept = match u64::from_le_bytes(*kind) {
        0 => None,
        1 => Some(sketched(None)),
        2 => Some(sketched(Some(sketch))),
        _ => return Err(Damaged),
    };
    if encoded(number, kept.as_ref()) != record {
        return Err(Damaged);
    }
    Ok(kept.map(|sketched| First { number, sketched }))
}
