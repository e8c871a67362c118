//! What a collection remembers about itself: [`Sidecar`], the file `upturn.json`.

use std::io::{self, Write};
use std::path::Path;

use fs_err::File;
use serde::{Deserialize, Serialize};
use upturn_core::Fingerprint;

use crate::{EdgeLayout, EdgeStoreError, EngineError};

const FILE: &str = "upturn.json";
/// Since 2 a point has two vectors, one of them of words; another version was written by another upturn.
const VERSION: u32 = 2;

/// Whose vectors are in the folder, how long they are and how they are kept.
///
/// Written once, into a folder that nobody sees yet, and never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sidecar {
    version: u32,
    pub(crate) dimension: usize,
    pub(crate) fingerprint: Fingerprint,
    #[serde(default)]
    pub(crate) layout: EdgeLayout,
}

impl Sidecar {
    pub(crate) fn new(dimension: usize, fingerprint: Fingerprint, layout: EdgeLayout) -> Self {
        Self {
            version: VERSION,
            dimension,
            fingerprint,
            layout,
        }
    }

    /// What `folder` remembers; an error if it is no collection.
    pub(crate) fn read(folder: &Path) -> Result<Self, EdgeStoreError> {
        let text = match fs_err::read(folder.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(absent(folder.to_owned()));
            }
            Err(source) => {
                let folder = folder.to_owned();
                return Err(EdgeStoreError::Io { folder, source });
            }
        };
        let damaged = |reason: String| EdgeStoreError::Damaged {
            folder: folder.to_owned(),
            source: EngineError::new(format!("`{FILE}`: {reason}")),
        };
        let sidecar: Self =
            serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if sidecar.version != VERSION {
            let reason = format!("version {} instead of {VERSION}", sidecar.version);
            return Err(damaged(reason));
        }
        Ok(sidecar)
    }

    /// Writes the file and waits until it is on the disk.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut file = File::create_new(folder.join(FILE))?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()
    }
}

fn absent(folder: std::path::PathBuf) -> EdgeStoreError {
    if folder.exists() {
        EdgeStoreError::NotACollection { folder }
    } else {
        EdgeStoreError::NotFound { folder }
    }
}
