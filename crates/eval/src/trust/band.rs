//! A calibration error beside what chance alone gives: [`CalibrationBand`].

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Said;
use crate::{Bootstrap, Metric};

/// The calibration error ([`Metric::Ece`]) beside those of a predictor that says the same and is perfectly calibrated.
///
/// Each replicate draws every call's outcome anew with the predicted probability: consistency resampling (Bröcker and
/// Smith, "Increasing the reliability of reliability diagrams", 2007). Such errors are above 0 as well, since calls are
/// few; an error above the band is more than chance explains.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationBand {
    /// The error measured.
    pub error: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// Whether the error is at most the upper end.
    pub within: bool,
}

impl CalibrationBand {
    /// None without calls.
    pub(super) fn of(said: &[Said], bootstrap: &Bootstrap) -> Option<Self> {
        let probabilities: Vec<f64> = said.iter().map(|one| one.probability.value()).collect();
        let won: Vec<bool> = said.iter().map(|one| one.won).collect();
        let error = Metric::Ece.of(&probabilities, &won)?;
        let drawn = (0..bootstrap.replicates() as u64).into_par_iter();
        let errors = drawn.filter_map(|replicate| {
            let mut random = ChaCha8Rng::seed_from_u64(bootstrap.seed());
            random.set_stream(replicate);
            let draw = |p: &f64| random.random::<f64>() < *p;
            let won: Vec<bool> = probabilities.iter().map(draw).collect();
            Metric::Ece.of(&probabilities, &won)
        });
        let (low, high) = bootstrap.interval(errors.collect())?;
        Some(Self {
            error,
            low,
            high,
            within: error <= high,
        })
    }
}
