//! Points as a Parquet file and back: [`encode`], [`decode`], [`keys`].

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use upturn_core::{ConversationId, Document, Embedding, Fingerprint, Point};

use crate::{ContentHash, IndexedCall};

const SCHEMA: &str = "message point {
    required fixed_len_byte_array(16) id (UUID);
    required binary conversation (UTF8);
    required binary content (UTF8);
    required binary fingerprint (UTF8);
    required binary document (JSON);
    required binary vector;
}";
const ID: usize = 0;
const CONVERSATION: usize = 1;
const CONTENT: usize = 2;
const DOCUMENT: usize = 4;
const VECTOR: usize = 5;

/// The calls' points as a file: one row a point, the points of a call one after the other; a vector is its numbers as
/// little-endian `f32`.
pub(crate) fn encode(fingerprint: &Fingerprint, calls: &[IndexedCall]) -> Result<Vec<u8>> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties()?)?;
    let mut group = writer.next_row_group()?;
    let ids = rows(calls, |_, point| {
        Ok(ByteArray::from(point.document.id().into_bytes().to_vec()).into())
    })?;
    put::<FixedLenByteArrayType>(&mut group, &ids)?;
    let texts =
        |of: &dyn Fn(&IndexedCall) -> String| rows(calls, |call, _| Ok(of(call).as_str().into()));
    put::<ByteArrayType>(&mut group, &texts(&|call| call.conversation.to_string())?)?;
    put::<ByteArrayType>(&mut group, &texts(&|call| call.content.to_string())?)?;
    put::<ByteArrayType>(&mut group, &texts(&|_| fingerprint.to_string())?)?;
    let documents = rows(calls, |_, point| {
        let json = serde_json::to_vec(&point.document);
        Ok(ByteArray::from(json.map_err(|error| {
            ParquetError::External(Box::new(error))
        })?))
    })?;
    put::<ByteArrayType>(&mut group, &documents)?;
    let vectors = rows(calls, |_, point| {
        let numbers = point.embedding.as_slice().iter();
        Ok(ByteArray::from(
            numbers
                .flat_map(|number| number.to_le_bytes())
                .collect::<Vec<_>>(),
        ))
    })?;
    put::<ByteArrayType>(&mut group, &vectors)?;
    group.close()?;
    writer.into_inner()
}

/// Numbers do not get smaller; texts do.
fn properties() -> Result<WriterPropertiesPtr> {
    let plain = ["id", "document", "vector"].map(ColumnPath::from);
    let builder = WriterProperties::builder()
        .set_created_by("upturn".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_column_compression(ColumnPath::from("vector"), Compression::UNCOMPRESSED)
        .set_statistics_enabled(parquet::file::properties::EnabledStatistics::None);
    let without = |builder: parquet::file::properties::WriterPropertiesBuilder, column| {
        builder.set_column_dictionary_enabled(column, false)
    };
    Ok(Arc::new(plain.into_iter().fold(builder, without).build()))
}

fn rows<T>(
    calls: &[IndexedCall],
    cell: impl Fn(&IndexedCall, &Point) -> Result<T>,
) -> Result<Vec<T>> {
    let rows = calls
        .iter()
        .flat_map(|call| call.points.iter().map(move |point| (call, point)));
    rows.map(|(call, point)| cell(call, point)).collect()
}

fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
) -> Result<()> {
    let missing = || ParquetError::General("a column too many".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

/// The calls of a file. The bytes must be those that were written.
pub(crate) fn decode(bytes: Bytes) -> Result<Vec<IndexedCall>> {
    let reader = SerializedFileReader::new(bytes)?;
    let keys = keys_of(&reader)?;
    let ids = fixed(&reader, ID)?;
    let documents = texts(&reader, DOCUMENT)?;
    let vectors = texts(&reader, VECTOR)?;
    let mut calls: Vec<IndexedCall> = Vec::new();
    for (((id, key), document), vector) in ids.iter().zip(keys).zip(&documents).zip(&vectors) {
        let point = point(id, document, vector)?;
        let (conversation, content) = key;
        match calls.last_mut() {
            Some(call) if call.conversation == conversation => call.points.push(point),
            _ => calls.push(IndexedCall {
                conversation,
                content,
                points: vec![point],
            }),
        }
    }
    Ok(calls)
}

fn point(id: &FixedLenByteArray, document: &ByteArray, vector: &ByteArray) -> Result<Point> {
    let document: Document = serde_json::from_slice(document.data()).map_err(external)?;
    if document.id().as_bytes() != id.data() {
        return Err(ParquetError::General(
            "a document has another id".to_owned(),
        ));
    }
    let numbers = vector.data().chunks_exact(size_of::<f32>());
    let numbers = numbers.filter_map(|number| number.try_into().ok().map(f32::from_le_bytes));
    let embedding = Embedding::from_unit(numbers.collect()).map_err(external)?;
    Ok(Point {
        document,
        embedding,
    })
}

/// Of each row of a file, which call it is of.
pub(crate) fn keys(bytes: Bytes) -> Result<Vec<(ConversationId, ContentHash)>> {
    keys_of(&SerializedFileReader::new(bytes)?)
}

fn keys_of(reader: &SerializedFileReader<Bytes>) -> Result<Vec<(ConversationId, ContentHash)>> {
    let conversations = texts(reader, CONVERSATION)?;
    let contents = texts(reader, CONTENT)?;
    let rows = conversations.iter().zip(&contents);
    rows.map(|(conversation, content)| {
        let conversation = conversation.as_utf8()?.to_owned();
        let content = content.as_utf8()?.parse().map_err(external)?;
        Ok((
            ConversationId::new(conversation).map_err(external)?,
            content,
        ))
    })
    .collect()
}

fn texts(reader: &SerializedFileReader<Bytes>, column: usize) -> Result<Vec<ByteArray>> {
    cells(reader, column, |column| {
        if let ColumnReader::ByteArrayColumnReader(reader) = column {
            Some(reader)
        } else {
            None
        }
    })
}

fn fixed(reader: &SerializedFileReader<Bytes>, column: usize) -> Result<Vec<FixedLenByteArray>> {
    cells(reader, column, |column| {
        if let ColumnReader::FixedLenByteArrayColumnReader(reader) = column {
            Some(reader)
        } else {
            None
        }
    })
}

fn cells<T: DataType>(
    reader: &SerializedFileReader<Bytes>,
    column: usize,
    typed: impl Fn(ColumnReader) -> Option<ColumnReaderImpl<T>>,
) -> Result<Vec<T::T>> {
    let mut values = Vec::new();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let foreign = || ParquetError::General("a column of another type".to_owned());
        let mut column = typed(group.get_column_reader(column)?).ok_or_else(foreign)?;
        let before = values.len();
        while values.len() < before + rows {
            let (read, ..) = column.read_records(rows, None, None, &mut values)?;
            if read == 0 {
                return Err(ParquetError::EOF("a column is too short".to_owned()));
            }
        }
    }
    Ok(values)
}

fn external(error: impl std::error::Error + Send + Sync + 'static) -> ParquetError {
    ParquetError::External(Box::new(error))
}
