//! Where pulled models are kept, and how one enters: [`Cache`].
//!
//! `CACHE/NAME/` is a model with its `pulled.json`; `CACHE/.incoming-NAME/` belongs to a call in progress, or was left
//! by one that was killed; `CACHE/.lock` is held while the cache is written.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};

use super::known::{FILES, KnownModel, WEIGHTS};
use super::marker::Marker;
use super::way::{Incoming, Way};
use super::{PullError, PullProgress, PullSource, PullStage, Pulled, folder};

/// Where the model that is being replaced waits, in the incoming folder.
const OLD: &str = "old";

/// The place of one model in the cache.
#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
    name: String,
}

/// Proof that no other call writes the cache; gone when dropped or when the program ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Cache {
    /// Finds the place; writes nothing.
    pub(super) fn open(root: Option<&Path>, name: &str) -> Result<Self, PullError> {
        if !is_name(name) {
            return Err(PullError::InvalidName {
                name: name.to_owned(),
            });
        }
        let root = match root {
            Some(root) => std::path::absolute(root)?,
            None => dirs::cache_dir()
                .ok_or(PullError::NoCacheFolder)?
                .join("upturn")
                .join("models"),
        };
        Ok(Self {
            root,
            name: name.to_owned(),
        })
    }

    /// The model's folder, whether it exists or not.
    pub(super) fn folder(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    fn incoming(&self) -> PathBuf {
        self.root.join(format!(".incoming-{}", self.name))
    }

    /// Waits until nobody else writes the cache.
    pub(super) fn lock(&self, progress: &dyn PullProgress) -> Result<Lock, PullError> {
        fs_err::create_dir_all(&self.root)?;
        let path = self.root.join(".lock");
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        match file.file().try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress.stage(PullStage::Waiting);
                file.file().lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        self.recover()?;
        Ok(Lock { _file: file })
    }

    /// Puts back the model that a killed call had moved aside.
    fn recover(&self) -> io::Result<()> {
        let old = self.incoming().join(OLD);
        if old.exists() && !self.folder().exists() {
            fs_err::rename(old, self.folder())?;
        }
        Ok(())
    }

    /// The model, if it lies here undamaged.
    ///
    /// Reads the weights only if `full` or if a file's time is not the one in the marker.
    pub(super) fn present(
        &self,
        known: Option<&KnownModel>,
        full: bool,
        progress: &dyn PullProgress,
    ) -> Result<Option<Pulled>, PullError> {
        let folder = self.folder();
        let Some(marker) = Marker::read(&folder).filter(|marker| trusted(marker, known)) else {
            return Ok(None);
        };
        if !marker.whole(&folder) {
            return Ok(None);
        }
        if full || !marker.untouched(&folder) {
            let now = Marker::of(&folder, marker.source(), progress)?;
            if !now.same_contents(&marker) {
                return Ok(None);
            }
            // A cache that cannot be written is still a good one; only the next call reads the weights again.
            let _ = now.write(&folder);
        }
        Ok(Some(pulled(folder, PullSource::Cache, &marker)))
    }

    /// Fetches the model by one way, checks it, and puts it in its place.
    pub(super) fn fill(
        &self,
        _lock: &Lock,
        known: Option<&KnownModel>,
        way: &dyn Way,
        progress: &dyn PullProgress,
    ) -> Result<Pulled, PullError> {
        let root = self.incoming();
        remove(&root)?;
        let incoming = Incoming {
            model: root.join("model"),
            scratch: root.join("scratch"),
        };
        fs_err::create_dir_all(&incoming.model)?;
        fs_err::create_dir_all(&incoming.scratch)?;
        let outcome = way
            .fetch(&incoming, progress)
            .and_then(|()| check(&incoming.model, known, way.source(), progress))
            .and_then(|marker| {
                self.replace(&incoming, &root.join(OLD))?;
                Ok(pulled(self.folder(), way.source(), &marker))
            });
        // What cannot be removed now, the next call removes.
        let _ = remove(&root);
        outcome
    }

    /// Puts a checked model in its place; the one before it comes back if that fails.
    fn replace(&self, incoming: &Incoming, old: &Path) -> Result<(), PullError> {
        let folder = self.folder();
        let before = folder.exists();
        if before {
            fs_err::rename(&folder, old)?;
        }
        fs_err::rename(&incoming.model, &folder).or_else(|error| {
            if before {
                fs_err::rename(old, &folder)?;
            }
            Err(error.into())
        })
    }
}

/// Whether a model's folder in the cache can be called so.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(allowed)
}

/// Whether the marker tells of all that a model needs, and of the right weights.
fn trusted(marker: &Marker, known: Option<&KnownModel>) -> bool {
    let right = known.is_none_or(|model| marker.sha256() == Some(model.sha256));
    right && folder::missing(|file| marker.has(file)).is_none()
}

/// Refuses a model that lacks a file, has a broken one, or has other weights; marks the others.
fn check(
    model: &Path,
    known: Option<&KnownModel>,
    source: PullSource,
    progress: &dyn PullProgress,
) -> Result<Marker, PullError> {
    if let Some(file) = folder::missing(|file| model.join(file).is_file()) {
        return Err(PullError::Incomplete { file });
    }
    for (file, _) in FILES {
        readable(model, file)?;
    }
    let marker = Marker::of(model, source, progress)?;
    let got = marker.sha256().unwrap_or_default();
    if let Some(known) = known.filter(|known| known.sha256 != got) {
        return Err(PullError::Checksum {
            file: WEIGHTS,
            expected: known.sha256,
            got: got.to_owned(),
        });
    }
    marker.write(model)?;
    Ok(marker)
}

/// Refuses a JSON file that is there and is none.
fn readable(model: &Path, file: &'static str) -> Result<(), PullError> {
    let path = model.join(file);
    let json = path
        .extension()
        .is_some_and(|extension| extension == "json");
    if !json || !path.is_file() {
        return Ok(());
    }
    match serde_json::from_slice::<serde::de::IgnoredAny>(&fs_err::read(path)?) {
        Ok(_) => Ok(()),
        Err(source) => Err(PullError::Json { file, source }),
    }
}

fn pulled(folder: PathBuf, source: PullSource, marker: &Marker) -> Pulled {
    let sha256 = marker.sha256().unwrap_or_default().to_owned();
    Pulled {
        folder,
        source,
        sha256,
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs_err::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
