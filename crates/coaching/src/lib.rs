//! What happened in a call, measured, compared and cited.
//!
//! - [`Meter`] takes the [`Measures`] of a prefix: talk share, monologues, questions, next step, price, objections, … each
//!   with its turns.
//! - [`Reference`] says where a measure stands among won and among lost calls of the same stage and trade.
//! - [`Rules`] warn, with evidence; [`RuleLift`] says what a warning was worth on labelled calls.
//! - [`Agreement`] says how well a detector agrees with people.
//!
//! ```text
//!  Prefix ─▶ Meter ─▶ Measures ─┬─▶ Reference::standing ─▶ quantile among won, among lost, with intervals
//!                               └─▶ Rules::judge ────────▶ warnings with their turns ─▶ Rules::lift
//! ```
//! - [`Explanation`] puts all of it in sentences that cite their evidence, as text, Markdown, JSON or a page.
//! - [`Trajectory`], [`WhatMovedIt`] and [`ComparableCalls`] say how a prediction came about.
//!
//! Not here: how probabilities are learnt (`upturn-predict`), the encoder and the store (they come as contracts; a detector by
//! vectors as an [`ObjectionDetector`]), files (the caller reads the text of the rules), and any judgement of a person.

mod agreement;
mod coach;
mod comparison;
mod estimate;
mod explanation;
mod faithfulness;
mod inquiry;
mod labelled;
mod measures;
mod moved;
mod reference;
mod resampling;
#[cfg(test)]
mod sample;
mod scorecards;
mod telling;
mod text;
mod trackers;
mod trajectory;
mod warnings;
mod written;

pub use agreement::{Agreement, Rating};
pub use coach::{Coach, CoachError};
pub use comparison::{AlignedMoments, ComparableCall, ComparableCalls, PairOfCalls, Parting};
pub use estimate::Estimate;
pub use explanation::{
    About, Citation, CitedSentence, EvidenceId, EvidenceIdError, Explanation, ExplanationParts,
    NeighbourShare, NeighbourShares, Reason, Rephrased, Source,
};
pub use faithfulness::{Deletion, Faithfulness};
pub use inquiry::{CitedAnswer, Inquiry, LookedFor};
pub use labelled::LabelledCall;
pub use measures::{
    Agreed, Answer, Asked, Competitor, Decision, Hesitation, Interactivity, LastOffer, LastOffers,
    MeasureKind, MeasureName, Measures, Meter, Monologue, NextStep, Objection, ObjectionDetector,
    ObjectionKind, Patience, Pricing, PrototypeObjections, Question, QuestionKind, Questions,
    Sentiment, Silence, Talk, WordObjections,
};
pub use moved::{Moved, WhatMovedIt};
pub use reference::{Among, Reference, Scope, Spread, Standing, TooFew};
pub use scorecards::{
    CallFacts, HumanFile, HumanRowError, HumanRowFault, HumanScores, KnownNames, QuestionAgreement,
    Rubric, RubricAgreement, RubricError, RubricFault, ScoreAgreement, ScorePair, Scorecard,
    ScoredAnswer, Unanswered, WhyUnanswered,
};
pub use trackers::{
    Background, Tracked, TrackerConfig, TrackerError, TrackerFault, TrackerHit, TrackerQuality,
    Trackers, TrackersConfig, TrackersError,
};
pub use trajectory::{Trajectory, Waypoint};
pub use warnings::{
    Cite, CitedValue, ComparisonFault, Judgement, RuleFault, RuleLift, Rules, RulesError, Unjudged,
    Warning,
};
pub use written::{FileError, FileFault, WrittenFault};

#[cfg(test)]
mod tests;
