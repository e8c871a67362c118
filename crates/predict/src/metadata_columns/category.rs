//! Fields whose values are names: [`Category`].

use serde::{Deserialize, Serialize};
use upturn_core::Metadata;

/// A field of the metadata that has one of several names. None of them names a deal or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Category {
    Stage,
    Industry,
    Source,
    Language,
}

impl Category {
    pub(super) const ALL: [Self; 4] = [Self::Stage, Self::Industry, Self::Source, Self::Language];

    /// The word used in files.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Industry => "industry",
            Self::Source => "source",
            Self::Language => "language",
        }
    }

    /// The value without space around it, in lower case; none where nothing is left.
    pub(super) fn of(self, metadata: &Metadata) -> Option<String> {
        let value = match self {
            Self::Stage => &metadata.stage,
            Self::Industry => &metadata.industry,
            Self::Source => &metadata.source,
            Self::Language => &metadata.language,
        };
        let plain = value.as_ref()?.trim().to_lowercase();
        (!plain.is_empty()).then_some(plain)
    }
}
