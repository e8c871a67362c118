//! The second way: the Hugging Face Hub.
//!
//! The client has no time limits, so it works on a thread of its own and is given up when nothing has come from it for
//! [`PATIENCE`].

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use hf_hub::api::Progress;
use hf_hub::api::sync::{ApiBuilder, ApiError};
use hf_hub::{Cache, Repo, RepoType};

use super::known::{FILES, KnownModel};
use super::way::{Incoming, Way};
use super::{PullError, PullProgress, PullSource, PullStage};

/// How long the Hub may stay silent.
const PATIENCE: Duration = Duration::from_secs(15);

/// The Hub, or a mirror of it.
#[derive(Debug)]
pub(super) struct Hub {
    model: &'static KnownModel,
    endpoint: Option<String>,
    pub(super) patience: Duration,
}

/// What the working thread tells.
enum News {
    Bytes { done: u64, total: u64 },
    Over(Result<Vec<Downloaded>, ApiError>),
}

/// A file of the model, and where it was put.
struct Downloaded {
    file: &'static str,
    path: PathBuf,
}

impl Hub {
    pub(super) fn new(model: &'static KnownModel, endpoint: Option<String>) -> Self {
        Self {
            model,
            endpoint,
            patience: PATIENCE,
        }
    }

    /// Starts the download; its news come out of the receiver.
    fn start(&self, scratch: &Path) -> Result<mpsc::Receiver<News>, PullError> {
        let (sender, receiver) = mpsc::channel();
        let mut builder = ApiBuilder::from_cache(Cache::new(scratch.join("hub")))
            .with_token(None)
            .with_user_agent("upturn", env!("CARGO_PKG_VERSION"));
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_owned());
        }
        let repository = self.model.repository.to_owned();
        thread::Builder::new()
            .name("hub".to_owned())
            .spawn(move || {
                let outcome = download(builder, &repository, &sender);
                // Nobody listens any more if the caller has lost patience.
                let _ = sender.send(News::Over(outcome));
            })?;
        Ok(receiver)
    }
}

impl Way for Hub {
    fn source(&self) -> PullSource {
        PullSource::Hub
    }

    fn fetch(&self, incoming: &Incoming, progress: &dyn PullProgress) -> Result<(), PullError> {
        progress.stage(PullStage::Downloading);
        let news = self.start(&incoming.scratch)?;
        let files = loop {
            match news.recv_timeout(self.patience) {
                Ok(News::Bytes { done, total }) => progress.advanced(done, Some(total)),
                Ok(News::Over(outcome)) => break outcome.map_err(broken)?,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(PullError::HubSilent {
                        seconds: self.patience.as_secs(),
                    });
                }
                Err(error @ RecvTimeoutError::Disconnected) => return Err(broken(error)),
            }
        };
        for Downloaded { file, path } in files {
            fs_err::rename(fs_err::canonicalize(path)?, incoming.place(file)?)?;
        }
        Ok(())
    }
}

fn broken(source: impl std::error::Error + Send + Sync + 'static) -> PullError {
    PullError::Hub {
        source: Box::new(source),
    }
}

/// Downloads those of the model's files that the Hub has, all of one commit.
fn download(
    builder: ApiBuilder,
    repository: &str,
    news: &Sender<News>,
) -> Result<Vec<Downloaded>, ApiError> {
    let api = builder.build()?;
    let info = api.model(repository.to_owned()).info()?;
    let commit = api.repo(Repo::with_revision(
        repository.to_owned(),
        RepoType::Model,
        info.sha,
    ));
    FILES
        .iter()
        .map(|(file, _)| *file)
        .filter(|file| {
            info.siblings
                .iter()
                .any(|sibling| sibling.rfilename == *file)
        })
        .map(|file| {
            let path = commit.download_with_progress(file, Meter::new(news.clone()))?;
            Ok(Downloaded { file, path })
        })
        .collect()
}

/// Counts the bytes of one file.
struct Meter {
    news: Sender<News>,
    done: u64,
    total: u64,
}

impl Meter {
    fn new(news: Sender<News>) -> Self {
        Self {
            news,
            done: 0,
            total: 0,
        }
    }
}

impl Progress for Meter {
    fn init(&mut self, size: usize, _filename: &str) {
        (self.done, self.total) = (0, size as u64);
    }

    fn update(&mut self, size: usize) {
        self.done += size as u64;
        // Nobody listens any more if the caller has lost patience.
        let _ = self.news.send(News::Bytes {
            done: self.done,
            total: self.total,
        });
    }

    fn finish(&mut self) {}
}
