//! What `cargo fuzz` found, and a seed for every reader: all of it once more, by the functions that the targets run.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]
#![allow(
    unreachable_pub,
    missing_docs,
    reason = "the library of the fuzz targets, where it is public"
)]

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::path::{Path, PathBuf};

use fuzz::TARGETS;

/// The cases of a target, by name.
fn cases(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/fuzz")
        .join(target);
    let entries = fs_err::read_dir(folder).unwrap();
    let mut cases: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn no_case_breaks_a_law() {
    for (target, _) in TARGETS {
        let cases = cases(target);
        assert!(!cases.is_empty(), "`{target}` has no seed");
        for case in cases {
            let mut input = fs_err::read(&case).unwrap();
            // As it is, below a low limit, and in pieces.
            for flag in [0, 0x40, 0x80] {
                input[0] ^= flag;
                let result = std::panic::catch_unwind(|| fuzz::run(target, &input));
                assert!(result.is_ok(), "{} with {flag:#x}", case.display());
                input[0] ^= flag;
            }
        }
    }
}

#[test]
fn every_folder_of_cases_is_one_of_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz");
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let is_target = TARGETS
            .iter()
            .any(|(target, _)| *target == entry.file_name());
        assert!(is_target || entry.path().is_file(), "{:?}", entry.path());
    }
}
