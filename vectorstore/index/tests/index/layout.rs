//! How an index is laid out stays, whatever becomes of its store.

use std::path::Path;

use tempfile::TempDir;
use upturn_core::Quantization;
use upturn_vectorstore_edge::{EdgeLayout, EdgeStore};
use upturn_vectorstore_index::{Index, Rebuild};

use super::{DIMENSION, agree, all, encoder, oracle};

const LAYOUT: EdgeLayout = EdgeLayout {
    vectors_on_disk: true,
    words_on_disk: false,
    graph_on_disk: true,
    quantization: Some(Quantization::Scalar { oversampling: 2.0 }),
};

#[test]
fn a_store_that_is_filled_again_is_laid_out_as_it_was() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let mut index = Index::create_or_open_with(&folder, DIMENSION, &encoder(), LAYOUT).unwrap();
    index.put(&all()).unwrap();
    index.finish().unwrap();
    fs_err::remove_dir_all(folder.join("segments")).unwrap();
    let index = Index::open(&folder, &encoder()).unwrap();
    assert!(index.repair().is_some());
    agree(&index, &oracle(&all()), 1);
    assert_eq!(EdgeStore::layout_of(&folder), Some(LAYOUT));
}

/// A filled store without the file that says how it is laid out.
fn headless(folder: &Path, is_noted: bool) {
    let mut index = Index::create_or_open_with(folder, DIMENSION, &encoder(), LAYOUT).unwrap();
    index.put(&all()).unwrap();
    index.finish().unwrap();
    fs_err::remove_file(folder.join("upturn.json")).unwrap();
    if !is_noted {
        fs_err::remove_file(folder.join("ledger/layout.json")).unwrap();
    }
}

#[test]
fn a_store_that_does_not_say_how_it_was_laid_out_is_laid_out_as_its_ledger_notes() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    headless(&folder, true);
    let index = Index::open(&folder, &encoder()).unwrap();
    assert!(!index.repair().unwrap().layout_lost);
    agree(&index, &oracle(&all()), 1);
    assert_eq!(EdgeStore::layout_of(&folder), Some(LAYOUT));
}

#[test]
fn a_layout_that_nobody_knows_any_more_is_told_once() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    headless(&folder, false);
    let index = Index::open(&folder, &encoder()).unwrap();
    assert!(index.repair().unwrap().layout_lost);
    agree(&index, &oracle(&all()), 1);
    drop(index);
    let index = Index::open(&folder, &encoder()).unwrap();
    assert_eq!(index.repair(), None);
    assert_eq!(EdgeStore::layout_of(&folder), Some(EdgeLayout::default()));
}

#[test]
fn a_store_that_was_made_before_layouts_were_noted_is_noted_when_it_is_opened() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    let noted = folder.join("ledger/layout.json");
    drop(Index::create_or_open_with(&folder, DIMENSION, &encoder(), LAYOUT).unwrap());
    fs_err::remove_file(&noted).unwrap();
    drop(Index::open(&folder, &encoder()).unwrap());
    assert!(noted.is_file());
}

#[test]
fn the_next_generation_is_laid_out_as_the_last_unless_another_way_is_asked_for() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    drop(Index::create_or_open_with(&folder, DIMENSION, &encoder(), LAYOUT).unwrap());
    let anew = |layout| {
        let next = Rebuild::begin_with(&folder, DIMENSION, &encoder(), &[], layout).unwrap();
        next.publish(std::time::Duration::ZERO).unwrap();
        EdgeStore::layout_of(&folder)
    };
    assert_eq!(anew(None), Some(LAYOUT));
    let other = EdgeLayout::default();
    assert_eq!(anew(Some(other)), Some(other));
}
