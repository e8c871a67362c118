//! Subtitles, plain text, JSON Lines, encodings, packing and what a file is taken for.

use std::io::{BufRead, Read, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use upturn_datasets::{
    Compression, Decoded, Format, JsonlRecords, Opened, Records, SrtRecords, TextRecords,
    VttRecords, read_one,
};

use super::case::{Case, lines};
use super::drained::drain;

/// Names under which an input is looked at.
const NAMES: [&str; 8] = [
    "a.vtt",
    "a.srt.gz",
    "a.csv.zst",
    "a.jsonl",
    "a.json",
    "a.txt",
    "a.parquet",
    "a",
];

/// Most bytes of what an input is unpacked to.
const UNPACKED: u64 = 1 << 26;

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let (bytes, options) = (case.bytes, &case.options);
    let input = case.input(bytes);
    match case.arm(11) {
        0 => one(&mut VttRecords::new(input, "a", options), bytes),
        1 => one(&mut SrtRecords::new(input, "a", options), bytes),
        2 => one(&mut TextRecords::new(input, "a", options), bytes),
        3 => jsonl(&case),
        4 => decoded(Decoded::new(input), bytes),
        5 => {
            let opened = Opened::new(input).unwrap();
            let _ = Format::detect(None, &opened.head);
            let mut input = opened.input.take(UNPACKED);
            let _ = std::io::copy(&mut input, &mut std::io::sink());
        }
        6 => packed(&case, Compression::Gzip),
        7 => packed(&case, Compression::Zstd),
        8 => {
            let _ = read_one(input, "a", options);
        }
        9 => detected(bytes),
        _ => {
            let opened = Opened::new(input).unwrap();
            let mut input = VttRecords::new(opened.input.take(UNPACKED), "a", options);
            while let Ok(Some(_)) = input.next_record() {}
        }
    }
}

/// A file that is one call is one record, good or bad.
fn one(records: &mut dyn Records, bytes: &[u8]) {
    let drained = drain(records, bytes.len());
    assert_eq!((drained.records.len(), drained.broke), (1, false));
}

/// Every line that is not blank is one record, in order.
fn jsonl(case: &Case<'_>) {
    let mut reader = JsonlRecords::new(case.input(case.bytes), &case.options);
    let drained = drain(&mut reader, case.bytes.len());
    assert!(!drained.broke);
    let places: Vec<u64> = drained.records.iter().map(|record| record.place).collect();
    assert!(places.is_sorted_by(|a, b| a < b), "out of order");
    let is_wide = case.bytes.starts_with(b"\xFF\xFE") || case.bytes.starts_with(b"\xFE\xFF");
    if !is_wide && !case.is_low() {
        assert_eq!(drained.records.len(), lines(case.bytes).max(1));
    }
}

/// Whatever it is, what is read is UTF-8; and what was UTF-8 is read as it is.
fn decoded(mut decoded: Decoded<impl BufRead>, bytes: &[u8]) {
    let mut read = Vec::new();
    decoded.read_to_end(&mut read).unwrap();
    let text = String::from_utf8(read).unwrap();
    let replaced = text.matches('\u{fffd}').count() as u64;
    assert!(replaced >= decoded.replaced());
    if let Ok(was) = std::str::from_utf8(bytes) {
        let was = was.strip_prefix('\u{feff}').unwrap_or(was);
        assert_eq!((text.as_str(), decoded.replaced()), (was, 0));
    }
}

/// What is packed, in several pieces, is unpacked to the same; and if the end is missing, that is an error.
fn packed(case: &Case<'_>, compression: Compression) {
    let parts: [&[u8]; 3] = case.parts();
    let mut packed = Vec::new();
    for part in parts {
        packed.extend(match compression {
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(part).unwrap();
                encoder.finish().unwrap()
            }
            Compression::Zstd | Compression::None => zstd::encode_all(part, 1).unwrap(),
        });
    }
    if case.is_low() {
        packed.pop();
    }
    let mut opened = Opened::new(case.input(&packed)).unwrap();
    assert_eq!(opened.compression, compression);
    let mut read = Vec::new();
    let end = opened.input.read_to_end(&mut read);
    let all = parts.concat();
    assert_eq!(end.is_err(), case.is_low(), "cut off without an error");
    assert!(all.starts_with(&read) && (end.is_err() || read == all));
}

/// Name and content together say nothing that each alone contradicts.
fn detected(bytes: &[u8]) {
    let alone = Format::detect(None, bytes);
    for name in NAMES {
        let found = Format::detect(Some(Path::new(name)), bytes);
        if name == "a" {
            assert_eq!(found, alone);
        }
    }
}
