//! The embedded store keeps the contract's laws, and its own: durability, ownership, and clear words about damage.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the functions between the tests are tests too"
)]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use upturn_core::{
    ConversationId, Diagnostic, Document, DocumentKind, DocumentMetadata, Embedding, ErrorKind,
    Filter, Fingerprint, Outcome, Point, SearchRequest, TurnRange, VectorStore, VectorStoreError,
};
use upturn_vectorstore_edge::{EdgeStore, EdgeStoreError};

fn encoder() -> Fingerprint {
    Fingerprint::new("0123456789abcdef")
}

/// Point `number` of 50, at its own angle in the plane.
fn point(number: u16) -> Point {
    let angle = f32::from(number) / 20.0;
    let metadata = DocumentMetadata {
        kind: DocumentKind::Moment,
        conversation: ConversationId::new(format!("call {number}")).unwrap(),
        turns: TurnRange { start: 0, end: 4 },
        account: format!("account {}", number % 7),
        outcome: Some(if number.is_multiple_of(2) {
            Outcome::Won
        } else {
            Outcome::Lost
        }),
        rep: Some("Robin".to_owned()),
        stage: None,
        industry: None,
        amount: None,
        date: Some("2026-11-22".parse().unwrap()),
        language: None,
    };
    Point {
        document: Document {
            page_content: format!("said in call {number}"),
            metadata,
        },
        embedding: Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap(),
    }
}

fn points() -> Vec<Point> {
    (0..50).map(point).collect()
}

/// A closed collection of 50 points, in a folder that does not exist before.
fn filled(root: &TempDir) -> PathBuf {
    let folder = root.path().join("deep").join("store");
    let store = EdgeStore::create_or_open(&folder, 2, &encoder()).unwrap();
    store.upsert(&points()).unwrap();
    folder
}

/// The names and contents of all files below `folder`, sorted.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.push((path.clone(), fs_err::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

fn nearest(store: &EdgeStore, to: &Point, limit: usize) -> Vec<String> {
    let request = SearchRequest::new(to.embedding.clone(), limit);
    let found = store.search(&request).unwrap().into_iter();
    found.map(|found| found.document.page_content).collect()
}

/// What opening says, hint included.
fn refusal(folder: &Path) -> (EdgeStoreError, String) {
    let Err(error) = EdgeStore::open(folder, &encoder()) else {
        panic!("`{}` was opened", folder.display())
    };
    let hint = error.hint().unwrap_or_default();
    (error, hint)
}

#[test]
fn what_was_stored_is_there_after_opening_again() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    let store = EdgeStore::open(&folder, &encoder()).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 50);
    let expected = ["said in call 7", "said in call 6", "said in call 8"];
    let mut found = nearest(&store, &point(7), 3);
    found[1..].sort();
    assert_eq!(found, expected);
    assert_eq!((store.dimension(), store.fingerprint()), (2, &encoder()));
}

#[test]
fn changes_after_opening_again_are_kept_as_well() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    let won = Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    };
    let mut changed = point(3);
    changed.document.page_content = "said otherwise".to_owned();
    {
        let store = EdgeStore::open(&folder, &encoder()).unwrap();
        store.delete(&won).unwrap();
        store.upsert(std::slice::from_ref(&changed)).unwrap();
    }
    let store = EdgeStore::open(&folder, &encoder()).unwrap();
    assert_eq!(store.count(&won).unwrap(), 0);
    assert_eq!(store.count(&Filter::default()).unwrap(), 25);
    assert_eq!(nearest(&store, &changed, 1), ["said otherwise"]);
}

#[test]
fn what_upsert_returned_from_survives_a_process_that_never_closes() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let store = EdgeStore::create_or_open(&folder, 2, &encoder()).unwrap();
    store.upsert(&points()).unwrap();
    // The files as a killed process would leave them: nothing was closed, dropped or flushed after `upsert`.
    let copy = root.path().join("copy");
    for (file, content) in contents(&folder) {
        let to = copy.join(file.strip_prefix(&folder).unwrap());
        fs_err::create_dir_all(to.parent().unwrap()).unwrap();
        fs_err::write(to, content).unwrap();
    }
    let reopened = EdgeStore::open(&copy, &encoder()).unwrap();
    assert_eq!(reopened.count(&Filter::default()).unwrap(), 50);
    assert_eq!(nearest(&reopened, &point(31), 1), ["said in call 31"]);
}

#[test]
fn indexing_twice_changes_nothing() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    let store = EdgeStore::create_or_open(&folder, 2, &encoder()).unwrap();
    let before = nearest(&store, &point(20), 50);
    store.upsert(&points()).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 50);
    assert_eq!(nearest(&store, &point(20), 50), before);
}

#[test]
fn another_encoder_is_refused_and_the_folder_is_left_as_it_was() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    let before = contents(&folder);
    let other = Fingerprint::new("fedcba9876543210");
    for refused in [
        EdgeStore::open(&folder, &other),
        EdgeStore::create_or_open(&folder, 2, &other),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(
            error,
            EdgeStoreError::Refused(VectorStoreError::ForeignEncoder { .. })
        ));
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let message = error.to_string();
        assert!(
            message.contains("0123456789ab") && message.contains("fedcba987654"),
            "{message}"
        );
    }
    let error = EdgeStore::create_or_open(&folder, 3, &encoder()).unwrap_err();
    assert!(matches!(
        error,
        EdgeStoreError::Refused(VectorStoreError::DimensionMismatch {
            expected: 2,
            got: 3,
            ..
        })
    ));
    assert!(contents(&folder) == before, "the folder changed");
}

