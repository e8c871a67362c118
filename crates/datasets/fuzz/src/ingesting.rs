//! Whole ingests: of any file, packed or not, and on after a stop, from what is left then, whatever was done to it.

use std::io::Write;
use std::path::Path;

use flate2::write::GzEncoder;
use serde_json::Value;
use upturn_core::Date;
use upturn_datasets::{
    Corpus, Crm, CrmOptions, DuplicateOptions, DuplicateVerdict, Duplicates, Format, IngestError,
    IngestMonitor, IngestSettings, Ingested, LabelRules, PseudonymKey, ingest, read,
};

use super::case::{Case, file, folder, lines};

/// Names of an input; the first two bits of its second byte say how it is packed, the others choose one.
const NAMES: [&str; 9] = [
    "a.jsonl",
    "a.csv",
    "a.vtt",
    "a.srt",
    "a.txt",
    "a.json",
    "a.parquet",
    "a",
    "a.tsv",
];

const DEALS: &str = include_str!("../../fixtures/worked-example/deals.csv");
const LAST: &str =
    "calls = \"last\"\nwon.stages = [\"Closed Won\"]\nlost.stages = [\"Closed Lost\"]";

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let (_folder, folder) = folder();
    match case.arm(5) {
        0 => any_file(&folder, &case),
        1 => every_line(&folder, &case),
        2 => joined(&folder, &case),
        3 => resumed(&folder, &case),
        _ => sketches(&folder, &case),
    }
}

/// Asks to stop at once.
struct Stopped;

impl IngestMonitor for Stopped {
    fn stage(&self, _: &str, _: Option<u64>) {}

    fn advance(&self, _: u64) {}

    fn stopped(&self) -> bool {
        true
    }
}

fn settings(case: &Case<'_>) -> IngestSettings {
    let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
    let mut settings = IngestSettings::new(Date::constant(2026, 11, 22), key);
    // Redaction has a target of its own; its rules take longer to make than all else.
    settings.redaction = None;
    settings.checkpoint = 2;
    settings.read = case.options.clone();
    settings
}

/// A file of any name, packed in any way.
fn any_file(folder: &Path, case: &Case<'_>) {
    let Some((&which, bytes)) = case.bytes.split_first() else {
        return;
    };
    let name = NAMES[usize::from(which & 0x0F) % NAMES.len()];
    let input = match which >> 6 {
        2 => {
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            file(folder, &format!("{name}.gz"), &encoder.finish().unwrap())
        }
        3 => file(
            folder,
            &format!("{name}.zst"),
            &zstd::encode_all(bytes, 1).unwrap(),
        ),
        _ => file(folder, name, bytes),
    };
    balanced(&input, &folder.join("out"), &settings(case));
}

/// Every line of the canonical form that is not blank is a record.
fn every_line(folder: &Path, case: &Case<'_>) {
    let mut settings = settings(case);
    settings.format = Some(Format::Jsonl);
    let input = file(folder, "a.jsonl", case.bytes);
    let is_plain = !case.bytes.starts_with(b"\x1F\x8B") && case.bytes.is_ascii();
    let found = balanced(&input, &folder.join("out"), &settings);
    if let (Some(found), true) = (found, is_plain && !case.is_low()) {
        assert_eq!(found, lines(case.bytes).max(1) as u64, "a line is lost");
    }
}

/// The same with deals of which only the last call is labelled.
fn joined(folder: &Path, case: &Case<'_>) {
    let deals = file(folder, "deals.csv", DEALS.as_bytes());
    let rules = LabelRules::from_toml(LAST).unwrap();
    let mut settings = settings(case);
    settings.crm = Crm::read(&[deals], &CrmOptions::default().with_rules(rules)).ok();
    assert!(settings.crm.is_some());
    let input = file(folder, "a.jsonl", case.bytes);
    balanced(&input, &folder.join("out"), &settings);
}

/// Runs an ingest. Laws: records read are calls written and lines set aside, and the calls can be read again.
fn balanced(input: &Path, out: &Path, settings: &IngestSettings) -> Option<u64> {
    let inputs = [input.display().to_string()];
    let result = ingest(&inputs, out, settings, &());
    let aside = || line_count(&out.join("set-aside.jsonl"));
    match result {
        Ok(done) => {
            check(&done, out);
            assert_eq!(aside(), done.summary.all_set_aside());
            Some(done.summary.read)
        }
        Err(IngestError::NothingUsable { read }) => {
            assert_eq!(aside(), read);
            Some(read)
        }
        Err(_) => None,
    }
}

