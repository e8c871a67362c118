use std::path::Path;

use super::*;
use crate::{PseudonymKey, ReadOptions, RedactionOptions};

const CALL: &str = r#"{"id":"a","turns":[{"speaker":"seller","text":"jane@example.com?"},{"speaker":"buyer","text":"yes"}]}"#;

fn stream(text: &str) -> CallStream<'static> {
    let input = std::io::Cursor::new(text.to_owned());
    CallStream::new(
        input,
        Path::new("calls.jsonl"),
        &ReadOptions::default(),
        &(),
    )
    .unwrap()
}

fn redacted(text: &str, output: impl Write) -> Result<FileRedaction, RedactionError> {
    let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
    let redactor = Redactor::new(RedactionOptions::default().with_key(key)).unwrap();
    redact_file(&redactor, stream(text), output, None)
}

#[test]
fn every_record_is_written_or_rejected_in_bounded_memory() {
    let text = format!("{CALL}\n\n{}{CALL}", "{\n".repeat(5_000));
    let mut output = Vec::new();
    let done = redacted(&text, &mut output).unwrap();
    assert_eq!((done.read, done.written), (5_002, 2));
    assert_eq!(done.rejected.count(), 5_000);
    assert_eq!(done.rejected.shown().len(), Rejections::SHOWN);
    let first = done.rejected.shown()[0].to_string();
    assert!(first.starts_with("calls.jsonl:3: "), "{first}");
    let output = String::from_utf8(output).unwrap();
    assert_eq!(output.matches("[EMAIL_1]").count(), 2, "{output}");
}

#[test]
fn an_input_without_calls_is_an_error() {
    for (text, message) in [
        ("\n", "`calls.jsonl` is empty"),
        ("{\n", "no usable conversation in `calls.jsonl`: 1 rejected"),
    ] {
        let error = redacted(text, Vec::new()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

/// A disk that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_apart_from_an_input_that_can_not_be_read() {
    let error = redacted(CALL, Full).unwrap_err();
    assert!(matches!(error, RedactionError::Output { .. }), "{error}");
}
