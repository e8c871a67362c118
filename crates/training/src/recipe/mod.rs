//! What to learn from how many labelled calls: [`Recipe`], and how it came to be chosen, [`RecipeChoice`].
//!
//! Few labels can't carry what many can. The program counts them, takes the recipe that they bear, and says which and
//! why; who knows better may ask for another.

mod choice;
mod distilled;
mod few;
mod labels;
mod settings;

pub use choice::{RecipeChoice, RecipeReason};
pub use labels::Labels;

pub(crate) use few::{LEAST_GROUPS, LEAST_LABELS, leave_one_group_out};

use std::fmt;

use serde::{Deserialize, Serialize};

/// With fewer labelled calls than this, an encoder is not fine-tuned, and neither words nor head nor shape are fitted.
///
/// Tunstall et al., "Efficient Few-Shot Learning Without Prompts" (2022, arXiv 2209.11055), fine-tune on 8 and on 64
/// sentences a class. Their sentences name their class in every word; a call's outcome is decided in a few of its turns, so
/// the bound lies between their two settings, and is a judgement and no measurement.
pub const FEW_LABELS: usize = 50;

/// With more labelled calls than this, outcomes are learnt directly.
///
/// In the same paper contrastive pairs gain most over plain fine-tuning where labels are fewest. Pairs grow with the square
/// of the labels and say less and less that is new. The bound is a judgement, too.
pub const MANY_LABELS: usize = 500;

/// What is learnt, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipe {
    /// The encoder stays as it is; the base rate and the nearest calls speak, and nothing else. From two calls of each
    /// outcome on.
    #[serde(rename = "few")]
    FewLabels,
    /// The encoder learns to set won calls apart from lost ones, batch by batch; then all parts are fitted.
    Contrastive,
    /// The encoder learns the outcomes, with a little contrast; then all parts are fitted.
    Joint,
    /// The encoder stays as it is; all parts are fitted.
    Frozen,
}

impl Recipe {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::FewLabels,
        Self::Contrastive,
        Self::Joint,
        Self::Frozen,
    ];

    /// The word used in files and options, the same as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FewLabels => "few",
            Self::Contrastive => "contrastive",
            Self::Joint => "joint",
            Self::Frozen => "frozen",
        }
    }

    /// Whether the encoder learns.
    pub const fn fine_tunes(self) -> bool {
        match self {
            Self::Contrastive | Self::Joint => true,
            Self::FewLabels | Self::Frozen => false,
        }
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
