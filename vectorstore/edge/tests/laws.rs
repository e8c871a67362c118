//! The contract's laws, and agreement with exact search.

use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use upturn_core::{Fingerprint, Quantization, conformance};
use upturn_vectorstore_edge::{EdgeLayout, EdgeStore};
use upturn_vectorstore_memory::MemoryStore;

fn encoder() -> Fingerprint {
    Fingerprint::new("0123456789abcdef")
}

#[test]
fn the_store_keeps_every_law() {
    let root = TempDir::new().unwrap();
    let made = AtomicUsize::new(0);
    conformance::vector_store::check(|dimension| {
        let number = made.fetch_add(1, Ordering::Relaxed);
        let folder = root.path().join(number.to_string());
        Box::new(EdgeStore::create_or_open(folder, dimension, &encoder()).unwrap())
    });
}

#[test]
fn a_store_on_the_disk_with_smaller_forms_and_indexed_fields_keeps_every_law() {
    let root = TempDir::new().unwrap();
    let made = AtomicUsize::new(0);
    let layout = EdgeLayout {
        vectors_on_disk: true,
        words_on_disk: true,
        graph_on_disk: true,
        quantization: Some(Quantization::Scalar { oversampling: 2.0 }),
    };
    conformance::vector_store::check(|dimension| {
        let number = made.fetch_add(1, Ordering::Relaxed);
        let folder = root.path().join(number.to_string());
        let store = EdgeStore::create_or_open_with(folder, dimension, &encoder(), layout).unwrap();
        store.optimize().unwrap();
        Box::new(store)
    });
}

#[test]
fn the_store_agrees_with_exact_search() {
    let root = TempDir::new().unwrap();
    let store = EdgeStore::create_or_open(root.path(), 32, &encoder()).unwrap();
    let oracle = MemoryStore::new(32, encoder());
    assert!(conformance::vector_store::agrees_with(&oracle, &store) >= 0.95);
}
