//! A collection that is filled anew while the old one is in use.

use std::time::Duration;

use upturn_vectorstore_index::{Occasion, Rebuild};
use upturn_vectorstore_ledger::Names;

use super::*;

const NOW: Duration = Duration::ZERO;

fn another() -> Fingerprint {
    Fingerprint::new("another")
}

fn calls() -> Vec<Conversation> {
    let outcomes = [Outcome::Won, Outcome::Lost];
    let calls = (0..CALLS).map(|number| call(number, 2 + number % 8, outcomes[number % 2]));
    calls.collect()
}

fn begin(folder: &Path, calls: &[Conversation]) -> Rebuild {
    let calls: Vec<_> = calls.iter().collect();
    Rebuild::begin(folder, DIMENSION, &another(), &calls).unwrap()
}

fn names(root: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(root).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_old_generation_is_searched_until_the_new_one_takes_its_place() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let old = Index::open(&folder, &encoder()).unwrap();
    let calls = calls();
    let mut rebuild = begin(&folder, &calls[..30]);
    assert_eq!(rebuild.left_out(), CALLS - 30);
    rebuild.index().put(&all()[..30]).unwrap();
    agree(&old, &oracle(&all()), 1);
    drop(old);
    rebuild.publish(NOW).unwrap();
    assert_eq!(names(root.path()), ["store"]);
    Index::open(&folder, &encoder()).unwrap_err();
    let new = Index::open(&folder, &another()).unwrap();
    assert_eq!(new.repair(), None);
    let expected = MemoryStore::new(DIMENSION, another());
    for call in &all()[..30] {
        expected.upsert(&call.points).unwrap();
    }
    agree(&new, &expected, 1);
}

#[test]
fn one_that_is_open_elsewhere_is_not_replaced_and_the_new_one_is_kept() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let calls = calls();
    let mut rebuild = begin(&folder, &calls);
    rebuild.index().put(&all()).unwrap();
    let old = Index::open(&folder, &encoder()).unwrap();
    let error = rebuild.publish(NOW).unwrap_err();
    assert!(matches!(error, IndexError::Unpublished { .. }), "{error:?}");
    agree(&old, &oracle(&all()), 2);
    drop(old);
    let mut again = begin(&folder, &calls);
    let asked: Vec<_> = calls.iter().collect();
    assert_eq!(again.index().changes(&asked).unwrap().unchanged, CALLS);
    again.publish(NOW).unwrap();
    Index::open(&folder, &another()).unwrap();
}

#[test]
fn an_interrupted_one_goes_on_and_one_of_other_calls_or_encoder_begins_anew() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let calls = calls();
    let unchanged = |rebuild: &mut Rebuild, calls: &[Conversation]| {
        let asked: Vec<_> = calls.iter().collect();
        rebuild.index().changes(&asked).unwrap().unchanged
    };
    let mut first = begin(&folder, &calls);
    first.index().put(&all()[..10]).unwrap();
    let locked = Rebuild::begin(&folder, DIMENSION, &another(), &[]).unwrap_err();
    assert_eq!(locked.kind(), ErrorKind::Unavailable, "{locked}");
    drop(first);
    let mut again = begin(&folder, &calls);
    assert_eq!(unchanged(&mut again, &calls), 10);
    drop(again);
    // Ten of its calls are not asked for any more.
    let mut fewer = begin(&folder, &calls[10..]);
    assert_eq!(unchanged(&mut fewer, &calls[10..]), 0);
    fewer.index().put(&all()[10..12]).unwrap();
    drop(fewer);
    let asked: Vec<_> = calls.iter().collect();
    let mut other = Rebuild::begin(&folder, DIMENSION, &encoder(), &asked).unwrap();
    assert_eq!(unchanged(&mut other, &calls), 0);
    drop(other);
    agree(
        &Index::open(&folder, &encoder()).unwrap(),
        &oracle(&all()),
        3,
    );
}

#[test]
fn an_old_generation_that_a_killed_process_left_is_neither_gone_on_with_nor_kept() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let beside = root.path().join(".store.rebuild");
    filled(&folder);
    let old = root.path().join("old");
    copy(&folder, &old);
    let calls = calls();
    let rebuild = begin(&folder, &calls);
    rebuild.publish(NOW).unwrap();
    copy(&old, &beside);
    copy(&old, &root.path().join(".store.old"));
    drop(Index::open(&folder, &another()).unwrap());
    assert_eq!(names(root.path()), ["old", "store"]);
    copy(&old, &beside);
    let asked: Vec<_> = calls.iter().collect();
    let mut next = Rebuild::begin(&folder, DIMENSION, &encoder(), &asked).unwrap();
    assert_eq!(next.index().changes(&asked).unwrap().unchanged, 0);
}

#[test]
fn what_was_forgotten_meanwhile_is_not_in_the_new_generation() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let names = |number| Names {
        conversations: vec![id(number)],
        ..Names::default()
    };
    let forget = |number| {
        let mut index = Index::open(&folder, &encoder()).unwrap();
        index.forget(&names(number), Occasion::default()).map(drop)
    };
    forget(3).unwrap();
    let calls = calls();
    let asked: Vec<_> = calls.iter().collect();
    let mut rebuild = begin(&folder, &calls);
    assert_eq!(rebuild.index().changes(&asked).unwrap().forgotten, 1);
    rebuild.index().put(&all()).unwrap();
    // While it is filled, nothing can be proved of it.
    let error = forget(5).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    rebuild.publish(NOW).unwrap();
    let new = Index::open(&folder, &another()).unwrap();
    let expected = MemoryStore::new(DIMENSION, another());
    for call in all().iter().filter(|call| call.conversation != id(3)) {
        expected.upsert(&call.points).unwrap();
    }
    agree(&new, &expected, 4);
    let audit = fs_err::read_to_string(upturn_vectorstore_index::audit(&folder)).unwrap();
    assert_eq!(audit.lines().count(), 1);
}

#[test]
fn a_folder_of_something_else_is_not_replaced() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("letters");
    fs_err::create_dir(&folder).unwrap();
    fs_err::write(folder.join("letter.txt"), "dear").unwrap();
    let error = Rebuild::begin(&folder, DIMENSION, &another(), &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(names(root.path()), ["letters"]);
    // A new folder is simply filled.
    begin(&root.path().join("new"), &[]).publish(NOW).unwrap();
    Index::open(root.path().join("new"), &another()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_to_the_folder_stays_a_link() {
    let root = TempDir::new().unwrap();
    let (disk, link) = (root.path().join("disk"), root.path().join("link"));
    fs_err::create_dir(&disk).unwrap();
    filled(&disk.join("store"));
    std::os::unix::fs::symlink(disk.join("store"), &link).unwrap();
    let rebuild = begin(&link, &calls());
    rebuild.publish(NOW).unwrap();
    assert_eq!(names(&disk), ["store"]);
    assert_eq!(names(root.path()), ["disk", "link"]);
    assert!(link.is_symlink());
    Index::open(&link, &another()).unwrap();
}
