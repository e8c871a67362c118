use std::sync::Mutex;

use super::*;

const CALL: &str = r#"{"id":"ID","turns":[{"speaker":"seller","text":"a"},{"speaker":"buyer","text":"b"}],"outcome":"won"}"#;

fn seen(path: &Path, monitor: &dyn IngestMonitor) -> Result<Inspection, DatasetError> {
    let (about, leaks) = (CardContext::default(), LeakOptions::default());
    inspect_watched(path, about, leaks, &ReadOptions::default(), monitor)
}

/// What a monitor was told, and whether it asks to stop.
#[derive(Default)]
struct Told {
    stages: Mutex<Vec<(String, Option<u64>)>>,
    bytes: Mutex<u64>,
    stops: bool,
}

impl IngestMonitor for Told {
    fn stage(&self, name: &str, bytes: Option<u64>) {
        self.stages.lock().unwrap().push((name.to_owned(), bytes));
    }

    fn advance(&self, bytes: u64) {
        *self.bytes.lock().unwrap() += bytes;
    }

    fn stopped(&self) -> bool {
        self.stops
    }
}

#[test]
fn every_line_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    let lines = [&CALL.replace("ID", "1"), "", "{", &CALL.replace("ID", "2")];
    fs_err::write(&file, lines.join("\n")).unwrap();
    let found = seen(&file, &()).unwrap();
    let about = &found.card.about;
    let counts = (about.read, about.written, about.all_set_aside());
    assert_eq!((counts, found.read), ((3, 2, 1), 3));
    assert_eq!(found.card.calls.won, 2);
    let first = found.rejected.shown()[0].to_string();
    assert!(first.contains("calls.jsonl:3: "), "{first}");
}

#[test]
fn a_million_broken_lines_are_counted_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    fs_err::write(&file, format!("{CALL}\n{}", "{\n".repeat(1_000_000))).unwrap();
    let found = seen(&file, &()).unwrap();
    assert_eq!((found.read, found.rejected.count()), (1_000_001, 1_000_000));
    assert_eq!(found.rejected.shown().len(), Rejections::SHOWN);
}

#[test]
fn a_data_set_without_calls_is_an_error_with_its_first_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    for (text, message) in [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("{\n{\n", "2 rejected, 0 set aside; first: "),
        ("\0\u{1}PNG\n", "not JSON"),
    ] {
        fs_err::write(&file, text).unwrap();
        let error = seen(&file, &()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    fs_err::write(folder.path().join("other.jsonl"), CALL).unwrap();
    fs_err::write(&file, "").unwrap();
    let both = seen(folder.path(), &()).unwrap();
    assert_eq!((both.read, both.rejected.count()), (2, 1));
}

#[test]
fn the_monitor_hears_of_every_byte_and_can_stop() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    let text = format!("{CALL}\n").repeat(1_000);
    fs_err::write(&file, &text).unwrap();
    let told = Told::default();
    seen(&file, &told).unwrap();
    let bytes = text.len() as u64;
    assert_eq!(*told.bytes.lock().unwrap(), bytes);
    let stages = told.stages.lock().unwrap();
    assert_eq!(*stages, [("inspecting".to_owned(), Some(bytes))]);
    let stops = Told {
        stops: true,
        ..Told::default()
    };
    let stopped = seen(&file, &stops);
    assert!(matches!(stopped, Err(DatasetError::Stopped)), "{stopped:?}");
}

#[test]
fn packed_files_are_unpacked_and_a_cut_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl.gz");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, CALL.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    fs_err::write(&file, &packed).unwrap();
    assert_eq!(seen(&file, &()).unwrap().card.calls.won, 1);
    fs_err::write(&file, &packed[..packed.len() - 12]).unwrap();
    let error = seen(&file, &()).unwrap_err();
    let (message, hint) = (chain(&error), upturn_core::Diagnostic::hint(&error));
    assert!(message.contains("calls.jsonl.gz"), "{message}");
    assert!(
        message.contains("gzip data is broken or cut off"),
        "{message}"
    );
    assert!(hint.is_some_and(|hint| hint.contains("copy it again")));
    let kind = upturn_core::Diagnostic::kind(&error);
    assert_eq!(kind, upturn_core::ErrorKind::InvalidInput);
}

fn chain(error: &dyn std::error::Error) -> String {
    let source = error.source().map(chain).unwrap_or_default();
    format!("{error}: {source}")
}
