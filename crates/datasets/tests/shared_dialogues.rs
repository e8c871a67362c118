//! The two files of `CraigslistBargain` share dialogues; they are found by what is said.
//!
//! Needs the folder `shared` beside the repository; says so and passes where it is missing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests stop at the first surprise and say why they are skipped"
)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use upturn_core::Conversation;
use upturn_datasets::{Corpus, DuplicateOptions, DuplicateVerdict, Duplicates, ReadOptions, read};

/// The conversations of one of the two files, if the folder is there.
fn file(name: &str) -> Option<Vec<Conversation>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let file: PathBuf = Path::new(folder).join("data/craigslist-bargain").join(name);
    if !file.is_file() {
        eprintln!("skipped: {} is missing", file.display());
        return None;
    }
    let reading = read(Corpus::CraigslistBargain, &file, &ReadOptions::default()).unwrap();
    Some(reading.conversations)
}

/// 643 and 591 dialogues share 53 by their `uuid`. In five of these nothing is said before the first event that is no
/// message, so that no reader gives them. One has such an event after its second message in one mirror only, which cuts
/// it short there. The other 47 are the same word by word, and no two of another `uuid` are; of the other pairs none
/// reaches a similarity of 0.6. Within `dev.json` one dialogue repeats the greeting that is all of another.
#[test]
fn the_dialogues_that_two_files_share_are_found_by_their_text() {
    let (Some(first), Some(second)) = (file("dev.json"), file("dev-luis-post-new.json")) else {
        return;
    };
    let mut duplicates = Duplicates::new(DuplicateOptions::default()).unwrap();
    let within = first
        .iter()
        .filter(|call| duplicates.check(call) != DuplicateVerdict::New)
        .count();
    let mut shared = HashSet::new();
    for call in &second {
        match duplicates.check(call) {
            DuplicateVerdict::New => {}
            DuplicateVerdict::Exact { of } => {
                let original = first.get(usize::try_from(of).unwrap()).unwrap();
                shared.insert((call.id().clone(), original.id() == call.id()));
            }
            near @ DuplicateVerdict::Near { .. } => panic!("{near:?}"),
        }
    }
    assert_eq!(
        (first.len(), second.len(), within, shared.len()),
        (605, 568, 1, 47)
    );
    let by_id: HashSet<_> = first.iter().map(Conversation::id).collect();
    let both = second
        .iter()
        .filter(|call| by_id.contains(call.id()))
        .count();
    assert_eq!(both, 48);
    assert!(
        shared.iter().all(|(id, _)| by_id.contains(id)),
        "no text is shared by two uuids"
    );
}
