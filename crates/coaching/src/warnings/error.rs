//! What is wrong with a file of rules: [`RulesError`].

use super::ComparisonFault;
use crate::written::{FileError, FileFault, WrittenFault};

/// A file of rules that cannot be used, with the place of the fault.
pub type RulesError = FileError<RuleFault>;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFault {
    /// What may be wrong with any file.
    #[error(transparent)]
    Written(#[from] WrittenFault),
    /// A rule that would hold of every call.
    #[error("the rule has no condition, expected one in `all` or in `any`")]
    NoCondition,
    /// A condition on nothing, or on two things.
    #[error("expected either `measure` or `metadata` in a condition")]
    Subject,
    /// A comparison that is none, or that never holds.
    #[error(transparent)]
    Comparison(#[from] ComparisonFault),
}

impl FileFault for RuleFault {
    const FILE: &'static str = "rules";

    fn hint(&self) -> String {
        "a rule is `[[rule]]` with `name`, `says` and conditions like `all = [{ measure = \"talk_share\", above = 0.7 }]`"
            .to_owned()
    }
}
