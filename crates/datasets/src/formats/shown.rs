//! How tests read and show transcripts.

use std::path::Path;

use crate::{Records, RejectReason, Transcript};

/// A file of `fixtures/formats`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    fs_err::read(folder.join(name)).unwrap()
}

/// The only record of a reader.
pub(crate) fn one(records: &mut dyn Records) -> Result<Transcript, RejectReason> {
    let record = records.next_record().unwrap().unwrap();
    assert_eq!((record.place, records.next_record().unwrap()), (1, None));
    record.content
}

/// Each utterance as `name|start-end|text`.
pub(crate) fn shown(transcript: &Transcript) -> Vec<String> {
    let time = |ms: Option<u64>| ms.map_or_else(String::new, |ms| ms.to_string());
    let line = |said: &crate::Utterance| {
        let name = said
            .party
            .map_or("?", |party| &transcript.parties[party].label);
        format!(
            "{name}|{}-{}|{}",
            time(said.start_ms),
            time(said.end_ms),
            said.text
        )
    };
    transcript.utterances.iter().map(line).collect()
}
