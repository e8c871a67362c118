//! From a source to its reader: [`open`].

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{IngestError, IngestSettings};
use crate::{
    AssemblyAiRecords, ChatRecords, Compression, CsvRecords, Decoded, DeepgramRecords, Format,
    GongRecords, JsonlRecords, Opened, ParquetRecords, Records, Source, SourceKind, SrtRecords,
    TextRecords, VttRecords, WhisperRecords,
};

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;

/// A source that is open, or why it is not.
pub(super) enum Opening {
    Records(Format, Box<dyn Records>),
    /// Neither its name nor its start tells its form.
    UnknownFormat,
    /// The system refuses.
    Unreadable(io::Error),
}

/// Opens a source; `read` grows by the bytes that are read of it, packed as they are.
///
/// # Errors
///
/// [`IngestError::Table`] for a table without the needed columns.
pub(super) fn open(
    source: &Source,
    settings: &IngestSettings,
    read: &Arc<AtomicU64>,
) -> Result<Opening, IngestError> {
    let opened = match counted(source, read).and_then(Opened::new) {
        Ok(opened) => opened,
        Err(error) => return Ok(Opening::Unreadable(error)),
    };
    let name = (source.kind == SourceKind::File).then_some(source.path.as_path());
    let format = settings
        .format
        .or_else(|| Format::detect(name, &opened.head));
    let Some(format) = format else {
        return Ok(Opening::UnknownFormat);
    };
    let table = |error| IngestError::Table {
        path: source.path.clone(),
        source: error,
    };
    let records = match format {
        Format::Csv | Format::Parquet => tables(format, source, opened, settings).map_err(table)?,
        Format::Jsonl
        | Format::Vtt
        | Format::Srt
        | Format::Text
        | Format::Whisper
        | Format::Deepgram
        | Format::AssemblyAi
        | Format::Gong
        | Format::Chat => texts(format, &source.id, opened.input, settings),
    };
    Ok(Opening::Records(format, records))
}

fn tables(
    format: Format,
    source: &Source,
    opened: Opened,
    settings: &IngestSettings,
) -> Result<Box<dyn Records>, crate::TableError> {
    let (mapping, options) = (&settings.mapping, &settings.read);
    if format == Format::Csv {
        let input = Decoded::new(opened.input);
        return Ok(Box::new(CsvRecords::new(input, mapping, options)?));
    }
    let is_plain = source.kind == SourceKind::File && opened.compression == Compression::None;
    match fs_err::File::open(&source.path) {
        Ok(file) if is_plain => {
            let (file, _) = file.into_parts();
            Ok(Box::new(ParquetRecords::new(file, mapping, options)?))
        }
        _ => Ok(Box::new(ParquetRecords::spooled(
            opened.input,
            mapping,
            options,
        )?)),
    }
}

fn texts(
    format: Format,
    id: &str,
    input: Box<dyn BufRead + Send>,
    settings: &IngestSettings,
) -> Box<dyn Records> {
    let options = &settings.read;
    match format {
        Format::Vtt => Box::new(VttRecords::new(input, id, options)),
        Format::Srt => Box::new(SrtRecords::new(input, id, options)),
        Format::Text => Box::new(TextRecords::new(input, id, options)),
        Format::Whisper => Box::new(WhisperRecords::new(input, id, options)),
        Format::Deepgram => Box::new(DeepgramRecords::new(input, id, options)),
        Format::AssemblyAi => Box::new(AssemblyAiRecords::new(input, id, options)),
        Format::Gong => Box::new(GongRecords::new(input, id, options)),
        Format::Chat => Box::new(ChatRecords::new(input, id, options)),
        Format::Jsonl | Format::Csv | Format::Parquet => {
            Box::new(JsonlRecords::new(input, options))
        }
    }
}

/// The bytes of a source as they lie on disk, counted while they are read.
fn counted(source: &Source, read: &Arc<AtomicU64>) -> io::Result<BufReader<Counting>> {
    let input: Box<dyn Read + Send> = match source.kind {
        SourceKind::File => Box::new(fs_err::File::open(&source.path)?),
        SourceKind::StandardInput => Box::new(io::stdin()),
    };
    let read = Arc::clone(read);
    Ok(BufReader::with_capacity(BUFFER, Counting { input, read }))
}

struct Counting {
    input: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.read(buffer)?;
        self.read.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}
