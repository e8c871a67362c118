//! The laws of the ledger.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tempfile::TempDir;
use upturn_core::{Conversation, Embedding, EncodedMoment, Moment, Speaker, Turn, TurnRange};

use super::*;

fn encoder(name: &str) -> Fingerprint {
    Fingerprint::new(name)
}

/// A call of some moments; `version` is what was said.
fn call(name: usize, version: u32, moments: usize) -> IndexedCall {
    let id = ConversationId::new(format!("call {name}")).unwrap();
    let turns =
        (0..moments).map(|turn| Turn::new(Speaker::Seller, format!("said {version} {turn}")));
    let conversation = Conversation::new(id.clone(), turns.collect()).unwrap();
    let encoded: Vec<_> = (0..moments)
        .map(|start| {
            let angle = (name * 7 + start) as f32 + version as f32 / 3.0;
            EncodedMoment {
                moment: Moment {
                    conversation: id.clone(),
                    turns: TurnRange {
                        start,
                        end: start + 1,
                    },
                    text: format!("said {version} {start}"),
                },
                embedding: Embedding::normalized(vec![angle.cos(), angle.sin(), 0.1]).unwrap(),
                turns: Vec::new(),
            }
        })
        .collect();
    IndexedCall::new(&conversation, &encoded)
}

fn all(ledger: &mut Ledger, encoder: &Fingerprint) -> BTreeMap<ConversationId, IndexedCall> {
    let calls = ledger.calls(encoder).unwrap();
    let calls = calls.flat_map(Result::unwrap);
    calls
        .map(|call| (call.conversation.clone(), call))
        .collect()
}

fn expect(calls: &[IndexedCall]) -> BTreeMap<ConversationId, IndexedCall> {
    let named = calls
        .iter()
        .map(|call| (call.conversation.clone(), call.clone()));
    named.collect()
}

/// All bytes below a folder.
fn bytes(folder: &Path) -> Vec<u8> {
    let files = fs_err::read_dir(folder).unwrap();
    let files = files.map(|file| fs_err::read(file.unwrap().path()).unwrap());
    files.collect::<Vec<_>>().concat()
}

#[test]
fn the_bytes_of_an_encoders_points_are_those_of_its_files_without_what_is_void() {
    let root = TempDir::new().unwrap();
    let calls: Vec<_> = (0..8).map(|name| call(name, 0, 3)).collect();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    assert_eq!(ledger.bytes(&encoder("a")).unwrap(), 0);
    ledger.append(&encoder("a"), &calls).unwrap();
    ledger.append(&encoder("b"), &calls[..2]).unwrap();
    let whole = ledger.bytes(&encoder("a")).unwrap();
    let file = fs_err::metadata(root.path().join("00000001.parquet")).unwrap();
    assert!((file.len()..file.len() + 32).contains(&whole), "{whole}");
    let gone: Vec<_> = calls[..4]
        .iter()
        .map(|call| call.conversation.clone())
        .collect();
    ledger.remove(&gone).unwrap();
    assert_eq!(ledger.bytes(&encoder("a")).unwrap(), whole / 2);
    assert_eq!(ledger.bytes(&encoder("b")).unwrap(), 0);
}

#[test]
fn what_was_appended_comes_back_to_the_bit_after_opening_again() {
    let root = TempDir::new().unwrap();
    let calls: Vec<_> = (0..5).map(|name| call(name, 0, 3)).collect();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    ledger.append(&encoder("a"), &calls[..2]).unwrap();
    ledger.append(&encoder("a"), &calls[2..]).unwrap();
    assert_eq!(all(&mut ledger, &encoder("a")), expect(&calls));
    let mut again = Ledger::open(root.path()).unwrap();
    assert_eq!(again.revision(), 2);
    assert_eq!(all(&mut again, &encoder("a")), expect(&calls));
    let indexed = again.indexed(&encoder("a")).unwrap();
    assert_eq!(indexed[&calls[3].conversation].content, calls[3].content);
    assert_eq!(indexed[&calls[3].conversation].points, 4);
    assert!(again.indexed(&encoder("b")).unwrap().is_empty());
}

