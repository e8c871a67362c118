//! Folders of small files, stopped anywhere.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use upturn_core::Speaker;

use super::*;
use crate::{Crm, CrmOptions};

/// As many subtitles of one call each, with a CRM that knows some of them.
fn folder(root: &Path, calls: usize) -> (String, Vec<PathBuf>) {
    let folder = root.join("recordings");
    fs_err::create_dir(&folder).unwrap();
    let mut table = "call_id,deal_ids,date,emails\n".to_owned();
    let mut deals = "deal_id,stage,status,created,closed\n".to_owned();
    for call in 0..calls {
        let said = format!(
            "offer {call} of lot {} for {}",
            call * 7 % 1000,
            call * 31 % 977
        );
        let text = format!(
            "WEBVTT\n\n00:01.000 --> 00:04.000\nTilda Roth: Good day, about {said}.\n\n00:05.000 --> 00:09.000\nBuyer: {said}? I will think about {}.\n",
            call * 13 % 881
        );
        let text = if call % 50 == 7 {
            "\0\0".to_owned()
        } else {
            text
        };
        fs_err::write(folder.join(format!("c{call:04}.vtt")), text).unwrap();
        if call % 3 == 0 {
            let (deal, day, who) = (call / 6, 1 + call % 20, call % 4);
            writeln!(
                table,
                "c{call:04},d{deal},2026-02-{day:02},b{who}@acme.example"
            )
            .unwrap();
        }
        writeln!(deals, "d{call},Offer,won,2026-01-01,2026-03-01").unwrap();
    }
    let files = [("deals.csv", deals), ("calls.csv", table)].map(|(name, text)| {
        let path = root.join(name);
        fs_err::write(&path, text).unwrap();
        path
    });
    (folder.display().to_string(), files.into())
}

fn settings_with(crm: &[PathBuf], checkpoint: u64) -> IngestSettings {
    let mut settings = settings();
    let label = ("Tilda Roth".to_owned(), Speaker::Seller);
    settings.roles.labels.extend([label]);
    settings.crm = Some(Crm::read(crm, &CrmOptions::default()).unwrap());
    settings.checkpoint = checkpoint;
    settings.keeps_key = true;
    settings
}

#[test]
fn six_hundred_files_go_on_wherever_they_were_stopped() {
    let root = tempfile::tempdir().unwrap();
    let (recordings, crm) = folder(root.path(), 600);
    let inputs = [recordings];
    let whole = root.path().join("whole");
    let undisturbed = ingest(&inputs, &whole, &settings_with(&crm, 20_000), &()).unwrap();
    assert_eq!(undisturbed.summary.read, 600);
    assert!(undisturbed.summary.balances());
    assert_eq!(
        undisturbed.summary.broken(),
        12,
        "{:?}",
        undisturbed.summary
    );
    let written = fs_err::read_to_string(whole.join("calls.jsonl")).unwrap();
    for field in ["contacts", "days_since_buyer"] {
        assert!(written.contains(field), "{field}");
    }
    for (checkpoint, stop) in [(20_000, 1), (50, 3), (7, 40)] {
        let parts = root.path().join(format!("parts-{checkpoint}-{stop}"));
        let (mut stops, mut resumed) = (0, 0);
        loop {
            let monitor = StopAfter(AtomicU64::new(stop));
            match ingest(&inputs, &parts, &settings_with(&crm, checkpoint), &monitor) {
                Ok(done) => {
                    resumed = resumed.max(done.resumed);
                    break;
                }
                Err(IngestError::Stopped { read }) => {
                    assert!(read > resumed, "it does not get on: {read}");
                    (stops, resumed) = (stops + 1, read);
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert!(
            stops > 0 && resumed > 0,
            "{checkpoint} {stop}: {stops} {resumed}"
        );
        assert_eq!(bytes(&parts), bytes(&whole), "{checkpoint} {stop}");
    }
}

/// What a killed run leaves: a checkpoint, and more in the files than it says.
#[test]
fn a_checkpoint_falls_between_files() {
    let root = tempfile::tempdir().unwrap();
    let (recordings, crm) = folder(root.path(), 120);
    let out = root.path().join("out");
    let stop = StopAfter(AtomicU64::new(2));
    let error = ingest(
        std::slice::from_ref(&recordings),
        &out,
        &settings_with(&crm, 10),
        &stop,
    )
    .unwrap_err();
    assert!(
        matches!(error, IngestError::Stopped { read: 30 }),
        "{error}"
    );
    let done = ingest(&[recordings], &out, &settings_with(&crm, 10), &()).unwrap();
    assert_eq!((done.resumed, done.summary.read), (30, 120));
}

#[test]
fn standard_input_is_never_taken_for_what_was_read_before() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    // Standard input of the tests is empty or closed: what matters is that the old result is not returned.
    fs_err::create_dir(&out).unwrap();
    fs_err::write(out.join("calls.jsonl"), "{}\n").unwrap();
    let error = ingest(&["-".to_owned()], &out, &settings(), &()).unwrap_err();
    assert!(matches!(error, IngestError::InUse { .. }), "{error}");
}
