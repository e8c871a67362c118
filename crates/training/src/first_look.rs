//! How good a model looks on the calls that calibrated it: [`FirstLook`].

use std::collections::BTreeMap;

use serde::Serialize;
use upturn_core::{ConversationId, Embeddings, Probability};
use upturn_eval::{Bootstrap, Estimate, Metric, Predictions, Row, estimate};
use upturn_predict::{OutOfFold, Stage};

use crate::TrainedModel;

/// Resamples of the accounts behind each interval: enough for a first look, and seconds for a hundred thousand rows.
const RESAMPLES: usize = 500;

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
    /// The same with 95 % intervals of the choice of accounts, by the [`Bootstrap`]; none where there is no interval.
    pub intervals: BTreeMap<&'static str, Option<Estimate>>,
}

impl TrainedModel {
    /// Whether the encoder is another one than training began with; it is not where fine-tuning made it no better on unseen calls.
    pub fn encoder_changed(&self) -> bool {
        Embeddings::fingerprint(&self.encoder) != Embeddings::fingerprint(&self.base)
    }

    /// The first look at each stage.
    pub fn first_look(&self) -> BTreeMap<Stage, FirstLook> {
        [Stage::Live, Stage::Finished]
            .map(|stage| (stage, self.look_at(stage)))
            .into()
    }

    fn look_at(&self, stage: Stage) -> FirstLook {
        let combination = &self.predictor.stage(stage).combination;
        let combine =
            |row: &OutOfFold| Probability::from_logit(combination.combine(row.logits, row.turns).1);
        let rows = self.out_of_fold.of(stage);
        let said: Vec<Probability> = rows.iter().map(combine).collect();
        FirstLook {
            prefixes: rows.len(),
            metrics: metrics(rows, &said),
            intervals: intervals(rows, &said),
        }
    }
}

fn metrics(rows: &[OutOfFold], said: &[Probability]) -> BTreeMap<&'static str, Option<f64>> {
    let probabilities: Vec<f64> = said.iter().map(|said| said.value()).collect();
    let won: Vec<bool> = rows.iter().map(|row| row.won).collect();
    let metric = |metric: Metric| (metric.as_str(), metric.of(&probabilities, &won));
    Metric::ALL.into_iter().map(metric).collect()
}

/// Each row has a name of its own: several prefixes of a call are rows of one account, and resampled together.
fn intervals(rows: &[OutOfFold], said: &[Probability]) -> BTreeMap<&'static str, Option<Estimate>> {
    let row = |(place, (row, said)): (usize, (&OutOfFold, &Probability))| {
        Some(Row {
            id: ConversationId::new(place.to_string()).ok()?,
            group: row.group.clone(),
            won: row.won,
            probability: *said,
        })
    };
    let named = rows.iter().zip(said).enumerate().filter_map(row);
    let (Ok(predictions), Ok(bootstrap)) = (
        Predictions::new(named.collect()),
        Bootstrap::new(RESAMPLES, 0.95, 0),
    ) else {
        return BTreeMap::new();
    };
    let of = |metric: Metric| (metric.as_str(), estimate(metric, &predictions, &bootstrap));
    Metric::ALL.into_iter().map(of).collect()
}
