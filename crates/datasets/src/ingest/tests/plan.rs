//! What is the same work, and what is another.

use std::path::{Path, PathBuf};

use super::*;
use crate::{Crm, CrmOptions, MetadataRedaction, RedactionOptions};

const CALLS: &str = r#"{"id":"c1","turns":[{"speaker":"seller","text":"hello number one"},{"speaker":"buyer","text":"thanks for one"}],"metadata":{"date":"2026-02-03"}}
{"id":"c2","turns":[{"speaker":"seller","text":"good day about two"},{"speaker":"buyer","text":"not for us at all"}],"metadata":{"date":"2026-02-04"}}
"#;

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new(status: &str) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs_err::write(case.path("calls.jsonl"), CALLS).unwrap();
        case.export(status);
        case
    }

    /// The CRM is exported, always to the same file.
    fn export(&self, status: &str) {
        let deals = format!(
            "deal_id,stage,status,created,closed\n1,Offer,{status},2026-01-01,2026-03-01\n"
        );
        fs_err::write(self.path("deals.csv"), deals).unwrap();
        let calls = "call_id,deal_ids\nc1,1\nc2,1\n";
        fs_err::write(self.path("table.csv"), calls).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self) -> IngestSettings {
        let mut settings = settings();
        let exports = [self.path("deals.csv"), self.path("table.csv")];
        settings.crm = Some(Crm::read(&exports, &CrmOptions::default()).unwrap());
        settings
    }

    fn ingest(
        &self,
        settings: &IngestSettings,
        monitor: &dyn IngestMonitor,
    ) -> Result<Ingested, IngestError> {
        let inputs = [self.path("calls.jsonl").display().to_string()];
        ingest(&inputs, &self.path("out"), settings, monitor)
    }
}

fn is_in_use(result: &Result<Ingested, IngestError>) -> bool {
    matches!(result, Err(IngestError::InUse { .. }))
}

#[test]
fn a_new_export_at_the_same_path_is_other_work() {
    let case = Case::new("won");
    let first = case.ingest(&case.settings(), &()).unwrap();
    assert_eq!(first.summary.outcomes["won"], 2);
    assert_eq!(case.ingest(&case.settings(), &()).unwrap(), first);
    case.export("lost");
    assert!(is_in_use(&case.ingest(&case.settings(), &())));
}

#[test]
fn labels_of_two_exports_are_never_mixed() {
    let case = Case::new("won");
    let mut settings = case.settings();
    settings.checkpoint = 1;
    let stop = StopAfter(AtomicU64::new(0));
    let stopped = case.ingest(&settings, &stop).unwrap_err();
    assert!(matches!(stopped, IngestError::Stopped { read: 1 }));
    case.export("lost");
    let done = case.ingest(&case.settings(), &()).unwrap();
    assert_eq!((done.resumed, done.summary.outcomes["lost"]), (0, 2));
}

#[test]
fn a_run_that_goes_on_after_midnight_keeps_the_day_on_which_it_began() {
    let case = Case::new("won");
    let on = |day| {
        let mut settings = case.settings();
        settings.as_of = Date::constant(2026, 11, day);
        settings.as_of_is_today = true;
        settings.checkpoint = 1;
        settings
    };
    let stop = StopAfter(AtomicU64::new(0));
    case.ingest(&on(22), &stop).unwrap_err();
    let done = case.ingest(&on(23), &()).unwrap();
    assert_eq!(
        (done.resumed, done.as_of),
        (1, Date::constant(2026, 11, 22))
    );
    // Finished, its labels are not passed off as those of another day.
    assert_eq!(case.ingest(&on(22), &()).unwrap().as_of, done.as_of);
    let error = case.ingest(&on(23), &()).unwrap_err();
    assert!(matches!(error, IngestError::OtherDay { .. }), "{error}");
    assert!(
        error
            .to_string()
            .ends_with("holds the result as of 2026-11-22")
    );
}

#[test]
fn a_day_that_was_chosen_does_not_go_on_under_another() {
    let case = Case::new("won");
    let mut settings = case.settings();
    settings.checkpoint = 1;
    let stop = StopAfter(AtomicU64::new(0));
    case.ingest(&settings, &stop).unwrap_err();
    settings.as_of = Date::constant(2026, 11, 23);
    assert_eq!(case.ingest(&settings, &()).unwrap().resumed, 0);
}

#[test]
fn other_rules_and_another_key_are_other_work() {
    let case = Case::new("won");
    case.ingest(&case.settings(), &()).unwrap();
    let other_key = PseudonymKey::new(*b"another sixteen bytes").unwrap();
    let options = || RedactionOptions::default().with_key(other_key.clone());
    let own_key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
    let changes: [&dyn Fn(&mut IngestSettings); 6] = [
        &|it| it.redaction = Some(options()),
        &|it| {
            let keep = MetadataRedaction::Keep;
            let options = RedactionOptions::default().with_key(own_key.clone());
            it.redaction = Some(options.with_metadata(keep));
        },
        &|it| it.roles.guess_margin += 1,
        &|it| it.cleaning = None,
        &|it| it.labels = it.crm.as_ref().map(|crm| crm.rules().clone()),
        &|it| it.read.max_line_bytes -= 1,
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut settings = case.settings();
        change(&mut settings);
        assert!(is_in_use(&case.ingest(&settings, &())), "change {at}");
    }
    let mut settings = case.settings();
    settings.checkpoint = 3;
    assert!(case.ingest(&settings, &()).is_ok());
}

#[test]
fn the_hash_of_exports_is_that_of_their_contents() {
    let hash = |case: &Case, names: &[&str]| {
        let paths: Vec<_> = names.iter().map(|name| case.path(name)).collect();
        let crm = Crm::read(&paths, &CrmOptions::default()).unwrap();
        crm.fingerprint().to_owned()
    };
    let (one, other) = (Case::new("won"), Case::new("lost"));
    let files = ["deals.csv", "table.csv"];
    assert_eq!(hash(&one, &files), hash(&Case::new("won"), &files));
    assert_ne!(hash(&one, &files), hash(&other, &files));
    assert_ne!(hash(&one, &files), hash(&one, &files[..1]));
    assert!(Path::new(&one.path("deals.csv")).exists());
}
