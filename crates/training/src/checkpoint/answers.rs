//! A cross-fitted fold that is done: [`FoldAnswers`].

use serde::{Deserialize, Serialize};

use super::sealed::Files;
use crate::{EpochReport, OutOfFoldRows, TrainingError, Worth};

const ANSWERS: &str = "answers.json";

/// What a fold adds to the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FoldAnswers {
    pub(crate) best_epoch: usize,
    pub(crate) reports: Vec<EpochReport>,
    pub(crate) rows: OutOfFoldRows,
    #[serde(default)]
    pub(crate) worth: Worth,
}

impl FoldAnswers {
    /// `answers.json`. Numbers come back to the bit: `serde_json` writes as many digits as it takes.
    pub(super) fn files(&self) -> Result<Files, TrainingError> {
        Ok([(ANSWERS.to_owned(), serde_json::to_vec(self)?)].into())
    }

    /// What [`files`](Self::files) wrote.
    pub(super) fn parse(files: &Files) -> Option<Self> {
        serde_json::from_slice(files.get(ANSWERS)?).ok()
    }
}
