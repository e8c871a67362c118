//! Putting a store right leaves nothing beside it.

use tempfile::TempDir;
use upturn_vectorstore_index::Index;

use super::{agree, all, encoder, filled, oracle};

#[test]
fn what_a_killed_repair_left_goes_with_the_next_one() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("store");
    filled(&folder);
    let left = root.path().join(".store.4000000000.refill/segments");
    let other = root.path().join(".stores.7.refill");
    for folder in [&left, &other] {
        fs_err::create_dir_all(folder).unwrap();
    }
    fs_err::remove_dir_all(folder.join("segments")).unwrap();
    let index = Index::open(&folder, &encoder()).unwrap();
    assert!(index.repair().is_some());
    agree(&index, &oracle(&all()), 1);
    assert!(!left.exists() && other.exists());
    assert_eq!(fs_err::read_dir(root.path()).unwrap().count(), 2);
}
