//! Parquet: what was written is read.

use std::io::Cursor;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use serde_json::json;

use super::model::{Call, all, balanced, calls, transcripts};
use crate::{ColumnMapping, Counted, ParquetRecords, ReadOptions, RejectReason, Shape, TableError};

pub(super) type Writer = SerializedFileWriter<Vec<u8>>;
type Group<'w> = SerializedRowGroupWriter<'w, Vec<u8>>;

/// A file of this schema whose row groups are written by `groups`.
pub(super) fn file(
    schema: &str,
    properties: WriterProperties,
    groups: impl FnOnce(&mut Writer),
) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    groups(&mut writer);
    writer.into_inner().unwrap()
}

/// Writes the next column of a row group: values that are there, with their levels.
pub(super) fn column<T: DataType>(
    group: &mut Group<'_>,
    values: &[T::T],
    definition: &[i16],
    repetition: Option<&[i16]>,
) {
    let mut column = group.next_column().unwrap().unwrap();
    let definition = Some(definition).filter(|levels| !levels.is_empty());
    column
        .typed::<T>()
        .write_batch(values, definition, repetition)
        .unwrap();
    column.close().unwrap();
}

fn optional<T: DataType>(group: &mut Group<'_>, values: impl Iterator<Item = Option<T::T>>) {
    let values: Vec<_> = values.collect();
    let levels: Vec<i16> = values
        .iter()
        .map(|value| i16::from(value.is_some()))
        .collect();
    column::<T>(
        group,
        &values.into_iter().flatten().collect::<Vec<_>>(),
        &levels,
        None,
    );
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

fn optional_text<'t>(group: &mut Group<'_>, values: impl Iterator<Item = Option<&'t str>>) {
    optional::<ByteArrayType>(group, values.map(|value| value.map(text)));
}

pub(super) fn open(file: &[u8]) -> Result<ParquetRecords, TableError> {
    let options = ReadOptions::default().with_max_line_bytes(9999);
    ParquetRecords::spooled(Cursor::new(file), &ColumnMapping::default(), &options)
}

const TURNS: &str = "message turns {
    optional binary call_id (UTF8); optional binary speaker (UTF8); optional binary text (UTF8);
    optional int64 start_ms; optional boolean won; optional binary account (UTF8); optional binary mood (UTF8);
}";

fn write_turns(calls: &[Call], properties: WriterProperties, rows_per_group: usize) -> Vec<u8> {
    let rows: Vec<_> = calls
        .iter()
        .flat_map(|call| call.turns.iter().map(move |turn| (call, turn)))
        .collect();
    file(TURNS, properties, |writer| {
        for rows in rows.chunks(rows_per_group) {
            let mut group = writer.next_row_group().unwrap();
            optional_text(
                &mut group,
                rows.iter().map(|(call, _)| Some(call.id.as_str())),
            );
            optional_text(
                &mut group,
                rows.iter().map(|(_, turn)| turn.speaker.as_deref()),
            );
            optional_text(
                &mut group,
                rows.iter().map(|(_, turn)| Some(turn.text.as_str())),
            );
            optional::<Int64Type>(
                &mut group,
                rows.iter().map(|(_, turn)| turn.start.map(i64::from)),
            );
            optional::<BoolType>(&mut group, rows.iter().map(|(call, _)| call.outcome));
            optional_text(
                &mut group,
                rows.iter().map(|(call, _)| call.account.as_deref()),
            );
            optional_text(
                &mut group,
                rows.iter().map(|(call, _)| call.mood.as_deref()),
            );
            group.close().unwrap();
        }
    })
}

const CALLS: &str = "message calls {
    optional binary call_id (UTF8);
    optional group transcript (LIST) { repeated group list { optional group element {
        optional binary speaker (UTF8); required binary text (UTF8); optional int64 start_ms; } } }
    optional boolean won; optional binary account (UTF8); optional binary mood (UTF8);
    optional group tags (LIST) { repeated group list { optional int32 element; } }
}";

