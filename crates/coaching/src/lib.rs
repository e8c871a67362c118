//! What happened in a call, measured and cited.
//!
//! [`Meter`] takes the [`Measures`] of a prefix: talk share, monologues, questions, next step, price, objections, … each
//! with its turns.
//!
//! Not here: probabilities (`upturn-predict`), vectors and stores (a detector by vectors comes as an
//! [`ObjectionDetector`]), and any judgement of a person.

mod measures;
mod text;

pub use measures::{
    Agreed, Answer, Asked, Competitor, Decision, Hesitation, Interactivity, MeasureKind,
    MeasureName, Measures, Meter, Monologue, NextStep, Objection, ObjectionDetector, ObjectionKind,
    Patience, Pricing, Question, QuestionKind, Questions, Sentiment, Silence, Talk, WordObjections,
};