#[test]
fn a_second_opener_is_refused_until_the_first_has_gone() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    let first = EdgeStore::open(&folder, &encoder()).unwrap();
    let (error, _) = refusal(&folder);
    assert!(matches!(error, EdgeStoreError::Locked { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    first.upsert(&points()).unwrap();
    drop(first);
    EdgeStore::open(&folder, &encoder()).unwrap();
}

#[test]
fn a_missing_folder_is_not_found_and_the_hint_names_the_command() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("nothing");
    let (error, hint) = refusal(&folder);
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains(&folder.display().to_string()));
    assert!(hint.contains("upturn index"), "{hint}");
    assert!(!folder.exists());
}

#[test]
fn a_folder_of_something_else_is_refused_and_left_as_it_was() {
    let root = TempDir::new().unwrap();
    fs_err::write(root.path().join("notes.txt"), "mine").unwrap();
    for refused in [
        EdgeStore::open(root.path(), &encoder()),
        EdgeStore::create_or_open(root.path(), 2, &encoder()),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, EdgeStoreError::NotACollection { .. }));
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(contents(root.path()).len(), 1);
}

/// Damages one file and says what opening answers; the collection must not be usable as if nothing had happened.
fn is_damaged(folder: &Path, damage: impl FnOnce()) {
    damage();
    let (error, hint) = refusal(folder);
    assert!(matches!(error, EdgeStoreError::Damaged { .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains(&folder.display().to_string()));
    assert!(
        hint.contains("upturn index --model MODEL --data PATH --store"),
        "{hint}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_damaged_sidecar_is_named() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    let sidecar = folder.join("upturn.json");
    let sound = fs_err::read_to_string(&sidecar).unwrap();
    for text in [
        "",
        "{",
        &sound[..sound.len() / 2],
        &sound.replace("\"version\": 2", "\"version\": 1"),
        &sound.replace("\"dimension\": 2", "\"dimension\": 3"),
    ] {
        is_damaged(&folder, || fs_err::write(&sidecar, text).unwrap());
    }
    fs_err::write(&sidecar, &sound).unwrap();
    EdgeStore::open(&folder, &encoder()).unwrap();
}

#[test]
fn what_the_engine_would_pass_over_in_silence_is_damage() {
    for lost in ["segments", "wal", "version.info"] {
        let root = TempDir::new().unwrap();
        let folder = filled(&root);
        let before = contents(&folder);
        is_damaged(&folder, || {
            if lost == "version.info" {
                let of_it = |(path, _): &&(PathBuf, Vec<u8>)| path.ends_with(lost);
                let (file, _) = before.iter().find(of_it).unwrap();
                fs_err::remove_file(file).unwrap();
            } else {
                fs_err::remove_dir_all(folder.join(lost)).unwrap();
            }
        });
        let left = before.iter().filter(|(path, _)| path.exists()).count();
        assert_eq!(
            contents(&folder).len(),
            left,
            "opening added or removed a file"
        );
    }
}

#[test]
fn changes_from_several_threads_are_all_made() {
    let root = TempDir::new().unwrap();
    let store = EdgeStore::create_or_open(root.path(), 2, &encoder()).unwrap();
    std::thread::scope(|scope| {
        for version in 0..4 {
            let store = &store;
            scope.spawn(move || {
                let mut points = points();
                for point in &mut points {
                    point.document.page_content = format!("version {version}");
                }
                for batch in points.chunks(10) {
                    store.upsert(batch).unwrap();
                    nearest(store, &point(20), 5);
                }
            });
        }
    });
    assert_eq!(store.count(&Filter::default()).unwrap(), 50);
}

#[test]
fn a_change_that_the_engine_skips_in_silence_is_an_error() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    {
        let store = EdgeStore::open(&folder, &encoder()).unwrap();
        (0..5).for_each(|_| store.upsert(&points()).unwrap());
    }
    // The part of the log that is in use; the one held ready stays, so that the folder looks whole.
    fs_err::remove_file(folder.join("wal").join("open-1")).unwrap();
    let store = EdgeStore::open(&folder, &encoder()).unwrap();
    let mut changed = point(3);
    changed.document.page_content = "said otherwise".to_owned();
    let won = Filter {
        outcome: Some(Outcome::Won),
        ..Filter::default()
    };
    for skipped in [store.upsert(&[changed]), store.delete(&won)] {
        let error = skipped.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:?}");
        assert!(error.hint().unwrap().contains("upturn index"));
    }
}

#[test]
fn the_payload_has_the_form_of_langchain_and_what_filters_name_is_indexed() {
    let root = TempDir::new().unwrap();
    let folder = filled(&root);
    EdgeStore::open(&folder, &encoder())
        .unwrap()
        .optimize()
        .unwrap();
    let shard = qdrant_edge::EdgeShard::load(&folder, None).unwrap();
    let everything = qdrant_edge::ScrollRequest {
        offset: None,
        limit: Some(1),
        filter: None,
        with_payload: None,
        with_vector: false.into(),
        order_by: None,
    };
    let (records, _) = shard.scroll(everything).unwrap();
    let payload = records.into_iter().next().unwrap().payload.unwrap().0;
    let mut names: Vec<_> = payload.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "account",
        "conversation",
        "date",
        "fingerprint",
        "kind",
        "metadata",
        "outcome",
        "page_content",
        "rep",
    ];
    assert_eq!(names, expected);
    assert_eq!(payload["metadata"]["turns"]["end"], 4);
    let schema = shard.info().payload_schema;
    let mut indexed: Vec<_> = schema.keys().map(ToString::to_string).collect();
    indexed.sort_unstable();
    let filtered = [
        "account",
        "amount",
        "conversation",
        "date",
        "fingerprint",
        "industry",
        "kind",
        "language",
        "outcome",
        "rep",
        "stage",
    ];
    assert_eq!(indexed, filtered);
}
