//! What tells one model from another: [`Fingerprint`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A digest, as lower-case hexadecimal, of everything that decides a vector or a prediction.
///
/// Two values with equal fingerprints give equal results; vectors of different fingerprints must not meet in one
/// collection.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Wraps a digest already computed.
    pub fn new(digest: impl Into<String>) -> Self {
        Self(digest.into())
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 characters, for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
