//! How a conversation ended: [`Outcome`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of the deal, as known afterwards.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The buyer converted.
    Won,
    /// The buyer did not.
    Lost,
}

impl Outcome {
    /// The word used in files: `won` or `lost`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// Whether this is [`Outcome::Won`].
    pub const fn is_won(self) -> bool {
        matches!(self, Self::Won)
    }

    /// 1.0 for won, 0.0 for lost: the target of every loss and metric.
    pub const fn target(self) -> f64 {
        match self {
            Self::Won => 1.0,
            Self::Lost => 0.0,
        }
    }
}
