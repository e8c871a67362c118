//! The answers to a rubric: [`Scorecard`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cite, CitedValue};

/// How a call was scored.
///
/// # Laws
///
/// - **No silent zero.** What could not be answered counts neither for nor against; it stands in `unanswered` with the reason.
/// - **Bounds.** `lowest <= score <= highest`, in shares of all points, with what is unanswered as nothing and as all;
///   `score` itself is of what was answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scorecard {
    /// Answered questions, in the order of the rubric.
    pub answers: Vec<ScoredAnswer>,
    /// The others, in their order.
    pub unanswered: Vec<Unanswered>,
    /// Points given.
    pub points: f64,
    /// Points that the answered questions could give.
    pub most: f64,
    /// Share of the points that could be given, 0 to 1; `None` if nothing was answered.
    pub score: Option<f64>,
    /// Share of the rubric's points that could be answered, 0 to 1.
    pub answered: f64,
    /// The score if all that is unanswered gave nothing.
    pub lowest: f64,
    /// The score if all that is unanswered gave everything.
    pub highest: f64,
}

impl Scorecard {
    pub(super) fn of(answers: Vec<ScoredAnswer>, unanswered: Vec<Unanswered>) -> Self {
        let points = total(answers.iter().map(|it| it.points));
        let most = total(answers.iter().map(|it| it.most));
        let open = total(unanswered.iter().map(|it| it.most));
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        Self {
            points,
            most,
            score: (most > 0.0).then(|| points / most),
            answered: share(most, most + open),
            lowest: share(points, most + open),
            highest: share(points + open, most + open),
            answers,
            unanswered,
        }
    }
}

/// The sum; of nothing 0, where `sum` gives -0.
fn total(points: impl Iterator<Item = f64>) -> f64 {
    points.fold(0.0, |sum, it| sum + it)
}

/// A question and what it gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoredAnswer {
    /// Its name.
    pub question: String,
    /// What it asks.
    pub asks: String,
    /// Points given.
    pub points: f64,
    /// The most it can give.
    pub most: f64,
    /// What was found.
    pub value: CitedValue,
    /// What that rests on; never empty.
    pub evidence: Vec<Cite>,
    /// What to do better, where points are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// A question without an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unanswered {
    /// Its name.
    pub question: String,
    /// What it asks.
    pub asks: String,
    /// The most it can give.
    pub most: f64,
    /// Why.
    #[serde(flatten)]
    pub why: WhyUnanswered,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "because", rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhyUnanswered {
    /// It needs what is not known of this call.
    NotKnown {
        /// Measures and fields of the metadata.
        missing: Vec<String>,
    },
    /// It can be answered only at the end.
    CallGoesOn,
    /// There is no such rule.
    NoRule {
        /// Its name.
        rule: String,
    },
    /// No such tracker has looked.
    NoTracker {
        /// Its name.
        tracker: String,
    },
    /// The value is none that the question compares.
    OtherKind {
        /// The measure, or the field of the metadata.
        about: String,
        /// Its value.
        value: CitedValue,
    },
}

impl fmt::Display for WhyUnanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotKnown { missing } => write!(f, "needs {}", missing.join(", ")),
            Self::CallGoesOn => f.write_str("the call goes on"),
            Self::NoRule { rule } => write!(f, "no rule is named {rule}"),
            Self::NoTracker { tracker } => write!(f, "no tracker named {tracker} has looked"),
            Self::OtherKind { about, value } => {
                write!(f, "{about} is {value}, which the question does not compare")
            }
        }
    }
}
