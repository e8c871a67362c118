//! How an index is laid out stays, whatever becomes of its store.

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
