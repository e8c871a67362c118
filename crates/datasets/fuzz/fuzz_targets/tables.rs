//! CSV and Parquet: no panic, and rows read = rows used + rows rejected.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use upturn_datasets::{ColumnMapping, CsvRecords, ParquetRecords, ReadOptions, Records};

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else {
        return;
    };
    let (mapping, options) = (ColumnMapping::default(), ReadOptions::default());
    if which % 4 == 0 {
        let Ok(mut records) = ParquetRecords::spooled(Cursor::new(rest), &mapping, &options) else {
            return;
        };
        while let Ok(Some(_)) = records.next_record() {}
        return;
    }
    let header: &[u8] = match which % 4 {
        1 => b"call_id,speaker,text,outcome\n",
        2 => b"id,transcript,account\n",
        _ => b"",
    };
    let input = Cursor::new([header, rest].concat());
    let Ok(mut records) = CsvRecords::new(input, &mapping, &options) else {
        return;
    };
    while let Ok(Some(_)) = records.next_record() {}
    let counts = records.counts();
    assert_eq!(counts.read, counts.used + counts.rejected);
});
