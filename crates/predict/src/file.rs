//! The form of `predictor.json`: [`PredictorFile`].

use serde::{Deserialize, Serialize};
use upturn_core::Fingerprint;

use crate::FittedPredictor;

/// A fitted predictor with the encoder whose vectors it was fitted on; with another encoder it means nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictorFile {
    /// Fingerprint of that encoder.
    pub encoder: Fingerprint,
    /// Parts, blend, calibration.
    pub predictor: FittedPredictor,
}
