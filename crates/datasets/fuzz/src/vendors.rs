//! What services and chat programs write as JSON.

use std::sync::Arc;

use serde_json::Value;
use upturn_datasets::{
    AssemblyAiRecords, ChatRecords, DeepgramRecords, GongCalls, GongRecords, Records,
    WhisperRecords,
};

use super::case::Case;
use super::drained::drain;

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let (bytes, options) = (case.bytes, &case.options);
    let input = case.input(bytes);
    let expected = documents(&case);
    match case.arm(6) {
        0 => all(
            &mut WhisperRecords::new(input, "a", options),
            bytes,
            expected,
        ),
        1 => all(
            &mut DeepgramRecords::new(input, "a", options),
            bytes,
            expected,
        ),
        2 => all(
            &mut AssemblyAiRecords::new(input, "a", options),
            bytes,
            expected,
        ),
        3 => all(&mut GongRecords::new(input, "a", options), bytes, None),
        4 => all(&mut ChatRecords::new(input, "a", options), bytes, None),
        _ => {
            let [calls, transcripts] = case.parts();
            let calls = GongCalls::read(case.input(calls), options).unwrap();
            assert!(!calls.rejected().iter().any(|record| record.content.is_ok()));
            let reader = GongRecords::new(case.input(transcripts), "a", options);
            all(&mut reader.with_calls(Arc::new(calls)), bytes, None);
        }
    }
}

/// At least one record comes, and as many as there are documents.
fn all(reader: &mut dyn Records, bytes: &[u8], expected: Option<usize>) {
    let drained = drain(reader, bytes.len());
    assert!(!drained.broke && !drained.records.is_empty());
    if let Some(expected) = expected {
        assert_eq!(drained.records.len(), expected, "a document is lost");
    }
}

/// How many documents a file holds, if it is sound JSON.
fn documents(case: &Case<'_>) -> Option<usize> {
    match serde_json::from_slice(case.bytes).ok()? {
        Value::Array(elements) => Some(elements.len().max(1)),
        Value::Object(_) if !case.is_low() => Some(1),
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            None
        }
    }
}
