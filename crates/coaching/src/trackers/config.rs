//! What a tracker is to find: [`TrackerConfig`].

use std::fmt;

use upturn_core::{Probability, Speaker};

use super::TrackersError;
use super::file;

/// One tracker as its user describes it. `Debug` shows how many examples there are, not what they say.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct TrackerConfig {
    /// Its name, unique in its file.
    pub name: String,
    /// Which side says it. Both by default.
    pub side: Option<Speaker>,
    /// Sentences it should match; at least [`LEAST_EXAMPLES`](Self::LEAST_EXAMPLES), no two alike.
    pub examples: Vec<String>,
    /// Sentences it should not match although they are near. None by default.
    pub counter_examples: Vec<String>,
    /// From which probability on a sentence is a hit. 0.5 by default.
    pub at_least: Probability,
    /// How many of the sentences of that side are expected to match, as a share. 0.1 by default.
    pub rate: Probability,
}

impl TrackerConfig {
    /// Fewest examples: with fewer, leaving one out changes what is looked for.
    pub const LEAST_EXAMPLES: usize = 5;
}

impl fmt::Debug for TrackerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackerConfig")
            .field("name", &self.name)
            .field("examples", &self.examples.len())
            .field("counter_examples", &self.counter_examples.len())
            .finish_non_exhaustive()
    }
}

/// The trackers of a file, in its order.
///
/// ```
/// use upturn_coaching::TrackersConfig;
///
/// let written = TrackersConfig::from_toml(
///     r#"
/// [[tracker]]
/// name = "pilot"                                            # unique
/// side = "buyer"                                            # or "seller"; both if left out
/// examples = [                                              # at least 5
///   "Could we try it for a month first?",
///   "Is there a free trial?",
///   "We would want to run a pilot with one team.",
///   "Can we test it before we sign?",
///   "I'd like to start with a small proof of concept.",
/// ]
/// counter_examples = ["We tried something like it last year."]
/// at_least = 0.6                                            # probability, 0.5 if left out
/// rate = 0.02                                               # expected share of the sentences, 0.1 if left out
/// "#,
/// )?;
/// assert_eq!(written.trackers.first().map(|it| it.examples.len()), Some(5));
///
/// let few = TrackersConfig::from_toml("[[tracker]]\nname = \"a\"\nexamples = [\"Is there a trial?\"]");
/// let said = few.map_err(|error| error.to_string()).err().unwrap_or_default();
/// assert_eq!(said, "line 3, column 12 of the trackers: 1 example, expected at least 5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TrackersConfig {
    /// Each of them.
    pub trackers: Vec<TrackerConfig>,
}

impl TrackersConfig {
    /// A file to begin with, its form explained; a test proves that it is sound.
    pub const EXAMPLE: &str = include_str!("example.toml");

    /// Reads a file of trackers.
    ///
    /// # Errors
    ///
    /// [`TrackersError`] with the line, the column and what was expected.
    pub fn from_toml(text: &str) -> Result<Self, TrackersError> {
        file::read(text, &[])
    }

    /// The same, where only these names may be given.
    pub(crate) fn named_from_toml(
        text: &str,
        known: &[&'static str],
    ) -> Result<Self, TrackersError> {
        file::read(text, known)
    }
}
