//! What happened in a call, measured and cited.
//!
//! [`Meter`] takes the [`Measures`] of a prefix: talk share, monologues, questions, next step, price, objections, … each
//! with its turns.
//!
//! [`Agreement`] says how well a detector agrees with people.
//!
//! Not here: probabilities (`upturn-predict`), vectors and stores (a detector by vectors comes as an
//! [`ObjectionDetector`]), and any judgement of a person.

mod agreement;
mod estimate;
mod measures;
mod resampling;
mod text;

pub use agreement::{Agreement, Rating};
pub use estimate::Estimate;
pub use measures::{
    Agreed, Answer, Asked, Competitor, Decision, Hesitation, Interactivity, MeasureKind,
    MeasureName, Measures, Meter, Monologue, NextStep, Objection, ObjectionDetector, ObjectionKind,
    Patience, Pricing, Question, QuestionKind, Questions, Sentiment, Silence, Talk, WordObjections,
};
