//! An index holds what its ledger says, whatever becomes of the store's files.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the functions between the tests are tests too"
)]

#[path = "index/forgetting.rs"]
mod forgetting;
#[path = "index/generations.rs"]
mod generations;
#[path = "index/layout.rs"]
mod layout;
#[path = "index/repairs.rs"]
mod repairs;

use std::path::{Path, PathBuf};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use upturn_core::{
    Conversation, ConversationId, Diagnostic, Embedding, EncodedMoment, ErrorKind, Filter,
    Fingerprint, Moment, Outcome, Point, SearchRequest, Speaker, Turn, TurnRange, VectorStore,
};
use upturn_vectorstore_index::{Index, IndexError};
use upturn_vectorstore_ledger::{IndexedCall, Ledger};
use upturn_vectorstore_memory::MemoryStore;

const DIMENSION: usize = 8;
const CALLS: usize = 40;

fn encoder() -> Fingerprint {
    Fingerprint::new("encoder")
}

fn id(number: usize) -> ConversationId {
    ConversationId::new(format!("call {number}")).unwrap()
}

fn call(number: usize, moments: usize, outcome: Outcome) -> Conversation {
    let turns = (0..moments).map(|turn| Turn::new(Speaker::Seller, format!("{turn} of {number}")));
    Conversation::new(id(number), turns.collect())
        .unwrap()
        .with_outcome(Some(outcome))
}

fn direction(dice: &mut ChaCha8Rng) -> Embedding {
    let values = (0..DIMENSION).map(|_| dice.random::<f32>() - 0.5);
    Embedding::normalized(values.collect()).unwrap()
}

/// A call with as many moments as turns, each in a direction of its own.
fn indexed(call: &Conversation) -> IndexedCall {
    let mut dice = ChaCha8Rng::seed_from_u64(call.id().as_str().len() as u64);
    for byte in call.id().as_str().bytes() {
        dice = ChaCha8Rng::seed_from_u64(dice.random::<u64>() ^ u64::from(byte));
    }
    let moments = call.turns().iter().enumerate().map(|(start, turn)| {
        let turns = TurnRange {
            start,
            end: start + 1,
        };
        EncodedMoment {
            moment: Moment {
                conversation: call.id().clone(),
                turns,
                text: turn.text.clone(),
            },
            embedding: direction(&mut dice),
            turns: Vec::new(),
        }
    });
    IndexedCall::new(call, &moments.collect::<Vec<_>>())
}

fn all() -> Vec<IndexedCall> {
    let outcomes = [Outcome::Won, Outcome::Lost];
    let calls = (0..CALLS).map(|number| call(number, 2 + number % 8, outcomes[number % 2]));
    calls.map(|call| indexed(&call)).collect()
}

fn filled(folder: &Path) {
    let mut index = Index::create_or_open(folder, DIMENSION, &encoder()).unwrap();
    for calls in all().chunks(16) {
        index.put(calls).unwrap();
    }
    index.finish().unwrap();
}

fn oracle(calls: &[IndexedCall]) -> MemoryStore {
    let store = MemoryStore::new(DIMENSION, encoder());
    for call in calls {
        store.upsert(&call.points).unwrap();
    }
    store
}

/// Whether both answer alike, to the point.
fn agree(index: &Index, oracle: &MemoryStore, seed: u64) {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let everything = Filter::default();
    assert_eq!(
        index.count(&everything).unwrap(),
        oracle.count(&everything).unwrap()
    );
    for _ in 0..3 {
        let request = SearchRequest::new(direction(&mut dice), 10);
        let found = index.search(&request).unwrap();
        let expected = oracle.search(&request).unwrap();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.document, expected.document);
            assert!((found.score - expected.score).abs() < 1e-5);
        }
    }
}

#[test]
fn what_was_put_is_found_and_only_what_is_new_or_changed_is_asked_for() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let mut index = Index::open(&folder, &encoder()).unwrap();
    assert_eq!(index.repair(), None);
    agree(&index, &oracle(&all()), 1);
    let same = call(3, 5, Outcome::Lost);
    let other = call(4, 6, Outcome::Lost);
    let new = call(CALLS, 2, Outcome::Won);
    let changes = index.changes(&[&same, &other, &new]).unwrap();
    assert_eq!(
        (changes.new, changes.changed, changes.unchanged),
        (vec![2], vec![1], 1)
    );
}

#[test]
fn a_call_that_got_shorter_leaves_no_moment_behind() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let mut index = Index::create_or_open(&folder, DIMENSION, &encoder()).unwrap();
    let short = indexed(&call(8, 2, Outcome::Won));
    index.put(std::slice::from_ref(&short)).unwrap();
    let mut calls = all();
    calls[8] = short;
    agree(&index, &oracle(&calls), 2);
    drop(index);
    let index = Index::open(&folder, &encoder()).unwrap();
    assert_eq!(index.repair(), None);
    agree(&index, &oracle(&calls), 2);
}

