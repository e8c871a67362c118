//! What is wrong with a rubric: [`RubricError`].

use crate::ComparisonFault;
use crate::written::{FileError, FileFault, WrittenFault};

/// A rubric that cannot be used, with the place of the fault.
pub type RubricError = FileError<RubricFault>;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RubricFault {
    /// What may be wrong with any file.
    #[error(transparent)]
    Written(#[from] WrittenFault),
    /// Nothing is asked.
    #[error("the rubric asks nothing, expected a `[[question]]`")]
    NoQuestion,
    /// A question that looks at nothing, or at two things.
    #[error("expected one of `measure`, `metadata`, `rule`, `tracker` in a question, got {got}")]
    Subject {
        /// How many there are.
        got: usize,
    },
    /// A rule or a tracker that there is not.
    #[error("there is no {kind} `{got}`, expected {}", one_of(expected))]
    Unknown {
        /// `rule` or `tracker`.
        kind: &'static str,
        /// What was written.
        got: String,
        /// Those there are.
        expected: Vec<String>,
    },
    /// It is not said what is good, or twice.
    #[error("expected either `bands` or one comparison such as `at_least` in a question")]
    Bands,
    /// A comparison that is none, or that never holds.
    #[error(transparent)]
    Comparison(#[from] ComparisonFault),
    /// Points that cannot be given.
    #[error("`points` is out of range, expected a number {expected}")]
    Points {
        /// Which.
        expected: &'static str,
    },
}

/// As the parser lists what it expected.
fn one_of(names: &[String]) -> String {
    match names {
        [] => "none: there are none".to_owned(),
        names => format!("one of `{}`", names.join("`, `")),
    }
}

impl FileFault for RubricFault {
    const FILE: &'static str = "rubric";

    fn hint(&self) -> String {
        "a question is `[[question]]` with `name`, `asks`, and how it is scored, like `measure = \"seller_questions\"` with \
        `bands = [{ at_least = 4, points = 2 }, { at_least = 2, points = 1 }]`"
            .to_owned()
    }
}
