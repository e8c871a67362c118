//! One moment of a fine-tuning, to be written down: [`TrainingState`].

use std::collections::{BTreeMap, HashMap};

use candle_core::{Device, Tensor, safetensors::load_buffer};

use super::Progress;
use super::sealed::Files;
use crate::TrainingError;
use crate::optimiser::{AdamW, OptimiserState};

pub(super) const STATE: &str = "state.json";
pub(super) const TENSORS: &str = "tensors.safetensors";

/// Everything that decides how a fine-tuning goes on.
#[derive(Debug, Clone)]
pub(crate) struct TrainingState {
    pub(crate) progress: Progress,
    /// The trained tensors of the best epoch, in the optimiser's order.
    pub(crate) best: Vec<Tensor>,
    pub(crate) optimiser: OptimiserState,
}

impl TrainingState {
    /// `state.json` and `tensors.safetensors`. Memory: twice that of the trained tensors, and the file's bytes, which are
    /// four times as much.
    pub(crate) fn files(
        progress: &Progress,
        best: &[Tensor],
        optimiser: &AdamW,
    ) -> Result<Files, TrainingError> {
        let OptimiserState {
            steps: _,
            values,
            moments,
        } = optimiser.state()?;
        let mut tensors = BTreeMap::new();
        for (at, ((value, (first, second)), best)) in
            values.into_iter().zip(moments).zip(best).enumerate()
        {
            tensors.insert(name("value", at), value);
            tensors.insert(name("first_moment", at), first);
            tensors.insert(name("second_moment", at), second);
            tensors.insert(name("best", at), best.clone());
        }
        Ok([
            (STATE.to_owned(), serde_json::to_vec_pretty(progress)?),
            (TENSORS.to_owned(), bytes(&tensors)?),
        ]
        .into())
    }

    /// What [`files`](Self::files) wrote; none if a part is missing.
    pub(crate) fn parse(files: &Files) -> Option<Self> {
        let progress: Progress = serde_json::from_slice(files.get(STATE)?).ok()?;
        let mut tensors = load_buffer(files.get(TENSORS)?, &Device::Cpu).ok()?;
        let count = tensors.len() / 4;
        let mut take = |kind| {
            let one = |at| tensors.remove(&name(kind, at));
            (0..count).map(one).collect::<Option<Vec<Tensor>>>()
        };
        let (first, second) = (take("first_moment")?, take("second_moment")?);
        Some(Self {
            best: take("best")?,
            optimiser: OptimiserState {
                steps: i32::try_from(progress.step).ok()?,
                values: take("value")?,
                moments: first.into_iter().zip(second).collect(),
            },
            progress,
        })
    }
}

/// `best.007`: by the place in the optimiser, so that whatever is trained is kept.
fn name(kind: &str, at: usize) -> String {
    format!("{kind}.{at:03}")
}

/// A file of safetensors.
pub(super) fn bytes(tensors: &BTreeMap<String, Tensor>) -> Result<Vec<u8>, TrainingError> {
    Ok(safetensors::serialize(tensors, None).map_err(candle_core::Error::from)?)
}

/// The tensors of a file by name.
pub(super) fn tensors(bytes: &[u8]) -> Option<HashMap<String, Tensor>> {
    load_buffer(bytes, &Device::Cpu).ok()
}
