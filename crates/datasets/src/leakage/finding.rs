//! What looks like a leak: [`Finding`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Auc, Concentration};

/// Something that tells the outcome and should not.
///
/// Display: one sentence. Phrases and words in it occur in many accounts; nothing that one person said is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// A column predicts the outcome better than anything knowable at call time should.
    Column {
        /// Its name; of a field of `extra` the path (`crm.score`).
        column: String,
        /// How well it does alone.
        auc: Auc,
    },
    /// A word, value or phrase stands almost only in one class.
    Word {
        /// Where it stands.
        place: WordPlace,
        /// What it is; `(missing)` and `(present)` are about the whole column.
        word: String,
        /// Whether it names an outcome.
        is_label: bool,
        /// How it is spread.
        spread: Concentration,
    },
    /// A bag of words tells the outcome too well to be true.
    Words {
        /// How well, by part of the calls.
        auc: WordsAuc,
    },
}

/// Where a word stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WordPlace {
    /// In the last turns.
    Closing,
    /// In the id of the call.
    Id,
    /// In the name of its file or the two folders above it.
    Path,
    /// In a value of a column.
    Column(String),
}

/// How well a bag of words tells the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WordsAuc {
    /// From all turns.
    pub whole: Auc,
    /// From the closing turns alone.
    pub closing: Auc,
    /// From all turns before them.
    pub earlier: Auc,
}

impl fmt::Display for WordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closing => f.write_str("the closing turns"),
            Self::Id => f.write_str("the ids"),
            Self::Path => f.write_str("the file names"),
            Self::Column(column) => write!(f, "column `{column}`"),
        }
    }
}

impl fmt::Display for Auc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} [{:.3}, {:.3}]", self.value, self.low, self.high)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column { column, auc } => {
                write!(
                    f,
                    "column `{column}` alone tells the outcome with an AUC of {auc}"
                )
            }
            Self::Word {
                place,
                word,
                spread,
                ..
            } => write!(
                f,
                "`{word}` stands in {place} of {:.1} % of the accounts won and {:.1} % of those lost",
                100.0 * spread.share_won,
                100.0 * spread.share_lost
            ),
            Self::Words { auc } => write!(
                f,
                "a bag of words tells the outcome with an AUC of {}: {} from the closing turns, {} from those before",
                auc.whole, auc.closing, auc.earlier
            ),
        }
    }
}

impl Finding {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Column { .. }
            | Self::Word {
                place: WordPlace::Column(_),
                ..
            } => "leave the column out unless its value was there before the call",
            Self::Word {
                place: WordPlace::Closing,
                ..
            } => {
                "cut the turns that were written after the outcome was known, or learn from prefixes only"
            }
            Self::Word {
                place: WordPlace::Id | WordPlace::Path,
                ..
            } => "rename the calls before anything is learned from their names",
            Self::Words { .. } => {
                "look at the closing turns of both classes: text that was made with the label at hand is no evidence"
            }
        }
    }
}
