//! Where a call stands in a split: [`SplitPart`].

use std::fmt;

use serde::{Serialize, Serializer};

/// The part of a split that a call is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SplitPart {
    /// Learned from.
    Train,
    /// Chosen and calibrated on.
    Validation,
    /// Measured on, once.
    Test,
    /// In the fold of this number, from 0: tested on in the round of that number, trained on in the others.
    Fold(u16),
    /// Open: kept for prediction, in no other part.
    Unlabelled,
    /// Labelled, but not to be used.
    SetAside(Aside),
}

/// Why a labelled call is in none of the parts that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aside {
    /// It has no date, and the split is by time.
    NoDate,
    /// It lies in the gap before the next part.
    Gap,
    /// Its outcome became known when the next part had begun.
    LateOutcome,
    /// Its group has calls in a later part.
    Straddling,
}

impl SplitPart {
    /// Whether a model learns from it in this round: `Train`, or a fold of another number. A holdout has round 0 only.
    pub const fn is_trained_on(self, round: u16) -> bool {
        match self {
            Self::Train => true,
            Self::Fold(fold) => fold != round,
            Self::Validation | Self::Test | Self::Unlabelled | Self::SetAside(_) => false,
        }
    }
}

impl fmt::Display for SplitPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
            Self::Fold(fold) => return write!(f, "fold_{fold}"),
            Self::Unlabelled => "unlabelled",
            Self::SetAside(Aside::NoDate) => "set_aside_no_date",
            Self::SetAside(Aside::Gap) => "set_aside_gap",
            Self::SetAside(Aside::LateOutcome) => "set_aside_late_outcome",
            Self::SetAside(Aside::Straddling) => "set_aside_straddling",
        };
        f.write_str(word)
    }
}

impl Serialize for SplitPart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
