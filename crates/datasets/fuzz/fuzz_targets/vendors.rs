//! What services write as JSON: no panic, and at least one record a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use upturn_datasets::{
    AssemblyAiRecords, ChatRecords, DeepgramRecords, GongRecords, ReadOptions, Records,
    WhisperRecords,
};

fn all(mut records: impl Records, bytes: usize) {
    let mut count = 0;
    while let Ok(Some(_)) = records.next_record() {
        count += 1;
        assert!(count <= 2 * bytes + 2, "more records than bytes");
    }
    assert!(count > 0);
}

fuzz_target!(|data: &[u8]| {
    let Some((&which, rest)) = data.split_first() else {
        return;
    };
    let (input, options) = (std::io::Cursor::new(rest.to_vec()), ReadOptions::default());
    match which % 5 {
        0 => all(WhisperRecords::new(input, "a", &options), rest.len()),
        1 => all(DeepgramRecords::new(input, "a", &options), rest.len()),
        2 => all(AssemblyAiRecords::new(input, "a", &options), rest.len()),
        3 => all(GongRecords::new(input, "a", &options), rest.len()),
        _ => all(ChatRecords::new(input, "a", &options), rest.len()),
    }
});