#[test]
fn a_replaced_call_leaves_no_points_and_a_removed_one_is_gone_for_every_encoder() {
    let root = TempDir::new().unwrap();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    ledger
        .append(&encoder("a"), &[call(0, 0, 4), call(1, 0, 2)])
        .unwrap();
    ledger.append(&encoder("b"), &[call(1, 0, 2)]).unwrap();
    ledger.append(&encoder("a"), &[call(0, 1, 2)]).unwrap();
    assert_eq!(
        all(&mut ledger, &encoder("a")),
        expect(&[call(0, 1, 2), call(1, 0, 2)])
    );
    ledger.remove(&[call(1, 0, 1).conversation]).unwrap();
    for mut ledger in [ledger, Ledger::open(root.path()).unwrap()] {
        assert_eq!(all(&mut ledger, &encoder("a")), expect(&[call(0, 1, 2)]));
        assert!(all(&mut ledger, &encoder("b")).is_empty());
        assert_eq!(ledger.revision(), 4);
    }
}

#[test]
fn compacting_changes_nothing_that_is_said_and_removes_the_bytes_of_what_is_not() {
    let root = TempDir::new().unwrap();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    for version in 0..3 {
        ledger
            .append(&encoder("a"), &[call(0, version, 2), call(9, version, 1)])
            .unwrap();
    }
    ledger.append(&encoder("b"), &[call(0, 0, 2)]).unwrap();
    ledger.remove(&[call(9, 0, 1).conversation]).unwrap();
    assert!(ledger.is_scattered().unwrap());
    let gone = b"call 9".as_slice();
    assert!(bytes(root.path()).windows(6).any(|window| window == gone));
    let (a, b) = (
        all(&mut ledger, &encoder("a")),
        all(&mut ledger, &encoder("b")),
    );
    let revision = ledger.revision();
    ledger.compact().unwrap();
    for mut ledger in [ledger, Ledger::open_or_create(root.path()).unwrap()] {
        assert_eq!(all(&mut ledger, &encoder("a")), a);
        assert_eq!(all(&mut ledger, &encoder("b")), b);
        assert_eq!((a.len(), b.len(), ledger.revision()), (1, 1, revision));
        assert!(!ledger.is_scattered().unwrap());
        assert_eq!(ledger.everything().flat_map(Result::unwrap).count(), 2);
    }
    assert!(!bytes(root.path()).windows(6).any(|window| window == gone));
}

#[test]
fn an_emptied_ledger_keeps_its_revision_and_can_be_filled_again() {
    let root = TempDir::new().unwrap();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    ledger.append(&encoder("a"), &[call(0, 0, 2)]).unwrap();
    ledger.remove(&[call(0, 0, 1).conversation]).unwrap();
    ledger.compact().unwrap();
    assert_eq!((ledger.revision(), ledger.encoders().len()), (2, 0));
    ledger.append(&encoder("a"), &[call(0, 1, 2)]).unwrap();
    assert_eq!(Ledger::open(root.path()).unwrap().revision(), 3);
}

#[test]
fn points_of_encoders_that_are_given_up_go() {
    let root = TempDir::new().unwrap();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    for name in ["a", "b", "c"] {
        ledger.append(&encoder(name), &[call(0, 0, 2)]).unwrap();
    }
    ledger.keep(&[encoder("b"), encoder("c")]).unwrap();
    ledger.compact().unwrap();
    let mut again = Ledger::open(root.path()).unwrap();
    assert!(all(&mut again, &encoder("a")).is_empty());
    assert_eq!(all(&mut again, &encoder("c")), expect(&[call(0, 0, 2)]));
}

