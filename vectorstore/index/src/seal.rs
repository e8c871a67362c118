//! Check sums of a folder that was closed in order: [`Seal`].

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::File;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use upturn_vectorstore_ledger::durable;
use walkdir::WalkDir;
use xxhash_rust::xxh3::Xxh3;

use crate::index::LEDGER;

const FILE: &str = "seal.json";

/// What the engine's files were when the index was closed, and what the ledger said then.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Seal {
    revision: u64,
    /// Check sum (xxh3) by path within the folder.
    files: BTreeMap<PathBuf, String>,
}

impl Seal {
    /// That of the folder as it is.
    pub(crate) fn of(folder: &Path, revision: u64) -> io::Result<Self> {
        let files: Vec<PathBuf> = files(folder)?;
        let sum = |path: &PathBuf| {
            let name = path.strip_prefix(folder).unwrap_or(path).to_owned();
            Ok((name, check_sum(path)?))
        };
        let files = files.par_iter().map(sum).collect::<io::Result<_>>()?;
        Ok(Self { revision, files })
    }

    /// Whether the files are those of `other`.
    pub(crate) fn has_files_of(&self, other: &Self) -> bool {
        self.files == other.files
    }

    /// What the ledger had come to.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The one that was written, if any; one that can't be read is none.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let text = fs_err::read(path(folder)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        durable::write(&path(folder), &serde_json::to_vec(self)?)
    }

    /// Breaks the seal: the folder is about to change.
    pub(crate) fn break_open(folder: &Path) -> io::Result<()> {
        match fs_err::remove_file(path(folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(LEDGER).join(FILE)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let ledger = folder.join(LEDGER);
    let inside = WalkDir::new(folder)
        .into_iter()
        .filter_entry(|entry| entry.path() != ledger);
    let mut files = Vec::new();
    for entry in inside {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn check_sum(path: &Path) -> io::Result<String> {
    let mut hash = Xxh3::new();
    let mut file = File::open(path)?;
    let mut bytes = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut bytes)? {
            0 => return Ok(format!("{:016x}", hash.digest())),
            read => hash.update(bytes.get(..read).unwrap_or_default()),
        }
    }
}