#[test]
fn what_only_the_ledger_knows_is_stored_at_the_next_opening() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let late = [
        indexed(&call(CALLS, 3, Outcome::Won)),
        indexed(&call(8, 2, Outcome::Won)),
    ];
    Ledger::open_or_create(folder.join("ledger"))
        .unwrap()
        .append(&encoder(), &late)
        .unwrap();
    let index = Index::open(&folder, &encoder()).unwrap();
    assert!(index.repair().is_some());
    let mut calls = all();
    let [new, short] = late;
    calls[8] = short;
    calls.push(new);
    agree(&index, &oracle(&calls), 3);
}

#[test]
fn it_is_open_once_and_changed_by_calls_only() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let index = Index::open(&folder, &encoder()).unwrap();
    let error = Index::open(&folder, &encoder()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let points: Vec<Point> = indexed(&call(1, 2, Outcome::Won)).points;
    index.upsert(&points).unwrap_err();
    index.delete(&Filter::default()).unwrap_err();
    drop(index);
    Index::open(&folder, &Fingerprint::new("another")).unwrap_err();
    agree(
        &Index::open(&folder, &encoder()).unwrap(),
        &oracle(&all()),
        5,
    );
}

#[test]
fn another_encoder_is_refused_by_a_damaged_store_too_and_nothing_is_lost() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    fs_err::remove_dir_all(folder.join("segments")).unwrap();
    let another = Fingerprint::new("another");
    let refused = |opened: Result<Index, _>| {
        let error: IndexError = opened.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    };
    refused(Index::create_or_open(&folder, DIMENSION, &another));
    refused(Index::open(&folder, &another));
    let index = Index::open(&folder, &encoder()).unwrap();
    assert!(index.repair().is_some());
    agree(&index, &oracle(&all()), 6);
}

/// Does something bad to one file of the engine's, or to two; what it was.
fn damage(folder: &Path, dice: &mut ChaCha8Rng) -> String {
    let ledger = folder.join("ledger");
    let files: Vec<PathBuf> = files(folder)
        .into_iter()
        .filter(|file| !file.starts_with(&ledger))
        .collect();
    let one = &files[dice.random_range(0..files.len())];
    let other = &files[dice.random_range(0..files.len())];
    let mut bytes = fs_err::read(one).unwrap();
    let kind = dice.random_range(0..5);
    match kind {
        0 => fs_err::remove_file(one).unwrap(),
        1 => fs_err::write(one, b"").unwrap(),
        2 => fs_err::write(one, &bytes[..bytes.len() / 2]).unwrap(),
        3 if !bytes.is_empty() => {
            for _ in 0..8 {
                let at = dice.random_range(0..bytes.len());
                bytes[at] ^= 1 << dice.random_range(0..8);
            }
            fs_err::write(one, bytes).unwrap();
        }
        _ => {
            fs_err::write(one, fs_err::read(other).unwrap()).unwrap();
            fs_err::write(other, bytes).unwrap();
        }
    }
    format!("kind {kind} of {} and {}", one.display(), other.display())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap().map(Result::unwrap);
    let below = entries.flat_map(|entry| {
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path())
        } else {
            vec![entry.path()]
        }
    });
    let mut found: Vec<_> = below.collect();
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs_err::copy(entry.path(), place).unwrap();
        }
    }
}

/// Fifty stores, each damaged in another way, answer as if nothing had happened; four seeds make two hundred.
fn damaged_stores_are_put_right(seed: u64) {
    let root = TempDir::new().unwrap();
    let sound = root.path().join("sound");
    filled(&sound);
    let oracle = oracle(&all());
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    for number in 0..50 {
        let folder = root.path().join("damaged");
        copy(&sound, &folder);
        let what = damage(&folder, &mut dice);
        let index = Index::open(&folder, &encoder());
        let index = index.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        agree(&index, &oracle, number);
        drop(index);
        fs_err::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn damaged_stores_are_put_right_one_to_fifty() {
    damaged_stores_are_put_right(20);
}

#[test]
fn damaged_stores_are_put_right_fifty_one_to_a_hundred() {
    damaged_stores_are_put_right(21);
}

#[test]
fn damaged_stores_are_put_right_to_a_hundred_and_fifty() {
    damaged_stores_are_put_right(22);
}

#[test]
fn damaged_stores_are_put_right_to_two_hundred() {
    damaged_stores_are_put_right(23);
}
