use super::*;
use crate::environment::Environment;
use crate::printer::Format;

fn printer() -> Printer {
    Printer::new(Format::Text, false, &Environment::default())
}

fn identity(folds: &[usize], epochs: usize) -> Identity {
    Identity::of(&[], folds, Vec::new(), &epochs).unwrap()
}

fn open(folder: &Path, start: Start) -> Result<WorkFolder, WorkError> {
    WorkFolder::open(folder.to_owned(), start, printer())
}

/// What `fold-0` gives, and whether it was computed.
fn fold(kept: &WorkFolder) -> (f64, bool) {
    let mut computed = false;
    let gave = kept.part("fold-0", |_| {
        computed = true;
        Ok(1.0 / 3.0)
    });
    (gave.unwrap(), computed)
}

#[test]
fn a_part_is_computed_once_and_again_only_where_its_seal_is_damaged() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("report.folds");
    let run = identity(&[0, 1], 2);
    let first = open(&folder, Start::New).unwrap();
    first.begin(&run).unwrap();
    assert_eq!(fold(&first), (1.0 / 3.0, true));
    let stands = first.stands().unwrap();
    assert!(stands.contains("keeps 1 finished fold and"), "{stands}");
    let again = open(&folder, Start::Resume).unwrap();
    again.begin(&run).unwrap();
    assert_eq!(fold(&again), (1.0 / 3.0, false));
    assert!(again.spent() > Duration::ZERO);
    fs_err::write(folder.join("fold-0.sealed"), "torn").unwrap();
    assert_eq!(fold(&again), (1.0 / 3.0, true));
    assert_eq!(fold(&again), (1.0 / 3.0, false));
    again.remove().unwrap();
    assert_eq!(fs_err::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn another_run_is_refused_and_may_be_discarded() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("work");
    let first = open(&folder, Start::New).unwrap();
    first.begin(&identity(&[0, 1], 2)).unwrap();
    fold(&first);
    let refused = open(&folder, Start::New);
    assert!(matches!(refused, Err(WorkError::Interrupted { .. })));
    let resumed = open(&folder, Start::Resume).unwrap();
    for (other, difference) in [
        (identity(&[1, 0], 2), "other folds"),
        (identity(&[0, 1], 1), "other options"),
    ] {
        let refused = resumed.begin(&other);
        assert!(matches!(refused, Err(WorkError::OtherRun { has, .. }) if has == difference));
    }
    fs_err::write(folder.join(IDENTITY), "{").unwrap();
    let refused = resumed.begin(&identity(&[0, 1], 2));
    assert!(matches!(refused, Err(WorkError::DamagedRun { .. })));
    let anew = open(&folder, Start::Restart).unwrap();
    anew.begin(&identity(&[1, 0], 2)).unwrap();
    assert!(fold(&anew).1, "nothing of the run before is taken up");
}

#[test]
fn a_run_of_which_nothing_is_kept_bars_no_other() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("work");
    let first = open(&folder, Start::New).unwrap();
    first.begin(&identity(&[0, 1], 2)).unwrap();
    assert_eq!(first.stands(), None);
    let other = open(&folder, Start::New).unwrap();
    other.begin(&identity(&[0, 1], 1)).unwrap();
    fold(&other);
    let resumed = open(&folder, Start::Resume).unwrap();
    assert!(resumed.begin(&identity(&[0, 1], 2)).is_err());
    resumed.begin(&identity(&[0, 1], 1)).unwrap();
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    fs_err::write(root.path().join("notes.txt"), "mine").unwrap();
    for start in [Start::New, Start::Resume, Start::Restart] {
        let refused = open(root.path(), start);
        assert!(matches!(refused, Err(WorkError::Foreign { .. })));
    }
    let hidden = tempfile::tempdir().unwrap();
    fs_err::write(hidden.path().join(".run.json.7.part"), "{").unwrap();
    assert!(open(hidden.path(), Start::New).is_ok());
}

#[test]
fn what_can_not_be_kept_stops_nothing() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("work");
    let kept = open(&folder, Start::New).unwrap();
    kept.begin(&identity(&[0, 1], 2)).unwrap();
    fs_err::remove_dir_all(&folder).unwrap();
    fs_err::write(&folder, "a file").unwrap();
    assert_eq!(fold(&kept), (1.0 / 3.0, true));
    assert!(kept.told.get());
}
