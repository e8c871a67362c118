//! How good a model looks on the calls that calibrated it: [`FirstLook`].

use std::collections::BTreeMap;

use serde::Serialize;
use upturn_core::Probability;
use upturn_eval::Metric;
use upturn_predict::{OutOfFold, Stage};

use crate::TrainedModel;

/// Metrics on the out-of-fold prefixes of one stage.
///
/// Blend and calibration have seen these rows, if not the calls' words: a first look, no proof. `upturn evaluate` gives
/// the proof.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirstLook {
    /// How many prefixes.
    pub prefixes: usize,
    /// Each metric by its name; none where it is not defined.
    #[serde(flatten)]
    pub metrics: BTreeMap<&'static str, Option<f64>>,
}

impl TrainedModel {
    /// The first look at each stage.
    pub fn first_look(&self) -> BTreeMap<Stage, FirstLook> {
        [Stage::Live, Stage::Finished]
            .map(|stage| (stage, self.look_at(stage)))
            .into()
    }

    fn look_at(&self, stage: Stage) -> FirstLook {
        let combination = &self.predictor.stage(stage).combination;
        let combine = |row: &OutOfFold| {
            Probability::from_logit(combination.combine(row.logits, row.turns).1).value()
        };
        let rows = self.out_of_fold.of(stage);
        let probabilities: Vec<f64> = rows.iter().map(combine).collect();
        let won: Vec<bool> = rows.iter().map(|row| row.won).collect();
        let metric = |metric: Metric| (metric.as_str(), metric.of(&probabilities, &won));
        FirstLook {
            prefixes: rows.len(),
            metrics: Metric::ALL.into_iter().map(metric).collect(),
        }
    }
}
