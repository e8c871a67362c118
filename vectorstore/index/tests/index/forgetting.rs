//! What is forgotten is gone, proved, and does not come back.

use upturn_core::Metadata;
use upturn_vectorstore_index::{Counts, Forgotten, ModelSeen, Occasion, audit};
use upturn_vectorstore_ledger::{KnownAs, Names};

use super::*;

/// A word that stands in the calls of `acme` and nowhere else; the engine's log has it as it is.
const SECRET: &str = "zanzibar";

/// Two calls of `acme`, one of them by Robin, one of Robin with another account, and one of neither.
fn people() -> Vec<Conversation> {
    let of = |number, account: &str, rep: &str, word: &str| {
        let metadata = Metadata {
            account: Some(account.to_owned()),
            rep: Some(rep.to_owned()),
            ..Metadata::default()
        };
        let turns = vec![
            Turn::new(Speaker::Seller, format!("{word} one")),
            Turn::new(Speaker::Buyer, format!("{word} two")),
        ];
        Conversation::new(id(number), turns)
            .unwrap()
            .with_outcome(Some(Outcome::Won))
            .with_metadata(metadata)
    };
    vec![
        of(100, "acme", "Robin", SECRET),
        of(101, "acme", "Kim", SECRET),
        of(102, "other", "Robin", "plain"),
        of(103, "third", "Kim", "plain"),
    ]
}

fn with_people(folder: &Path) {
    filled(folder);
    let mut index = Index::create_or_open(folder, DIMENSION, &encoder()).unwrap();
    let calls: Vec<_> = people().iter().map(indexed).collect();
    index.put(&calls[..2]).unwrap();
    index.put(&calls[2..]).unwrap();
    index.finish().unwrap();
}

fn account(name: &str) -> Names {
    Names {
        accounts: vec![name.to_owned()],
        ..Names::default()
    }
}

fn occasion() -> Occasion {
    Occasion {
        when: "2026-11-26T10:00:00Z".to_owned(),
        models: vec![ModelSeen {
            folder: "model".into(),
            learnt_from: Some(2),
        }],
        version: "0.1.0".to_owned(),
    }
}

/// The files below a folder and beside it that hold a text.
fn holders(root: &Path, text: &str) -> Vec<PathBuf> {
    let mut holders = files(root);
    holders.retain(|file| {
        let bytes = fs_err::read(file).unwrap();
        memchr::memmem::find(&bytes, text.as_bytes()).is_some()
    });
    holders
}

fn ids(left: &[usize]) -> Vec<IndexedCall> {
    let people = people();
    let mut calls = all();
    calls.extend(left.iter().map(|at| indexed(&people[*at])));
    calls
}

fn records(folder: &Path) -> Vec<Forgotten> {
    let text = fs_err::read_to_string(audit(folder)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn an_account_is_gone_from_store_ledger_and_every_file_and_the_record_proves_it() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    with_people(&folder);
    assert!(!holders(root.path(), SECRET).is_empty());
    let mut index = Index::open_any(&folder).unwrap();
    let matched = index.matched(&account("acme")).unwrap();
    assert_eq!(
        matched.conversations.into_iter().collect::<Vec<_>>(),
        [id(100), id(101)]
    );
    let told = index.forget(&account("acme"), occasion()).unwrap();
    let six = Counts {
        store: 6,
        ledger: 6,
    };
    assert_eq!((told.conversations, told.before), (2, six));
    assert_eq!(told.after, Counts::default());
    agree(&index, &oracle(&ids(&[2, 3])), 1);
    drop(index);
    assert_eq!(holders(root.path(), SECRET), Vec::<PathBuf>::new());
    assert_eq!(holders(root.path(), "acme"), Vec::<PathBuf>::new());
    let ledger = Ledger::open(folder.join("ledger")).unwrap();
    let of_acme = |known: KnownAs<'_>| account("acme").name(known);
    assert_eq!(ledger.rows_named(of_acme).unwrap(), 0);
    assert_eq!(records(&folder), [told]);
    let index = Index::open(&folder, &encoder()).unwrap();
    assert_eq!((index.repair(), index.finished()), (None, None));
    agree(&index, &oracle(&ids(&[2, 3])), 2);
}

#[test]
fn a_person_is_a_rep_or_an_account_and_versions_that_are_void_go_too() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    with_people(&folder);
    let mut index = Index::open_any(&folder).unwrap();
    let names = Names {
        persons: vec!["Robin".to_owned(), "third".to_owned()],
        ..Names::default()
    };
    let told = index.forget(&names, occasion()).unwrap();
    assert_eq!(told.conversations, 3);
    agree(&index, &oracle(&ids(&[1])), 3);
    // The call changes hands: what it was before is void, and goes as well.
    let mut mine = people();
    let moved = mine.swap_remove(1).with_metadata(Metadata {
        account: Some("new".to_owned()),
        ..Metadata::default()
    });
    index.put(&[indexed(&moved)]).unwrap();
    assert_eq!(index.matched(&account("acme")).unwrap().points.ledger, 3);
    let told = index.forget(&account("acme"), occasion()).unwrap();
    let before = Counts {
        store: 0,
        ledger: 3,
    };
    assert_eq!((told.conversations, told.before), (0, before));
    let mut calls = all();
    calls.push(indexed(&moved));
    agree(&index, &oracle(&calls), 4);
    drop(index);
    assert_eq!(holders(root.path(), "acme"), Vec::<PathBuf>::new());
}