/// Levels and values of a column of the list: `level` of a value that is there, one less of one that is not.
fn list<T: DataType>(
    group: &mut Group<'_>,
    calls: &[Call],
    level: i16,
    value: impl Fn(&super::model::Turn) -> Option<T::T>,
) {
    let (mut values, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
    for call in calls {
        for (n, turn) in call.turns.iter().enumerate() {
            let value = value(turn);
            repetition.push(i16::from(n > 0));
            definition.push(if value.is_some() { level } else { level - 1 });
            values.extend(value);
        }
        if call.turns.is_empty() {
            repetition.push(0);
            definition.push(1);
        }
    }
    column::<T>(group, &values, &definition, Some(&repetition));
}

pub(super) fn write_calls(
    calls: &[Call],
    properties: WriterProperties,
    rows_per_group: usize,
) -> Vec<u8> {
    file(CALLS, properties, |writer| {
        for calls in calls.chunks(rows_per_group) {
            let mut group = writer.next_row_group().unwrap();
            optional_text(&mut group, calls.iter().map(|call| Some(call.id.as_str())));
            list::<ByteArrayType>(&mut group, calls, 4, |turn| {
                turn.speaker.as_deref().map(text)
            });
            list::<ByteArrayType>(&mut group, calls, 3, |turn| Some(text(&turn.text)));
            list::<Int64Type>(&mut group, calls, 4, |turn| turn.start.map(i64::from));
            optional::<BoolType>(&mut group, calls.iter().map(|call| call.outcome));
            optional_text(&mut group, calls.iter().map(|call| call.account.as_deref()));
            optional_text(&mut group, calls.iter().map(|call| call.mood.as_deref()));
            let levels = vec![0; calls.len()];
            column::<Int32Type>(&mut group, &[], &levels, Some(&levels));
            group.close().unwrap();
        }
    })
}

pub(super) fn properties() -> impl Strategy<Value = WriterProperties> {
    let compression = prop::sample::select(vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ]);
    let encoding = prop::sample::select(vec![
        None,
        Some(Encoding::PLAIN),
        Some(Encoding::DELTA_LENGTH_BYTE_ARRAY),
    ]);
    (compression, encoding, any::<bool>(), 1usize..4).prop_map(
        |(compression, encoding, is_new, page)| {
            let version = if is_new {
                WriterVersion::PARQUET_2_0
            } else {
                WriterVersion::PARQUET_1_0
            };
            let builder = WriterProperties::builder()
                .set_compression(compression)
                .set_writer_version(version)
                .set_data_page_row_count_limit(page)
                .set_write_batch_size(1);
            match encoding {
                None => builder.build(),
                Some(encoding) => {
                    let texts = ["call_id", "speaker", "text", "account", "mood"]
                        .map(|name| vec![name.to_owned()]);
                    let nested = ["speaker", "text"].map(|name| {
                        ["transcript", "list", "element", name]
                            .map(str::to_owned)
                            .to_vec()
                    });
                    let columns = texts
                        .into_iter()
                        .chain(nested)
                        .map(parquet::schema::types::ColumnPath::new);
                    columns
                        .fold(builder.set_dictionary_enabled(false), |builder, column| {
                            builder.set_column_encoding(column, encoding)
                        })
                        .build()
                }
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn turns_are_read_as_they_were_written(calls in calls("[a-c \",\n\r|é:]{0,12}"), properties in properties(), rows in 1usize..9) {
        let mut records = open(&write_turns(&calls, properties, rows)).unwrap();
        prop_assert_eq!(records.shape(), Shape::Turns);
        let expected: Vec<_> = calls.iter().map(Call::expected).collect();
        prop_assert_eq!(transcripts(&mut records), expected);
        prop_assert!(balanced(records.counts()));
        prop_assert_eq!(records.counts().read, calls.iter().map(|call| call.turns.len() as u64).sum::<u64>());
    }

    #[test]
    fn lists_of_structs_are_read_as_they_were_written(calls in calls("[a-c \",\n\r|é:]{0,12}"), properties in properties(), rows in 1usize..9) {
        let mut records = open(&write_calls(&calls, properties, rows)).unwrap();
        prop_assert_eq!(records.shape(), Shape::Calls);
        let expected: Vec<_> = calls.iter().map(Call::expected).collect();
        prop_assert_eq!(transcripts(&mut records), expected);
        prop_assert_eq!(records.counts().used, calls.len() as u64);
    }
}

#[test]
fn dates_decimals_and_lines_are_read_by_their_types() {
    let schema = "message deals {
        required int64 id; required binary transcript (UTF8); required int32 close_date (DATE);
        required int32 amount (DECIMAL(9, 2)); required int64 called (TIMESTAMP(MICROS, true));
        required binary topic (UTF8); required double score;
    }";
    let file = file(schema, WriterProperties::builder().build(), |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<Int64Type>(&mut group, &[7], &[], None);
        column::<ByteArrayType>(&mut group, &[text("Ann: hello\nBob: hi")], &[], None);
        column::<Int32Type>(&mut group, &[20_779], &[], None);
        column::<Int32Type>(&mut group, &[123_450], &[], None);
        column::<Int64Type>(&mut group, &[1_795_341_600_500_000], &[], None);
        column::<ByteArrayType>(&mut group, &[text("tea")], &[], None);
        column::<parquet::data_type::DoubleType>(&mut group, &[0.5], &[], None);
        group.close().unwrap();
    });
    let mut records = open(&file).unwrap();
    let record = all(&mut records).remove(0);
    assert_eq!((record.place, record.counted), (1, Counted::Rows));
    let call = record.content.unwrap();
    assert_eq!(
        (call.id.as_str(), call.utterances.len(), call.parties.len()),
        ("7", 2, 2)
    );
    assert_eq!(
        call.metadata.outcome_date.map(|day| day.to_string()),
        Some("2026-11-22".into())
    );
    assert_eq!(call.metadata.amount, Some(1234.5));
    assert_eq!(
        json!(call.metadata.extra),
        json!({"called": "2026-11-22T10:00:00.5Z", "topic": "tea", "score": 0.5})
    );
}

#[test]
fn a_row_that_is_no_text_or_too_long_is_rejected_alone() {
    let schema = "message calls { required binary id (UTF8); required binary transcript; }";
    let long = "x".repeat(10_000);
    let file = file(schema, WriterProperties::builder().build(), |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &["a", "b", "c", "d"].map(text), &[], None);
        let texts = [
            text("A: x"),
            ByteArray::from(vec![b'a', 0xff]),
            text(&long),
            text(""),
        ];
        column::<ByteArrayType>(&mut group, &texts, &[], None);
        group.close().unwrap();
    });
    let mut records = open(&file).unwrap();
    let reasons: Vec<_> = all(&mut records)
        .into_iter()
        .map(|record| record.content.err())
        .collect();
    assert_eq!(
        reasons,
        [
            None,
            Some(RejectReason::NotUtf8 { byte: 2 }),
            Some(RejectReason::TooLong {
                bytes: 10_001,
                limit: 9999
            }),
            Some(upturn_core::ConversationError::NoTurns.into()),
        ]
    );
}

