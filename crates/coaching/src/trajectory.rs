//! How the chance to win went, turn by turn: [`Trajectory`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Interval, Prediction, PredictorError, Prefix, Probability, Verdict};
use upturn_predict::{ConversionPredictor, Heard};

/// The predictions on the way to a prefix, in order: after every turn, or of long calls after every few.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Trajectory(pub Vec<Waypoint>);

/// What was predicted after some turns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waypoint {
    /// How many turns were known, at least 1.
    pub turns: usize,
    /// The calibrated chance that the call is won.
    pub probability: Probability,
    /// Where the truth was expected; none where too little was seen to say.
    pub interval: Option<Interval>,
    /// Its logit.
    pub logit: f64,
    /// What one could conclude.
    pub verdict: Verdict,
}

impl Trajectory {
    /// At most this many waypoints are asked for by default.
    pub const WAYPOINTS: usize = 120;

    /// Follows a prefix from its first turn, with about `most` waypoints at even distances, the last of which is the prefix.
    ///
    /// All but the last are of a call that went on, whatever became known later. What was heard to the end comes back too.
    ///
    /// # Errors
    ///
    /// As [`ConversionPredictor::hear_along`]; whoever can do without neighbours asks a predictor without them again.
    pub fn of(
        predictor: &ConversionPredictor,
        prefix: Prefix<'_>,
        most: usize,
    ) -> Result<(Self, Heard), PredictorError> {
        let places: Vec<usize> = places(prefix.turns().len(), most).collect();
        let mut waypoints = Vec::with_capacity(places.len());
        let heard = predictor.hear_along(prefix, &places, |so_far, heard| {
            let prediction = predictor.predict_heard(so_far, heard)?;
            waypoints.push(Waypoint::new(so_far.turns().len(), &prediction));
            Ok(())
        })?;
        Ok((Self(waypoints), heard))
    }
}

impl Waypoint {
    /// What a prediction says after so many turns.
    pub fn new(turns: usize, prediction: &Prediction) -> Self {
        Self {
            turns,
            probability: prediction.probability,
            interval: prediction.interval,
            logit: prediction.logit,
            verdict: prediction.verdict,
        }
    }
}

/// Every so many turns, and all of them at the end.
fn places(turns: usize, most: usize) -> impl Iterator<Item = usize> {
    let step = turns.div_ceil(most.max(1)).max(1);
    let before = (step..turns).step_by(step);
    before.chain(std::iter::once(turns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waypoints_stand_at_even_distances_and_end_at_the_end() {
        let all = |turns, most| places(turns, most).collect::<Vec<_>>();
        assert_eq!(all(4, 120), [1, 2, 3, 4]);
        assert_eq!(all(1, 120), [1]);
        assert_eq!(all(10, 4), [3, 6, 9, 10]);
        assert_eq!(all(5, 0), [5]);
    }
}
