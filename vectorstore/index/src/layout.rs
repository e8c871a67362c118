//! How an index is laid out, noted beside its ledger so that a lost store doesn't take that with it: [`of`], [`note`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_vectorstore_edge::{EdgeLayout, EdgeStore};
use upturn_vectorstore_ledger::durable;

use crate::index::LEDGER;

const FILE: &str = "layout.json";

/// As it was noted, else as the store itself says; none where both are lost.
pub(crate) fn of(folder: &Path) -> Option<EdgeLayout> {
    noted(folder).or_else(|| EdgeStore::layout_of(folder))
}

/// Notes what the store says, if it is anything new.
pub(crate) fn note(folder: &Path) -> io::Result<()> {
    match EdgeStore::layout_of(folder) {
        Some(layout) if noted(folder) != Some(layout) => {
            durable::write(&path(folder), &serde_json::to_vec(&layout)?)
        }
        Some(_) | None => Ok(()),
    }
}

fn noted(folder: &Path) -> Option<EdgeLayout> {
    let text = fs_err::read(path(folder)).ok()?;
    serde_json::from_slice(&text).ok()
}

fn path(folder: &Path) -> PathBuf {
    folder.join(LEDGER).join(FILE)
}
