//! What is wrong with a file of rules: [`RulesError`].

use upturn_core::{Diagnostic, ErrorKind};

use crate::MeasureName;

/// A file of rules that cannot be used, with the place of the fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the rules: {fault}")]
pub struct RulesError {
    /// The line, from 1.
    pub line: usize,
    /// Character of that line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub fault: RuleFault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFault {
    /// It is not TOML, or not the form of a file of rules.
    #[error("{what}")]
    Form {
        /// What the parser says.
        what: String,
    },
    /// A name or a text that is blank.
    #[error("`{key}` is empty")]
    Empty {
        /// Which.
        key: &'static str,
    },
    /// Two rules have one name.
    #[error("`name` stands twice, expected another name for each rule")]
    Twice,
    /// A rule that would hold of every call.
    #[error("the rule has no condition, expected one in `all` or in `any`")]
    NoCondition,
    /// A condition on nothing, or on two things.
    #[error("expected either `measure` or `metadata` in a condition")]
    Subject,
    /// A condition that compares with nothing, or twice.
    #[error(
        "expected one of `at_least`, `at_most`, `above`, `below`, `is`, `equals` in a condition, got {got}"
    )]
    Comparisons {
        /// How many there are.
        got: usize,
    },
    /// A comparison that never holds.
    #[error("`{measure}` is {is}, expected {expected}")]
    Kind {
        /// The measure.
        measure: MeasureName,
        /// What it is.
        is: &'static str,
        /// What it can be compared by.
        expected: &'static str,
    },
    /// A limit that is no number.
    #[error("a limit is not finite, expected a number")]
    NotFinite,
}

impl Diagnostic for RulesError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let form = "a rule is `[[rule]]` with `name`, `says` and conditions like `all = [{ measure = \"talk_share\", above = 0.7 }]`";
        Some(form.to_owned())
    }
}
