//! Subtitles, plain text and JSON Lines: no panic, and one record for a file that is one call.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upturn_datasets::{
    Decoded, Format, JsonlRecords, ReadOptions, Records, SrtRecords, TextRecords, VttRecords,
};

fn all(mut records: impl Records, bytes: usize) -> usize {
    let mut count = 0;
    while let Ok(Some(_)) = records.next_record() {
        count += 1;
        assert!(count <= bytes + 1, "more records than bytes");
    }
    count
}

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else {
        return;
    };
    let (input, options) = (std::io::Cursor::new(rest.to_vec()), ReadOptions::default());
    let _ = Format::detect(None, rest);
    match which % 5 {
        0 => assert_eq!(all(VttRecords::new(input, "a", &options), rest.len()), 1),
        1 => assert_eq!(all(SrtRecords::new(input, "a", &options), rest.len()), 1),
        2 => assert_eq!(all(TextRecords::new(input, "a", &options), rest.len()), 1),
        3 => assert!(all(JsonlRecords::new(input, &options), rest.len()) >= 1),
        _ => {
            let mut decoded = Decoded::new(input);
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut decoded, &mut text).unwrap();
            assert!(std::str::from_utf8(&text).is_ok());
        }
    }
});
