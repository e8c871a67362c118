//! The end of a Parquet file, which says what it holds: [`read`].

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use parquet::basic::Compression;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData,
};

use crate::formats::tables::TableError;

use super::thrift::{Passed, walk};

/// Longest description of a file, in bytes.
const LONGEST: u64 = 32 * 1024 * 1024;
/// Length of the number and the word at the end.
const TAIL: u64 = 8;

/// Reads the description of a file and checks what the `parquet` crate takes for granted.
///
/// # Errors
///
/// [`TableError::Io`] or [`TableError::NotParquet`].
pub(crate) fn read(file: &mut File) -> Result<ParquetMetaData, TableError> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Err(TableError::Empty);
    }
    let described = described(file, length)?;
    check(&described)?;
    let metadata = super::contained(|| ParquetMetaDataReader::decode_metadata(&described))
        .map_err(|_| not("its description is damaged"))?;
    for column in metadata
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns)
    {
        check_column(column, length)?;
    }
    Ok(metadata)
}

/// The bytes of the description.
fn described(file: &mut File, length: u64) -> Result<Vec<u8>, TableError> {
    const NO_END: &str = "its end is missing: the file is cut off or of another kind";
    let end = length.checked_sub(TAIL).ok_or_else(|| not(NO_END))?;
    file.seek(SeekFrom::Start(end))?;
    let mut tail = [0; 8];
    file.read_exact(&mut tail)?;
    let [a, b, c, d, word @ ..] = tail;
    match &word {
        b"PAR1" => {}
        b"PARE" => return Err(not("it is encrypted")),
        _ => return Err(not(NO_END)),
    }
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    let start = end.checked_sub(size).ok_or_else(|| not(NO_END))?;
    if size > LONGEST {
        return Err(not("its description is longer than 32 MiB"));
    }
    file.seek(SeekFrom::Start(start))?;
    let mut described = Vec::new();
    file.take(size).read_to_end(&mut described)?;
    Ok(described)
}

/// Walks the description: every count must be borne out, and the columns not nested without end.
fn check(described: &[u8]) -> Result<(), TableError> {
    const DEEPEST: usize = 32;
    const MOST_COLUMNS: i64 = 1 << 20;
    let (mut own, mut all, mut open, mut deepest) = (0, 0_i64, vec![1_i64], 0);
    let walked = walk(described, &mut |path, passed| match (path, passed) {
        ([2, 5], Passed::Number(children)) => own = children,
        ([2], Passed::End) => {
            while open.last() == Some(&0) {
                open.pop();
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            all = all.saturating_add(own.abs());
            if own > 0 && open.len() <= DEEPEST {
                open.push(own);
            }
            deepest = deepest.max(open.len());
            own = 0;
        }
        _ => {}
    });
    walked.map_err(|_| not("its description is damaged"))?;
    if deepest > DEEPEST || all > MOST_COLUMNS {
        return Err(not("its columns are nested too deep or too many"));
    }
    Ok(())
}

/// What is said of a column in a row group must fit into the file.
fn check_column(column: &ColumnChunkMetaData, length: u64) -> Result<(), TableError> {
    if column.file_path().is_some() {
        return Err(not("a column is in another file"));
    }
    let name = match column.compression() {
        Compression::BROTLI(_) => Some("brotli"),
        Compression::LZO => Some("lzo"),
        Compression::UNCOMPRESSED
        | Compression::SNAPPY
        | Compression::GZIP(_)
        | Compression::LZ4
        | Compression::LZ4_RAW
        | Compression::ZSTD(_) => None,
    };
    if let Some(name) = name {
        return Err(not(&format!(
            "it is compressed with {name}, which is not read"
        )));
    }
    let start = column
        .dictionary_page_offset()
        .unwrap_or(column.data_page_offset());
    let end = u64::try_from(start)
        .ok()
        .zip(u64::try_from(column.compressed_size()).ok());
    match end.and_then(|(start, size)| start.checked_add(size)) {
        Some(end) if end <= length => Ok(()),
        _ => Err(not("a column lies outside of the file")),
    }
}

pub(crate) fn not(what: &str) -> TableError {
    TableError::NotParquet {
        what: what.to_owned(),
    }
}