#[test]
fn what_was_forgotten_does_not_come_back_by_name_or_by_id() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    with_people(&folder);
    let mut index = Index::open_any(&folder).unwrap();
    index.forget(&account("acme"), occasion()).unwrap();
    drop(index);
    let mut index = Index::open(&folder, &encoder()).unwrap();
    let people = people();
    // The same call without its account is still that call.
    let nameless = people[0].clone().with_metadata(Metadata::default());
    let asked = [&people[0], &people[1], &people[2], &nameless];
    let changes = index.changes(&asked).unwrap();
    assert_eq!((changes.forgotten, changes.unchanged), (3, 1));
    assert!(changes.new.is_empty() && changes.changed.is_empty());
    let points = index
        .put(&[indexed(&people[0]), indexed(&nameless), indexed(&people[2])])
        .unwrap();
    assert_eq!(points, 3);
    agree(&index, &oracle(&ids(&[2, 3])), 5);
    let text = fs_err::read_to_string(folder.join("ledger/tombstones.json")).unwrap();
    assert!(!text.contains("acme") && !text.contains("call 100"));
}

#[test]
fn names_that_match_nothing_are_kept_from_coming_and_nothing_is_written_anew() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    with_people(&folder);
    let mut index = Index::open_any(&folder).unwrap();
    let told = index.forget(&account("nobody"), occasion()).unwrap();
    assert_eq!((told.conversations, told.before), (0, Counts::default()));
    agree(&index, &oracle(&ids(&[0, 1, 2, 3])), 6);
    let later = people().swap_remove(3).with_metadata(Metadata {
        account: Some("nobody".to_owned()),
        ..Metadata::default()
    });
    assert_eq!(index.changes(&[&later]).unwrap().forgotten, 1);
}

#[test]
fn a_forgetting_that_was_marked_is_carried_out_by_whoever_opens_next() {
    let root = TempDir::new().unwrap();
    let (whole, folder) = (root.path().join("whole"), root.path().join("store"));
    with_people(&folder);
    copy(&folder, &whole);
    let mut index = Index::open_any(&whole).unwrap();
    // The mark as it lies there when the process is killed right after it.
    let told = index.forget(&account("acme"), occasion()).unwrap();
    drop(index);
    let stones = fs_err::read(whole.join("ledger/tombstones.json")).unwrap();
    let stones: serde_json::Value = serde_json::from_slice(&stones).unwrap();
    let mark = serde_json::json!({"record": told, "tombstones": stones["body"]["names"]});
    let key = serde_json::json!({"key": stones["body"]["key"], "names": []});
    let ledger = folder.join("ledger");
    fs_err::write(ledger.join("forgetting.json"), mark.to_string()).unwrap();
    let sealed = seal(&key);
    fs_err::write(ledger.join("tombstones.json"), sealed).unwrap();
    for leftover in [".store.77.refill", ".store.rebuild"] {
        copy(&whole, &root.path().join(leftover));
    }
    let mut index = Index::open(&folder, &encoder()).unwrap();
    let finished = index.finished().cloned().unwrap();
    assert_eq!(
        (finished.conversations, finished.after),
        (2, Counts::default())
    );
    assert_eq!(finished.names, told.names);
    agree(&index, &oracle(&ids(&[2, 3])), 7);
    let told = index.forget(&account("acme"), occasion()).unwrap();
    assert_eq!(told, finished);
    assert_eq!(records(&folder), [told]);
    drop(index);
    let left: Vec<_> = fs_err::read_dir(root.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(Index::open(&folder, &encoder()).unwrap().finished(), None);
    assert_eq!(holders(&folder, SECRET), Vec::<PathBuf>::new());
}

/// As the ledger writes it.
fn seal(body: &serde_json::Value) -> String {
    let key = &body["key"];
    let text = format!("{{\"key\":{key},\"names\":[]}}");
    let sum = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
    format!("{{\"body\":{text},\"sum\":\"{sum:016x}\"}}")
}

#[test]
fn without_a_ledger_nothing_is_promised() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    fs_err::remove_dir_all(folder.join("ledger")).unwrap();
    let mut index = Index::open_any(&folder).unwrap();
    let error = index.forget(&account("acme"), occasion()).unwrap_err();
    assert!(matches!(error, IndexError::NoLedger { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.hint().unwrap().contains("--rebuild"));
}
