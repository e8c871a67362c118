//! How a call is scored by questions that users write: [`Rubric`], the [`Scorecard`] it gives, and how well that agrees with
//! scores by people ([`RubricAgreement`]).
//!
//! ```text
//!  TOML ─▶ Rubric ─▶ score(CallFacts) ─▶ Scorecard: answers with turns, what could not be answered, points
//!                                             └─▶ RubricAgreement with HumanScores
//! ```
//!
//! A score says how a call was led by the rubric's own lights: it is no probability, and it ranks no person.

mod agreement;
mod card;
mod error;
mod facts;
mod file;
mod human;
mod human_file;
mod known;
mod question;
mod rubric;

#[cfg(test)]
mod tests;

pub use agreement::{ScoreAgreement, ScorePair};
pub use card::{Scorecard, ScoredAnswer, Unanswered, WhyUnanswered};
pub use error::{RubricError, RubricFault};
pub use facts::CallFacts;
pub use human::{HumanScores, QuestionAgreement, RubricAgreement};
pub use human_file::{HumanFile, HumanRowError, HumanRowFault};
pub use known::KnownNames;
pub use rubric::Rubric;