fn check(done: &Ingested, out: &Path) {
    let calls = out.join("calls.jsonl");
    assert!(done.summary.balances(), "{:?}", done.summary);
    assert_eq!(line_count(&calls), done.summary.written);
    let options = upturn_datasets::ReadOptions::default();
    let found = read(Corpus::Jsonl, &calls, &options).unwrap();
    assert!(found.rejected.is_empty(), "{:?}", found.rejected);
    assert_eq!(found.conversations.len() as u64, done.summary.written);
}

fn line_count(path: &Path) -> u64 {
    lines(&fs_err::read(path).unwrap_or_default()) as u64
}

/// A run that stopped, and of whose state something was changed: it goes on, begins again, or says why not.
fn resumed(folder: &Path, case: &Case<'_>) {
    let [calls, journal, sketches, ids]: [&[u8]; 4] = case.parts();
    let input = file(folder, "a.jsonl", calls);
    let (out, settings) = (folder.join("out"), settings(case));
    let inputs = [input.display().to_string()];
    let Err(IngestError::Stopped { .. }) = ingest(&inputs, &out, &settings, &Stopped) else {
        return;
    };
    let work = out.join(".ingest");
    change_journal(&work.join("journal.json"), journal);
    overwrite(&work.join("sketches"), sketches);
    overwrite(&work.join("ids"), ids);
    if let Ok(done) = ingest(&inputs, &out, &settings, &()) {
        assert!(done.summary.balances(), "{:?}", done.summary);
        if ids.is_empty() && sketches.is_empty() {
            assert_eq!(
                done.summary.read,
                lines(calls).max(1) as u64,
                "a line is lost"
            );
            check(&done, &out);
        }
    }
}

/// Puts the keys of an object into the journal, or other bytes in its place.
fn change_journal(path: &Path, change: &[u8]) {
    let was = fs_err::read(path).unwrap();
    let change = match serde_json::from_slice(change) {
        Ok(Value::Object(change)) => change,
        _ if change.is_empty() => return,
        _ => return fs_err::write(path, change).unwrap(),
    };
    let end = was
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(was.len());
    let mut journal: Value = serde_json::from_slice(&was[..end]).unwrap();
    for (key, value) in change {
        match (journal.get_mut(&key), value) {
            (Some(Value::Object(within)), Value::Object(value)) => within.extend(value),
            (Some(place), value) => *place = value,
            (None, _) => {}
        }
    }
    let text = serde_json::to_vec(&journal).unwrap();
    fs_err::write(path, [&text, &was[end..]].concat()).unwrap();
}

/// Puts bytes over those of a file, from the place that the first one says; the file grows if it must.
fn overwrite(path: &Path, bytes: &[u8]) {
    let (Some((&place, bytes)), Ok(mut all)) = (bytes.split_first(), fs_err::read(path)) else {
        return;
    };
    let place = usize::from(place).min(all.len());
    let end = (place + bytes.len()).min(all.len());
    all.splice(place..end, bytes.iter().copied());
    fs_err::write(path, all).unwrap();
}

/// A file of sketches that was changed is refused, or remembers as many calls as were asked for.
fn sketches(folder: &Path, case: &Case<'_>) {
    let [calls, change]: [&[u8]; 2] = case.parts();
    let options = DuplicateOptions::default();
    let source = file(folder, "a.jsonl", calls);
    let Ok(calls) = read(Corpus::Jsonl, &source, &case.options) else {
        return;
    };
    let mut before = Duplicates::new(options).unwrap();
    for call in &calls.conversations {
        before.check(call);
    }
    let path = folder.join("sketches");
    before.save(&path, 0).unwrap();
    overwrite(&path, change);
    let Ok(mut after) = Duplicates::load(&path, options, before.count()) else {
        assert!(change.len() > 1, "what was saved is not read");
        return;
    };
    assert_eq!(after.count(), before.count());
    for call in &calls.conversations {
        let is_new = after.check(call) == DuplicateVerdict::New;
        assert!(!is_new, "a call is forgotten");
    }
    after.save(&path, before.count()).unwrap();
}