#[test]
fn a_torn_last_line_and_files_without_a_line_are_dropped() {
    let root = TempDir::new().unwrap();
    let manifest = root.path().join("manifest.jsonl");
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    ledger.append(&encoder("a"), &[call(0, 0, 2)]).unwrap();
    let one = fs_err::read(&manifest).unwrap();
    ledger.append(&encoder("a"), &[call(1, 0, 2)]).unwrap();
    let two = fs_err::read(&manifest).unwrap();
    for cut in one.len()..two.len() {
        fs_err::write(&manifest, &two[..cut]).unwrap();
        let mut torn = Ledger::open(root.path()).unwrap();
        assert_eq!(
            all(&mut torn, &encoder("a")),
            expect(&[call(0, 0, 2)]),
            "{cut}"
        );
    }
    fs_err::write(root.path().join(".00000007.parquet.part"), "half").unwrap();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    assert_eq!(fs_err::read_dir(root.path()).unwrap().count(), 2);
    ledger.append(&encoder("a"), &[call(2, 0, 1)]).unwrap();
    let mut again = Ledger::open(root.path()).unwrap();
    assert_eq!(
        all(&mut again, &encoder("a")),
        expect(&[call(0, 0, 2), call(2, 0, 1)])
    );
}

#[test]
fn every_flipped_byte_is_told_and_salvaging_keeps_the_rest() {
    let root = TempDir::new().unwrap();
    let mut ledger = Ledger::open_or_create(root.path()).unwrap();
    for name in 0..3 {
        ledger.append(&encoder("a"), &[call(name, 0, 2)]).unwrap();
    }
    let manifest = root.path().join("manifest.jsonl");
    let segment = root.path().join("00000002.parquet");
    for path in [&manifest, &segment] {
        let sound = fs_err::read(path).unwrap();
        for at in (0..sound.len() - 1).step_by(41) {
            let mut broken = sound.clone();
            broken[at] ^= 0x10;
            fs_err::write(path, broken).unwrap();
            let read = Ledger::open(root.path())
                .and_then(|mut ledger| ledger.indexed(&encoder("a")).map(|_| ()));
            let told = matches!(
                read,
                Err(LedgerError::Damaged { .. } | LedgerError::Foreign { .. })
            );
            assert!(told, "{at} of {}: {read:?}", path.display());
        }
        fs_err::write(path, sound).unwrap();
    }
    fs_err::write(&segment, "").unwrap();
    let Salvaged { mut ledger, lost } = Ledger::salvage(root.path()).unwrap();
    assert_eq!((lost, ledger.revision()), (1, 4));
    assert_eq!(
        all(&mut ledger, &encoder("a")),
        expect(&[call(0, 0, 2), call(2, 0, 2)])
    );
    fs_err::remove_file(&manifest).unwrap();
    assert!(matches!(
        Ledger::open_or_create(root.path()),
        Err(LedgerError::Damaged { .. })
    ));
    assert_eq!(Ledger::salvage(root.path()).unwrap().lost, 2);
}

use crate::Salvaged;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Against a map: whatever is appended, removed and compacted, in whatever order.
    #[test]
    fn the_ledger_says_what_a_map_would(steps in prop::collection::vec((0u8..8, 0usize..4, 0u32..3, 1usize..4), 1..24)) {
        let root = TempDir::new().unwrap();
        let mut ledger = Ledger::open_or_create(root.path()).unwrap();
        let mut model = BTreeMap::new();
        for (step, name, version, moments) in steps {
            let one = call(name, version, moments);
            match step {
                0 => {
                    model.remove(&one.conversation);
                    ledger.remove(&[one.conversation]).unwrap();
                }
                1 => ledger.compact().unwrap(),
                2 => ledger = Ledger::open_or_create(root.path()).unwrap(),
                _ => {
                    ledger.append(&encoder("a"), std::slice::from_ref(&one)).unwrap();
                    model.insert(one.conversation.clone(), one);
                }
            }
            prop_assert_eq!(&all(&mut ledger, &encoder("a")), &model);
        }
    }
}
