//! Vectors, neighbours, words, shape and metadata to one calibrated probability.
//!
//! Five parts each give a logit: [`Lexicon`] (which words were said by whom; and what each sentence says by itself, where
//! [`PredictorConfig::sentences_c`] asks for it), a [`LinearModel`] over [averages](pooled)
//! of the turns (the head), [`Neighbours`] (how the nearest calls ended), a [`LinearModel`] over the
//! [`Shape`], the [`Amounts`] and the [`CallActs`](upturn_acts::CallActs), and one over the [`MetadataColumns`] (what is known of the deal). A [`Blend`] fitted to out-of-fold logits weighs them, [`Calibration`] calibrates, [`VennAbers`] says between
//! which probabilities the truth is expected, [`ConformalSets`] which outcomes can't be ruled out, [`DoubtRules`] whom nobody
//! should act on, and the printed parts add up to the logit. All that is fitted twice: for
//! calls that go on and for calls that are over ([`Stage`]).
//!
//! ```text
//!  examples ─▶ Parts::fit ─────────────────────────────────────┐
//!  examples without a fold ─▶ Parts::fit ─▶ logits of the fold ─▶ OutOfFold ─▶ Combination::fit
//!                                                              └─▶ FittedPredictor ─▶ ConversionPredictor
//! ```
//!
//! A call that goes on is a [`Live`]: from turn to turn only what is new is embedded and looked up ([`Heard`]).
//!
//! Not here: tensors (the encoder comes as [`upturn_core::MomentEncoder`]), a store (it comes as
//! [`upturn_core::Retriever`]), files (serde gives the form, the caller the place, of scratch files too: [`Room`]), and the loop over folds.

mod alerts;
mod amounts;
mod bands;
mod bisection;
mod blend;
mod calibration;
mod combination;
mod config;
mod conformal;
mod contributions;
mod doubts;
mod error;
mod file;
mod folds;
mod heard;
mod hearing;
mod interval;
mod lbfgs;
mod linear;
mod live;
mod metadata_columns;
mod neighbours;
mod non_negative;
mod offers;
mod part_set;
mod parts;
mod platt;
mod pooling;
mod predictor;
mod ranges;
mod room;
mod said;
mod segments;
mod shape;
mod shelf;
mod softplus;
mod solver;
mod stage;
mod tokens;
mod vectors;
mod wilson;
mod words;

pub use alerts::{
    AlertChange, AlertPolicy, AlertReport, AlertSearch, AlertWatch, FollowedCall, LeadTime,
    TunedAlerts,
};
pub use amounts::Amounts;
pub use blend::{Blend, PartLogits};
pub use calibration::{
    BetaCalibration, Calibration, CalibrationChoice, CalibrationMethod, CandidateLoss,
    IsotonicCalibration, PlattByTurns, Temperature,
};
pub use combination::{BaseRate, Combination, OutOfFold};
pub use config::{NeighboursConfig, PredictorConfig};
pub use conformal::{COVERAGES, ConformalBands, ConformalSets};
pub use contributions::{Contributions, VoterLogit};
pub use doubts::DoubtRules;
pub use error::PredictError;
pub use file::PredictorFile;
pub use heard::Heard;
pub use interval::{Scored, VennAbers};
pub use linear::{LinearModel, LinearRows};
pub use live::{Live, LiveError};
pub use metadata_columns::MetadataColumns;
pub use neighbours::{NearMoments, Neighbours, Vote, VoteShares};
pub use offers::{Offer, Offers};
pub use part_set::{LearntPart, PartSet};
pub use parts::{Example, Lesson, Parts};
pub use platt::Platt;
pub use pooling::{AVERAGES, pooled, turn_weights};
pub use predictor::{ConversionPredictor, FittedPredictor};
pub use room::{Room, ScratchFiles};
pub use segments::{
    LEAST_CALLS, PersonCall, RankedPerson, SegmentCall, SegmentCheck, SegmentFit, TooFewCalls,
    ranked, segments,
};
pub use shape::Shape;
pub use stage::{FittedStage, Stage};
pub use wilson::Share;
pub use words::{Lexicon, TermLogit, WordsExample, sentences_gain};
