//! For tests: what readers read, in a form that is easy to compare.

use std::io::Cursor;

use crate::{ReadOptions, Record, Records, RejectReason, Transcript};

/// Opens a file as one form.
pub(crate) type Reader = fn(Vec<u8>) -> Box<dyn Records>;

/// A reader of each form.
pub(crate) const READERS: [Reader; 5] = [whisper, deepgram, assembly_ai, gong, chat];

pub(crate) fn whisper(file: Vec<u8>) -> Box<dyn Records> {
    let options = ReadOptions::default();
    Box::new(super::WhisperRecords::new(
        Cursor::new(file),
        "call",
        &options,
    ))
}

pub(crate) fn deepgram(file: Vec<u8>) -> Box<dyn Records> {
    let options = ReadOptions::default();
    Box::new(super::DeepgramRecords::new(
        Cursor::new(file),
        "call",
        &options,
    ))
}

pub(crate) fn assembly_ai(file: Vec<u8>) -> Box<dyn Records> {
    let options = ReadOptions::default();
    Box::new(super::AssemblyAiRecords::new(
        Cursor::new(file),
        "call",
        &options,
    ))
}

pub(crate) fn gong(file: Vec<u8>) -> Box<dyn Records> {
    let options = ReadOptions::default();
    Box::new(super::GongRecords::new(Cursor::new(file), "call", &options))
}

pub(crate) fn chat(file: Vec<u8>) -> Box<dyn Records> {
    let options = ReadOptions::default();
    Box::new(super::ChatRecords::new(Cursor::new(file), "call", &options))
}

pub(crate) fn all(mut records: Box<dyn Records>) -> Vec<Record> {
    let next = || records.next_record().ok().flatten();
    std::iter::from_fn(next).collect()
}

/// What each record holds.
pub(crate) fn contents(records: Box<dyn Records>) -> Vec<Result<Transcript, RejectReason>> {
    let records = all(records).into_iter();
    records.map(|record| record.content).collect()
}

/// What is said, as `label start-end text`.
pub(crate) fn said(transcript: &Transcript) -> Vec<String> {
    let time = |ms: Option<u64>| ms.map_or_else(String::new, |ms| ms.to_string());
    let line = |said: &crate::Utterance| {
        let party = said.party.and_then(|place| transcript.parties.get(place));
        let label = party.map_or("?", |party| party.label.as_str());
        format!(
            "{label} {}-{} {}",
            time(said.start_ms),
            time(said.end_ms),
            said.text
        )
    };
    transcript.utterances.iter().map(line).collect()
}

/// The parties, as `label side name email`.
pub(crate) fn parties(transcript: &Transcript) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let line = |party: &crate::Party| {
        let side = party.side.map_or("-", upturn_core::Speaker::as_str);
        format!(
            "{} {side} {} {}",
            party.label,
            text(&party.name),
            text(&party.email)
        )
    };
    transcript.parties.iter().map(line).collect()
}

/// The metadata as JSON.
pub(crate) fn metadata(transcript: &Transcript) -> serde_json::Value {
    serde_json::to_value(&transcript.metadata).unwrap_or_default()
}
