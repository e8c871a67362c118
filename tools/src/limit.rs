//! How many entries may be asked for: [`Limit`].

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Deserialize;

/// A number of entries from 1 to 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "u64")]
#[schemars(extend("minimum" = 1, "maximum" = 20))]
pub struct Limit(u64);

/// A number that is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a number from 1 to {MOST}, got {0}")]
pub struct NoLimit(u64);

/// Most entries that may be asked for.
const MOST: u64 = 20;

impl TryFrom<u64> for Limit {
    type Error = NoLimit;

    fn try_from(entries: u64) -> Result<Self, Self::Error> {
        if (1..=MOST).contains(&entries) {
            Ok(Self(entries))
        } else {
            Err(NoLimit(entries))
        }
    }
}

impl From<Limit> for NonZeroUsize {
    fn from(limit: Limit) -> Self {
        usize::try_from(limit.0)
            .ok()
            .and_then(NonZeroUsize::new)
            .unwrap_or(Self::MIN)
    }
}