#[test]
fn lists_that_are_empty_or_null_say_nothing_and_a_null_turn_keeps_its_place() {
    let schema = "message calls {
        optional group transcript (LIST) { repeated group list { optional group element {
            optional binary speaker (UTF8); optional binary text (UTF8); } } }
    }";
    let file = file(schema, WriterProperties::builder().build(), |writer| {
        let mut group = writer.next_row_group().unwrap();
        // A null turn before one without a speaker; an empty list; no list; a turn without a text.
        let repetition = [0, 1, 0, 0, 0];
        column::<ByteArrayType>(
            &mut group,
            &[text("Bob")],
            &[2, 3, 1, 0, 4],
            Some(&repetition),
        );
        column::<ByteArrayType>(
            &mut group,
            &[text("hi")],
            &[2, 4, 1, 0, 3],
            Some(&repetition),
        );
        group.close().unwrap();
    });
    let read: Vec<_> = all(&mut open(&file).unwrap())
        .into_iter()
        .map(|record| record.content)
        .collect();
    let nothing = || Err(RejectReason::from(upturn_core::ConversationError::NoTurns));
    assert_eq!((&read[1], &read[2]), (&nothing(), &nothing()));
    let said = |call: usize| {
        let said = &read[call].as_ref().unwrap().utterances;
        said.iter()
            .map(|said| (said.party, said.text.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(said(0), [(None, String::new()), (None, "hi".to_owned())]);
    assert_eq!(said(3), [(Some(0), String::new())]);
}
