//! What is wrong with a file of label rules: [`LabelError`].

use upturn_core::{Diagnostic, ErrorKind};

/// Why a file of label rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
    /// No TOML, or not the keys and kinds of values that are known.
    #[error("line {line}, column {column} of the label rules: {what}")]
    Form {
        /// Line of the file, from 1.
        line: usize,
        /// Character of that line, from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// A list of stages is empty, or holds an empty name.
    #[error("`stages` in `[{list}]` of the label rules names no stage, or one without a name")]
    NoStages {
        /// `won` or `lost`.
        list: &'static str,
    },
    /// A stage cannot mean both.
    #[error("stage `{stage}` of the label rules is both won and lost")]
    BothEnds {
        /// The stage.
        stage: String,
    },
    /// A number of days without sense.
    #[error(
        "`{key}` of the label rules is {days}, expected 1 to {}",
        LabelError::MOST_DAYS
    )]
    Days {
        /// The key.
        key: &'static str,
        /// What was given.
        days: i64,
    },
    /// `as_of` has a time, or is a day that no calendar has.
    #[error("`as_of` of the label rules is not a day")]
    NotADay,
}

impl LabelError {
    /// A hundred years: more is a slip of the pen.
    pub(crate) const MOST_DAYS: i64 = 36_500;
}

impl Diagnostic for LabelError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Form { .. } => {
                "label rules have `[won]` and `[lost]` with `stages = [\"...\"]`, and may set `calls`, `status`, `horizon_days`, `minimum_age_days` and `as_of` above them"
            }
            Self::NoStages { .. } => "write the names of the stages as the CRM exports them",
            Self::BothEnds { .. } => "upper and lower case do not tell stages apart",
            Self::Days { .. } => "leave the key out to switch the rule off",
            Self::NotADay => "write a day without quotation marks, like 2026-11-22",
        };
        Some(hint.to_owned())
    }
}
