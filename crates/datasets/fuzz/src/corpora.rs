//! Published corpora, folders of the canonical form, and files of folds.

use std::collections::HashSet;
use std::path::Path;

use csv::ReaderBuilder;
use serde_json::Value;
use upturn_core::Conversation;
use upturn_datasets::{
    CardContext, Corpus, DatasetError, Folds, LeakOptions, ReadOptions, inspect, read,
};

use super::case::{Case, file, folder, lines};

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let (_folder, folder) = folder();
    match case.arm(6) {
        0 => craigslist(&folder, &[case.bytes], &case),
        1 => craigslist(&folder, &case.parts::<2>(), &case),
        2 => persuasion(&folder, &case),
        3 => folds(&folder, &case),
        4 => jsonl(&folder, &case),
        _ => inspection(&folder, &case),
    }
}

/// Conversations, rejected records and those set aside, together.
fn records(corpus: Corpus, path: &Path, options: &ReadOptions) -> Option<usize> {
    match read(corpus, path, options) {
        Ok(found) => {
            let ids: HashSet<_> = found.conversations.iter().map(Conversation::id).collect();
            assert_eq!(ids.len(), found.conversations.len(), "an id twice");
            Some(found.conversations.len() + found.rejected.len() + found.set_aside.total())
        }
        Err(DatasetError::NothingUsable {
            rejected,
            set_aside,
            ..
        }) => Some(usize::try_from(rejected.count()).unwrap() + set_aside),
        Err(_) => None,
    }
}

/// Every element of every file is a record.
fn craigslist(folder: &Path, files: &[&[u8]], case: &Case<'_>) {
    let mut expected = Some(0);
    for (bytes, name) in files.iter().zip(["dev.json", "dev-luis-post-new.json"]) {
        file(folder, name, bytes);
        let elements = serde_json::from_slice::<Vec<Value>>(bytes).ok();
        expected = expected.zip(elements).map(|(sum, more)| sum + more.len());
    }
    let found = records(Corpus::CraigslistBargain, folder, &case.options);
    if let (Some(expected), Some(found)) = (expected, found) {
        assert_eq!(found, expected, "an element is lost");
    }
}

/// Every dialogue, and every sentence without one, is a record.
fn persuasion(folder: &Path, case: &Case<'_>) {
    let [dialog, info]: [&[u8]; 2] = case.parts();
    let dialog = [b"B2,B4,Unit\n", dialog].concat();
    let info = [b"B2,B3,B4,B6\n", info].concat();
    file(folder, "full_dialog.csv", &dialog);
    file(folder, "full_info.csv", &info);
    let mut ids = HashSet::new();
    let mut homeless = 0;
    let mut rows = ReaderBuilder::new();
    for row in rows.flexible(true).from_reader(&dialog[..]).byte_records() {
        let id = row.unwrap().get(0).map(<[u8]>::to_vec).unwrap_or_default();
        let is_blank = std::str::from_utf8(&id).map_or(true, |id| id.trim().is_empty());
        if is_blank || (case.is_low() && id.len() > case.options.max_line_bytes) {
            homeless += 1;
        } else {
            ids.insert(id);
        }
    }
    if let Some(found) = records(Corpus::PersuasionForGood, folder, &case.options) {
        assert!(found >= ids.len() + homeless, "a dialogue is lost");
    }
}

/// Folds count from 0 without a gap, and there are at least two.
fn folds(folder: &Path, case: &Case<'_>) {
    let path = file(folder, "folds.csv", case.bytes);
    if let Ok(folds) = Folds::read(&path, "fold") {
        assert!(folds.count() >= 2);
        let _ = folds.assign::<Conversation>(&[]);
    }
}

/// Every line of every file is a record, and a file without any is one.
fn jsonl(folder: &Path, case: &Case<'_>) {
    let parts: [&[u8]; 2] = case.parts();
    let mut expected = 0;
    for (bytes, name) in parts.into_iter().zip(["a.jsonl", "b.jsonl"]) {
        file(folder, name, bytes);
        expected += lines(bytes).max(1);
    }
    let found = records(Corpus::Jsonl, folder, &case.options);
    if !case.is_low() {
        assert_eq!(found, Some(expected), "a line is lost");
    }
}

/// Lines read are calls on the card and lines set aside.
fn inspection(folder: &Path, case: &Case<'_>) {
    let path = file(folder, "a.jsonl", case.bytes);
    let about = CardContext::default();
    let Ok(found) = inspect(&path, about, LeakOptions::default(), &case.options) else {
        return;
    };
    let about = &found.card.about;
    assert_eq!(about.read, about.written + about.all_set_aside());
    assert_eq!(about.all_set_aside(), found.rejected.count());
    if !case.is_low() && !case.is_packed() {
        assert_eq!(about.read, lines(case.bytes) as u64, "a line is lost");
    }
    let _ = (found.card.to_markdown(), found.card.to_html());
}
