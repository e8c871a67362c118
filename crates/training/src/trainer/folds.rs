//! Which calls are asked about by what has not seen them: the folds of a training.

use upturn_core::Conversation;
use upturn_datasets::grouped_folds;

use super::split::{drawn, split};
use super::{Labelled, Trainer};
use crate::cross_fit::OutOfFoldRows;
use crate::recipe::{FEW_LABELS, leave_one_group_out};
use crate::{TrainingConfig, TrainingError};

impl Trainer<'_> {
    /// The part of each call, and how many parts are predicted by what was fitted on the others.
    pub(super) fn folds(&self, calls: &[&Conversation]) -> (Vec<usize>, usize) {
        if self.config.is_for_few_labels() {
            let folds = leave_one_group_out(calls);
            let groups = folds.iter().max().map_or(0, |last| last + 1);
            if groups <= FEW_LABELS {
                return (folds, groups);
            }
        }
        let folds = grouped_folds(calls, self.config.folds, self.config.seed);
        (folds, self.cross_fitted(calls.len()))
    }

    /// Which calls of a fold are asked about, and what is learnt from meanwhile.
    pub(super) fn asked_and_known<'a>(
        &self,
        calls: &[Labelled<'a>],
        folds: &[usize],
        fold: usize,
    ) -> (Vec<Labelled<'a>>, Vec<Labelled<'a>>) {
        let (unseen, known) = split(calls, folds, fold);
        let asked = drawn(unseen, self.config.enough_unseen, self.config.seed);
        (asked, known)
    }

    /// What the parts say of calls that they have not seen, where the encoder stays as it came: that one has learnt from none,
    /// so that every call can be asked about, as with a frozen one.
    pub(super) fn unmoved(
        &self,
        calls: &[Labelled<'_>],
        plain: &[&Conversation],
    ) -> Result<OutOfFoldRows, TrainingError> {
        let frozen = self.config.clone().frozen();
        let trainer = Trainer {
            config: &frozen,
            ..*self
        };
        let (folds, cross_fitted) = trainer.folds(plain);
        let mut rows = OutOfFoldRows::default();
        for fold in 0..cross_fitted {
            let (asked, known) = trainer.asked_and_known(calls, &folds, fold);
            rows.extend(trainer.answers(None, &known, &asked)?);
        }
        Ok(rows)
    }

    /// How many parts of so many calls are predicted by what was fitted on the others.
    fn cross_fitted(&self, calls: usize) -> usize {
        let TrainingConfig {
            folds,
            tuned_folds,
            least_unseen,
            enough_unseen,
            ..
        } = *self.config;
        let parts_of = |unseen: usize| unseen.saturating_mul(folds).div_ceil(calls.max(1));
        let asked = if self.config.tunes() {
            tuned_folds.max(parts_of(least_unseen))
        } else {
            folds
        };
        asked.min(parts_of(enough_unseen)).clamp(1, folds)
    }
}
