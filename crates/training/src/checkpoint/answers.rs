//! A cross-fitted fold that is done: [`FoldAnswers`].

use serde::{Deserialize, Serialize};
use upturn_predict::{OutOfFold, PartLogits};

use super::sealed::Files;
use crate::{EpochReport, TrainingError};

const ANSWERS: &str = "answers.json";

/// What a fold adds to the run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoldAnswers {
    pub(crate) best_epoch: usize,
    pub(crate) reports: Vec<EpochReport>,
    pub(crate) rows: Vec<OutOfFold>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    best_epoch: usize,
    reports: Vec<EpochReport>,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    logits: PartLogits,
    won: bool,
    group: String,
}

impl FoldAnswers {
    /// `answers.json`. Numbers come back to the bit: `serde_json` writes as many digits as it takes.
    pub(super) fn files(&self) -> Result<Files, TrainingError> {
        let row = |OutOfFold { logits, won, group }: &OutOfFold| Row {
            logits: *logits,
            won: *won,
            group: group.clone(),
        };
        let written = Written {
            best_epoch: self.best_epoch,
            reports: self.reports.clone(),
            rows: self.rows.iter().map(row).collect(),
        };
        Ok([(ANSWERS.to_owned(), serde_json::to_vec(&written)?)].into())
    }

    /// What [`files`](Self::files) wrote.
    pub(super) fn parse(files: &Files) -> Option<Self> {
        let written: Written = serde_json::from_slice(files.get(ANSWERS)?).ok()?;
        let row = |Row { logits, won, group }| OutOfFold { logits, won, group };
        Some(Self {
            best_epoch: written.best_epoch,
            reports: written.reports,
            rows: written.rows.into_iter().map(row).collect(),
        })
    }
}
