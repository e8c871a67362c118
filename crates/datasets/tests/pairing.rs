//! The readers give the conversations of the published baselines: same ids, labels, groups, turns and order.
//!
//! Needs the folder `shared` beside the repository; says so and passes where it is missing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests stop at the first surprise and say why they are skipped"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use upturn_core::Conversation;
use upturn_datasets::{Corpus, Folds, ReadOptions, Reading, grouped_folds, read};

/// The folder with corpora and baselines, if it is there.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if !folder.is_dir() {
        eprintln!("skipped: {} is missing", folder.display());
        return None;
    }
    Some(folder.to_owned())
}

fn corpus(shared: &Path, corpus: Corpus) -> Reading {
    let path = shared.join("data").join(corpus.as_str());
    read(corpus, &path, &ReadOptions::default()).unwrap()
}

/// Id, group and label of each row of a file of folds.
fn rows(file: &Path) -> Vec<[String; 3]> {
    let mut rows = csv::Reader::from_path(file).unwrap();
    let header = rows.headers().unwrap();
    assert_eq!(
        header.iter().take(3).collect::<Vec<_>>(),
        ["id", "group", "label"]
    );
    let row = |row: csv::StringRecord| [0, 1, 2].map(|cell| row[cell].to_owned());
    rows.records().map(|record| row(record.unwrap())).collect()
}

fn as_row(conversation: &Conversation) -> [String; 3] {
    let label = conversation.outcome().unwrap().target();
    [
        conversation.id().as_str().to_owned(),
        conversation.group().to_owned(),
        label.to_string(),
    ]
}

/// Number of turns and FNV-1a hash (64 bits) of ids, speakers and texts.
///
/// The expected values come from the two loaders of `baselines/quality.py`, by Python 3 with pandas 3.1.1:
///
/// ```python
/// h, n = 0xcbf29ce484222325, 0
/// for t in persuasion_for_good():
///     for b in (t["id"] + "\n" + "".join(f"{w}:{s}\n" for w, s in t["turns"])).encode():
///         h = (h ^ b) * 0x100000001b3 & (1 << 64) - 1
///     n += len(t["turns"])
/// ```
fn hash(conversations: &[&Conversation]) -> (usize, u64) {
    let mut text = String::new();
    for conversation in conversations {
        writeln!(text, "{}", conversation.id()).unwrap();
        for turn in conversation.turns() {
            writeln!(text, "{}:{}", turn.speaker.as_str(), turn.text).unwrap();
        }
    }
    let step = |h: u64, byte| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let turns = conversations.iter().map(|c| c.turns().len()).sum();
    (turns, text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

/// Checks a corpus against its folds.
fn check(name: &str, conversations: &[&Conversation], shared: &Path) {
    let file = shared.join(format!("baselines/folds/{name}.csv"));
    let ours: Vec<_> = conversations.iter().map(|c| as_row(c)).collect();
    assert_eq!(ours, rows(&file), "{name}");
    for column in ["seed0", "seed1", "seed2"] {
        let folds = Folds::read(&file, column).unwrap();
        let assignment = folds.assign(conversations).unwrap();
        assert_eq!(
            (folds.count(), assignment.places.len()),
            (5, conversations.len())
        );
        assert_eq!((assignment.left_out, assignment.missing.len()), (0, 0));
    }
}

#[test]
fn persuasion_for_good_pairs_with_its_baselines() {
    let Some(shared) = shared() else { return };
    let reading = corpus(&shared, Corpus::PersuasionForGood);
    assert!(reading.rejected.is_empty() && reading.set_aside.total() == 0);
    let all: Vec<_> = reading.conversations.iter().collect();
    assert_eq!(all.len(), 1017);
    check("persuasion-for-good", &all, &shared);
    assert_eq!(hash(&all), (20_932, 0x0c15_66fd_805d_8909));
    assert!(
        all.iter()
            .all(|c| c.metadata().date.is_some() && c.metadata().rep.is_some())
    );
}

#[test]
fn craigslist_bargain_pairs_with_its_baselines() {
    let Some(shared) = shared() else { return };
    let reading = corpus(&shared, Corpus::CraigslistBargain);
    assert!(reading.rejected.is_empty());
    // Of 643 + 591 dialogues 53 stand in both mirrors under one uuid; in 56 nothing is said before the first event.
    assert_eq!(
        (reading.set_aside.duplicates, reading.set_aside.nothing_said),
        (53, 56)
    );
    let all: Vec<_> = reading.conversations.iter().collect();
    assert_eq!(all.len(), 1125);
    check("craigslist-bargain", &all, &shared);
    assert_eq!(hash(&all), (8_212, 0x7e26_dca4_c03f_be8d));
}

#[test]
fn craigslist_bargain_4_is_what_its_folds_select() {
    let Some(shared) = shared() else { return };
    let reading = corpus(&shared, Corpus::CraigslistBargain);
    let folds = Folds::read(
        &shared.join("baselines/folds/craigslist-bargain-4.csv"),
        "seed0",
    )
    .unwrap();
    let assignment = folds.assign(&reading.conversations).unwrap();
    let selected: Vec<_> = assignment
        .places
        .iter()
        .map(|place| &reading.conversations[*place])
        .collect();
    assert_eq!(
        (
            selected.len(),
            assignment.left_out,
            assignment.missing.len()
        ),
        (971, 154, 0)
    );
    check("craigslist-bargain-4", &selected, &shared);
    let long: Vec<_> = reading
        .conversations
        .iter()
        .filter(|c| c.turns().len() >= 4)
        .collect();
    assert_eq!(long, selected, "it is the dialogues of at least 4 messages");
}

#[test]
fn drawn_folds_of_real_corpora_are_balanced_and_leak_nothing() {
    let Some(shared) = shared() else { return };
    for name in [Corpus::PersuasionForGood, Corpus::CraigslistBargain] {
        let conversations = corpus(&shared, name).conversations;
        let drawn = grouped_folds(&conversations, 5, 0);
        for fold in 0..5 {
            let inside: Vec<_> = conversations
                .iter()
                .zip(&drawn)
                .filter(|(_, at)| **at == fold)
                .collect();
            let won = inside
                .iter()
                .filter(|(c, _)| c.outcome().unwrap().is_won())
                .count();
            let share = |part: usize, all: usize| part as f64 / all as f64;
            let all_won = conversations
                .iter()
                .filter(|c| c.outcome().unwrap().is_won())
                .count();
            assert!(
                (share(inside.len(), conversations.len()) - 0.2).abs() < 0.005,
                "{name} {fold}"
            );
            let off = share(won, inside.len()) - share(all_won, conversations.len());
            assert!(off.abs() < 0.01, "{name} {fold}: {off}");
        }
        let mut fold_of = std::collections::HashMap::new();
        for (conversation, fold) in conversations.iter().zip(drawn) {
            assert_eq!(*fold_of.entry(conversation.group()).or_insert(fold), fold);
        }
    }
}
