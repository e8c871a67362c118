//! What stands beside a cached model, so that a second call need not read its weights: `pulled.json`.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::known::{FILES, WEIGHTS};
use super::{PullProgress, PullSource, PullStage, checksum, way};

/// Name of the marker in a cached folder.
pub(super) const FILE: &str = "pulled.json";

/// What was cached, and from where.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    /// Where the model came from.
    source: PullSource,
    /// Each file by its path in the folder.
    files: BTreeMap<String, Record>,
}

/// What a file was like when its checksum was computed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    bytes: u64,
    /// Nanoseconds since 1970, UTC.
    modified: u64,
    sha256: String,
}

impl Marker {
    /// Reads all of a model's files.
    pub(super) fn of(
        folder: &Path,
        source: PullSource,
        progress: &dyn PullProgress,
    ) -> io::Result<Self> {
        let present = || FILES.iter().filter(|(file, _)| folder.join(file).is_file());
        progress.stage(PullStage::Checking);
        let total = present()
            .map(|(file, _)| way::length(&folder.join(file)))
            .sum();
        let mut count = way::counter(progress, total);
        let mut files = BTreeMap::new();
        for (file, _) in present() {
            let path = folder.join(file);
            let (bytes, modified) = stamp(&path)?;
            let sha256 = checksum::of_file(&path, &mut count)?;
            files.insert(
                (*file).to_owned(),
                Record {
                    bytes,
                    modified,
                    sha256,
                },
            );
        }
        Ok(Self { source, files })
    }

    /// The marker of a cached folder; None where there is none or it cannot be read.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs_err::read(folder.join(FILE)).ok()?).ok()
    }

    /// Puts the marker beside its files.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self).map_err(io::Error::from)?;
        text.push(b'\n');
        fs_err::write(folder.join(FILE), text)
    }

    /// Checksum of the weights.
    pub(super) fn sha256(&self) -> Option<&str> {
        self.files.get(WEIGHTS).map(|record| record.sha256.as_str())
    }

    /// Whether it tells of that file.
    pub(super) fn has(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// Whether every file has the length and the time it had.
    pub(super) fn untouched(&self, folder: &Path) -> bool {
        self.files.iter().all(|(file, record)| {
            stamp(&folder.join(file)).is_ok_and(|now| now == (record.bytes, record.modified))
        })
    }

    /// Whether every file has the length it had.
    pub(super) fn whole(&self, folder: &Path) -> bool {
        self.files.iter().all(|(file, record)| {
            stamp(&folder.join(file)).is_ok_and(|(bytes, _)| bytes == record.bytes)
        })
    }

    /// Whether two markers tell of the same contents, whatever the times.
    pub(super) fn same_contents(&self, other: &Self) -> bool {
        let contents = |marker: &Self| -> Vec<(String, String)> {
            let files = marker.files.iter();
            files
                .map(|(file, record)| (file.clone(), record.sha256.clone()))
                .collect()
        };
        contents(self) == contents(other)
    }

    /// Where the model came from.
    pub(super) fn source(&self) -> PullSource {
        self.source
    }
}

/// Length and time of a file.
fn stamp(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs_err::metadata(path)?;
    let modified = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let nanoseconds = u64::try_from(modified.as_nanos()).unwrap_or(u64::MAX);
    Ok((metadata.len(), nanoseconds))
}
