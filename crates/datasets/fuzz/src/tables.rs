//! CSV and Parquet, in both shapes.

use std::io::{BufRead, Cursor};

use csv::ReaderBuilder;
use upturn_datasets::{
    ColumnMapping, CsvRecords, Decoded, ParquetRecords, Records, RowCounts, Shape,
};

use super::case::Case;
use super::drained::{Drained, drain};

const TURNS: &str = "call_id,speaker,text,start,end,outcome,date,amount\n";
const CALLS: &str = "id,transcript,account,won,date\n";

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let none = ColumnMapping::default();
    let scattered = || none.clone().with_flag("scattered=true").unwrap();
    let below = |header: &str| [header.as_bytes(), case.bytes].concat();
    match case.arm(9) {
        0 => parquet(&case, case.bytes, &none),
        1 => csv(&case, &below(TURNS), &none, true),
        2 => csv(&case, &below(CALLS), &none, true),
        3 => csv(&case, case.bytes, &none, false),
        4 => csv(&case, &below(TURNS), &scattered(), true),
        5 => {
            let parts: [&[u8]; 2] = case.parts();
            let text = String::from_utf8_lossy(parts[0]);
            if let Ok(mapping) = ColumnMapping::from_toml(&text) {
                csv(&case, parts[1], &mapping, false);
            }
        }
        6 => {
            let input = Decoded::new(case.input(case.bytes));
            read_csv(&case, input, &none, case.bytes.len());
        }
        7 => parquet(&case, case.bytes, &scattered()),
        _ => {
            let below = below(TURNS);
            let whole = read_csv(&case, Cursor::new(below.clone()), &none, below.len());
            let pieces = std::io::BufReader::with_capacity(3, Cursor::new(below.clone()));
            let pieces = read_csv(&case, pieces, &none, below.len());
            assert_eq!(whole, pieces, "pieces are read in another way");
        }
    }
}

fn csv(case: &Case<'_>, bytes: &[u8], mapping: &ColumnMapping, has_header: bool) {
    let input = case.input(bytes);
    let found = read_csv(case, input, mapping, bytes.len());
    let is_closed = bytes.split(|byte| *byte == b'"').count() % 2 == 1;
    if let (true, true, false, Some((counts, _))) = (has_header, is_closed, case.is_low(), found) {
        assert_eq!(counts.read, rows(bytes), "a row is lost");
    }
}

fn read_csv(
    case: &Case<'_>,
    input: impl BufRead + Send,
    mapping: &ColumnMapping,
    bytes: usize,
) -> Option<(RowCounts, Drained)> {
    let mut reader = CsvRecords::new(input, mapping, &case.options).ok()?;
    let drained = drain(&mut reader, bytes);
    balance(reader.counts(), reader.shape(), &drained);
    assert!(!drained.broke);
    Some((reader.counts(), drained))
}

fn parquet(case: &Case<'_>, bytes: &[u8], mapping: &ColumnMapping) {
    let Ok(mut reader) = ParquetRecords::spooled(bytes, mapping, &case.options) else {
        return;
    };
    // A file of few bytes may hold many rows, all of them alike.
    for _ in 0..1 << 14 {
        let Ok(Some(_)) = reader.next_record() else {
            let counts = reader.counts();
            assert_eq!(counts.read, counts.used + counts.rejected);
            return;
        };
    }
}

/// Rows read are rows used and rows rejected.
fn balance(counts: RowCounts, shape: Shape, drained: &Drained) {
    assert_eq!(counts.read, counts.used + counts.rejected);
    let records = drained.records.len() as u64;
    assert!(records <= counts.read);
    assert_eq!(drained.sound() > 0, counts.used > 0);
    if shape == Shape::Calls {
        assert_eq!(records, counts.read);
    }
}

/// Rows that are not blank, counted by another reader.
fn rows(bytes: &[u8]) -> u64 {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
    let is_blank = |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|cell| cell.trim().is_empty());
    let rows = reader.byte_records().map(Result::unwrap);
    rows.filter(|row| !row.iter().all(is_blank)).count() as u64
}
