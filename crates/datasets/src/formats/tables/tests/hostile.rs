//! Damaged and hostile Parquet files: no panic, no unbounded memory, no endless loop.

use parquet::basic::Encoding;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use proptest::prelude::*;

use super::model::{Call, Turn, balanced};
use super::parquet::{column, file, open, write_calls};
use crate::{Records, TableError};

fn sample() -> Vec<u8> {
    let turn = |n: usize| Turn {
        speaker: Some("Ann".into()),
        text: format!("hello {n}"),
        start: Some(7),
    };
    let call = |n: usize| Call {
        id: format!("a{n}"),
        turns: (0..n).map(turn).collect(),
        outcome: Some(true),
        account: Some("acme".into()),
        mood: None,
    };
    let calls: Vec<Call> = (1..5).map(call).collect();
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::None)
        .set_data_page_row_count_limit(2)
        .set_write_batch_size(1)
        .build();
    write_calls(&calls, properties, 3)
}

/// Reads all there is; whether it was without an error.
fn read(file: &[u8]) -> bool {
    let Ok(mut records) = open(file) else {
        return false;
    };
    let mut read = 0;
    loop {
        match records.next_record() {
            Ok(Some(_)) => read += 1,
            Ok(None) => break,
            Err(_) => {
                assert!(records.next_record().unwrap().is_none());
                assert!(balanced(records.counts()));
                return false;
            }
        }
        assert!(read < 10_000);
    }
    assert!(balanced(records.counts()));
    true
}

/// The description at the end of a file, replaced.
fn described(footer: &[u8]) -> Vec<u8> {
    let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
    [b"PAR1", footer, &length, b"PAR1"].concat()
}

#[test]
fn every_byte_may_be_flipped() {
    let file = sample();
    assert!(read(&file));
    for at in 0..file.len() {
        let mut flipped = file.clone();
        flipped[at] ^= [0x01, 0x80, 0xff][at % 3];
        read(&flipped);
    }
}

#[test]
fn a_file_that_breaks_off_is_told() {
    let file = sample();
    for length in 0..file.len() {
        let told = open(&file[..length]).unwrap_err();
        let is_empty = matches!(told, TableError::Empty);
        assert!(
            is_empty == (length == 0)
                && (is_empty || matches!(told, TableError::NotParquet { .. })),
            "{told}"
        );
    }
}

#[test]
fn a_schema_that_nests_without_end_or_promises_columns_without_number_is_refused() {
    // Version 1; a list of elements `required group a` with one child each.
    let element = [0x35, 0x00, 0x18, 0x01, b'a', 0x15, 0x02, 0x00];
    let mut deep = vec![0x15, 0x02, 0x19, 0xfc, 0xa0, 0x8d, 0x06];
    deep.extend(element.repeat(100_000));
    deep.extend([0x16, 0x00, 0x19, 0x0c, 0x00]);
    // One element with 2^31 - 1 children.
    let wide = [
        0x15, 0x02, 0x19, 0x1c, 0x48, 0x01, b'a', 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x16,
        0x00, 0x19, 0x0c, 0x00,
    ];
    for (footer, what) in [
        (deep.as_slice(), "nested too deep"),
        (&wide, "nested too deep"),
        (&[0x19, 0xfc, 0xff, 0xff, 0xff, 0x7f], "damaged"),
    ] {
        let told = open(&described(footer)).unwrap_err().to_string();
        assert!(told.contains(what), "{told}");
    }
}

/// A file of one column of texts, and what becomes of reading it with a part replaced.
fn told(encoding: Option<Encoding>, change: impl Fn(&mut Vec<u8>)) -> String {
    let schema = "message calls { required binary transcript (UTF8); }";
    let builder = WriterProperties::builder().set_dictionary_enabled(encoding.is_none());
    let properties = match encoding {
        Some(encoding) => builder.set_encoding(encoding).build(),
        None => builder.build(),
    };
    let mut file = file(schema, properties, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let texts = ["A: x", "B: y", "A: x"].map(|text| ByteArray::from(text.as_bytes().to_vec()));
        column::<ByteArrayType>(&mut group, &texts, &[], None);
        group.close().unwrap();
    });
    assert!(read(&file));
    change(&mut file);
    let mut records = open(&file).unwrap();
    records.next_record().unwrap_err().to_string()
}

/// The largest number of 32 bits, as a page's header writes it.
const HUGE: [u8; 5] = [0xfe, 0xff, 0xff, 0xff, 0x0f];

#[test]
fn a_page_that_promises_more_than_there_may_be_is_refused_before_it_is_held() {
    // Type 2, a dictionary; then its size.
    let huge_page = told(None, |file| {
        assert_eq!(file[4..7], [0x15, 0x04, 0x15]);
        file.splice(7..8, HUGE);
    });
    // Field 7, the header of the dictionary; its first field counts the values, of which there are two.
    let huge_dictionary = told(None, |file| {
        let at = file
            .windows(3)
            .position(|bytes| bytes == [0x4c, 0x15, 0x04])
            .unwrap();
        file.splice(at + 2..at + 3, HUGE);
    });
    for told in [huge_page, huge_dictionary] {
        assert_eq!(
            told,
            "after row 0: its pages need more memory than is allowed"
        );
    }
}

#[test]
fn a_count_of_lengths_beyond_the_values_of_a_page_is_refused() {
    let told = told(Some(Encoding::DELTA_LENGTH_BYTE_ARRAY), |file| {
        // Blocks of 128 in 4 parts, 3 values.
        let at = file
            .windows(4)
            .position(|bytes| bytes == [0x80, 0x01, 0x04, 0x03])
            .unwrap();
        file[at + 3] = 0x7f;
    });
    assert_eq!(
        told,
        "after row 0: a page announces more values than it has"
    );
}

#[test]
fn an_encoding_that_is_not_read_is_named() {
    let schema = "message calls { required binary transcript (UTF8); }";
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BYTE_ARRAY)
        .build();
    let file = file(schema, properties, |writer| {
        let mut group = writer.next_row_group().unwrap();
        column::<ByteArrayType>(&mut group, &[ByteArray::from(b"A: x".to_vec())], &[], None);
        group.close().unwrap();
    });
    let told = open(&file).unwrap().next_record().unwrap_err().to_string();
    assert_eq!(
        told,
        "after row 0: the encoding `DELTA_BYTE_ARRAY` is not read"
    );
}

proptest! {
    #[test]
    fn any_description_is_read_or_refused(footer in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&described(&footer));
    }
}
