//! A fine-tuning that is done, as files: [`files`] and [`parse`].

use std::collections::BTreeMap;

use candle_core::Tensor;
use serde::{Deserialize, Serialize};
use upturn_encoder::Encoder;

use super::sealed::Files;
use super::state::{STATE, TENSORS, bytes, tensors};
use crate::{EpochReport, FineTuned, TrainingError, Worth};

/// The retrieval projection's name beside those of the encoder's own tensors.
const PROJECTION: &str = "upturn.projection";

#[derive(Debug, Serialize, Deserialize)]
struct Summary {
    best_epoch: usize,
    reports: Vec<EpochReport>,
    trained: Vec<String>,
    #[serde(default)]
    worth: Worth,
}

/// The tensors that `trained` names, the projection, and the reports.
pub(super) fn files(tuned: &FineTuned, trained: &[String]) -> Result<Files, TrainingError> {
    let FineTuned {
        encoder,
        best_epoch,
        reports,
        worth,
    } = tuned;
    let weights = encoder.weights()?;
    let mut tensors: BTreeMap<String, Tensor> = BTreeMap::new();
    for name in trained {
        tensors.insert(name.clone(), weights.get(name)?);
    }
    if let Some(projection) = encoder.projection() {
        tensors.insert(PROJECTION.to_owned(), projection.clone());
    }
    let summary = Summary {
        best_epoch: *best_epoch,
        reports: reports.clone(),
        trained: trained.to_vec(),
        worth: *worth,
    };
    Ok([
        (STATE.to_owned(), serde_json::to_vec_pretty(&summary)?),
        (TENSORS.to_owned(), bytes(&tensors)?),
    ]
    .into())
}

/// What [`files`] wrote, on the encoder that it began with; none if they do not fit it. Whether it is worth its place is for
/// [`FineTuned::settled`] to say.
pub(super) fn parse(files: &Files, encoder: &Encoder) -> Option<FineTuned> {
    let summary: Summary = serde_json::from_slice(files.get(STATE)?).ok()?;
    let mut tensors = tensors(files.get(TENSORS)?)?;
    let mut weights = encoder.weights().ok()?;
    for name in summary.trained {
        let tensor = tensors.remove(&name)?;
        weights.insert(name, tensor);
    }
    let projection = tensors.remove(PROJECTION);
    Some(FineTuned {
        encoder: encoder.with_weights(&weights, projection.as_ref()).ok()?,
        best_epoch: summary.best_epoch,
        reports: summary.reports,
        worth: summary.worth,
    })
}
