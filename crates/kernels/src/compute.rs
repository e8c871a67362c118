//! How to compute: [`Compute`].

use crate::Level;

/// Which instructions, and how many cores. Changes the speed of a result, not the result (but for rounding between
/// levels).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compute {
    pub(crate) level: Level,
    pub(crate) threads: bool,
}

impl Compute {
    /// The best instructions of this machine, and all threads of the current rayon pool.
    pub fn parallel() -> Self {
        Self {
            level: Level::best(),
            threads: true,
        }
    }

    /// The best instructions, on the calling thread alone: for callers that are parallel themselves.
    pub fn serial() -> Self {
        Self {
            level: Level::best(),
            threads: false,
        }
    }

    /// The same at another level, for tests and measurements.
    ///
    /// # Panics
    ///
    /// If the machine does not have the level.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        assert!(
            Level::here().contains(&level),
            "{level:?} is not on this machine"
        );
        Self { level, ..self }
    }
}
