//! How good predictions are, how sure that is, and whether they are better than another method's.
//!
//! A [`Metric`] turns [`Predictions`] into one number; [`estimate`] gives it an interval by a [`Bootstrap`] over groups;
//! [`compare`] pairs two methods conversation by conversation, and a [`Verdict`] says what may be said of the difference.
//! [`Runs`] do the same for several seeds at once. [`RetrievalQuality`] measures lists of comparable calls, [`Trust`] sets
//! and doubts, a [`LearningCurve`] says what more labels would buy, and a [`Report`] holds all of it as Markdown, JSON and one HTML page.
//!
//! A [`PredictionTable`] reads the predictions of other methods from a CSV file, [`write_predictions`] writes ours in the
//! same shape, and [`cross_validate`] collects out-of-fold values on given folds.
//!
//! This crate is *not* the place where anything is fitted: it sees probabilities and outcomes only.
//!
//! ```
//! use upturn_core::{ConversationId, Probability};
//! use upturn_eval::{Bootstrap, Metric, Predictions, Row, estimate};
//!
//! let rows = [(0.9, true), (0.2, false), (0.7, true), (0.6, false)];
//! let rows = rows.iter().enumerate().map(|(place, &(probability, won))| {
//!     Ok(Row {
//!         id: ConversationId::new(format!("call-{place}"))?,
//!         group: format!("account-{place}"),
//!         won,
//!         probability: Probability::new(probability)?,
//!     })
//! });
//! let predictions = Predictions::new(rows.collect::<Result<_, Box<dyn std::error::Error>>>()?)?;
//! let auc = estimate(Metric::Auc, &predictions, &Bootstrap::default());
//! assert_eq!(auc.map(|auc| auc.value), Some(1.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bootstrap;
mod comparison;
mod cross_validation;
mod error;
mod estimate;
mod group_order;
mod learning_curve;
mod metric;
mod numbers;
mod predictions;
mod projection;
mod report;

mod retrieval;
mod runs;
#[cfg(test)]
mod sample;
mod table;
mod trust;
mod verdict;

pub use bootstrap::Bootstrap;
pub use comparison::{Difference, compare};
pub use cross_validation::{CrossValidationError, Fold, cross_validate, cross_validate_some};
pub use error::{Cell, EvalError, Side};
pub use estimate::{Estimate, estimate};
pub use group_order::{GroupOrder, random_cuts};
pub use learning_curve::{CurvePoint, Doubt, Forecast, LearningCurve, PowerLaw};
pub use metric::{BrierDecomposition, Metric};
pub use predictions::{Predictions, Row};
pub use projection::Projection;
pub use report::{
    AtPrefix, CalibrationBin, Calls, Comparison, Curves, Dot, Duel, EmbeddingMap, MapView,
    Measured, MethodResult, Mistake, PrefixResult, Protocol, Report, ReportBuilder, Schema,
    Segment, Segments,
};
pub use retrieval::{HitRate, RankedQuery, RetrievalQuality, SameSituation, SituationRanks};
pub use runs::Runs;
pub use table::read::PredictionTable;
pub use table::write::{Run, write_predictions};
pub use trust::{CalibrationBand, Doubted, Said, SetCoverage, Trust};
pub use verdict::{Finding, Verdict};
