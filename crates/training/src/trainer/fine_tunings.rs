//! The encoders that learn in a training: one for each cross-fitted fold, then that of the model.

use upturn_core::Conversation;
use upturn_encoder::Encoder;

use super::split::{apart, median};
use super::{Labelled, Trainer, pairs};
use crate::checkpoint::{FineTuningFolder, FoldAnswers, RunFolder};
use crate::cross_fit::OutOfFoldRows;
use crate::fine_tune::{FineTuned, LabelledCalls, fine_tune_in};
use crate::{EpochReport, Passes, TrainingConfig, TrainingError, TrainingEvent, Worth};

/// What the fine-tunings of a run gave besides the encoder.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    pub(super) epochs: Vec<EpochReport>,
    /// None where the encoder was not to learn.
    pub(super) passes: Vec<Passes>,
    /// What was said of calls held out.
    pub(super) rows: OutOfFoldRows,
}

impl Trainer<'_> {
    /// All of them, and the model's encoder; none where it is the pre-trained one.
    pub(super) fn fine_tunings(
        &self,
        calls: &[Labelled<'_>],
        others: &[&Conversation],
        run: Option<&RunFolder<'_>>,
    ) -> Result<(Learnt, Option<Encoder>), TrainingError> {
        let mut learnt = self.of_folds(calls, others, run)?;
        if !self.config.tunes() {
            learnt.passes.clear();
            return Ok((learnt, None));
        }
        let mut best_epochs: Vec<usize> =
            (learnt.passes.iter().map(|fold| fold.best_epoch)).collect();
        let middle = median(&mut best_epochs);
        let mut worth = Worth::of_folds(learnt.passes.iter().map(|fold| fold.worth));
        let mut encoder = None;
        if worth.keeps_tuned() {
            let place = run.map(|run| run.fine_tuning("final"));
            let tuned = self.tuned(place.as_ref(), (calls, &[]), others, middle)?;
            if let Some(tuned) = tuned {
                worth.fault = tuned.worth.fault;
                learnt.epochs.extend(tuned.reports);
                encoder = worth.keeps_tuned().then_some(tuned.encoder);
            }
        }
        if !worth.keeps_tuned() {
            self.monitor.event(&TrainingEvent::KeptPretrained { worth });
        }
        let done = if encoder.is_some() { middle } else { 0 };
        learnt.passes.push(Passes {
            name: "final".to_owned(),
            done,
            best_epoch: done,
            worth,
        });
        Ok((learnt, encoder))
    }

    /// The folds, as far as there is something to be gained: an encoder that knows nothing any more is the last.
    fn of_folds(
        &self,
        calls: &[Labelled<'_>],
        others: &[&Conversation],
        run: Option<&RunFolder<'_>>,
    ) -> Result<Learnt, TrainingError> {
        let plain: Vec<&Conversation> = calls.iter().map(|(call, _)| *call).collect();
        let (folds, count) = self.folds(&plain);
        let mut learnt = Learnt::default();
        for fold in 0..count {
            let name = format!("fold-{}", fold + 1);
            let place = run.map(|run| run.fine_tuning(&name));
            let parts = self.asked_and_known(calls, &folds, fold);
            let answers = self.fold(place.as_ref(), parts, others)?;
            learnt.passes.push(Passes {
                name,
                done: answers.reports.len(),
                best_epoch: answers.best_epoch,
                worth: answers.worth,
            });
            learnt.epochs.extend(answers.reports);
            learnt.rows.extend(answers.rows);
            if answers.worth.fault.is_some() {
                break;
            }
        }
        Ok(learnt)
    }

    /// What a cross-fitted fold gives, or gave before an interruption.
    fn fold(
        &self,
        place: Option<&FineTuningFolder<'_>>,
        (unseen, known): (Vec<Labelled<'_>>, Vec<Labelled<'_>>),
        others: &[&Conversation],
    ) -> Result<FoldAnswers, TrainingError> {
        if let Some(answers) = place.and_then(FineTuningFolder::answers) {
            let name = place.map_or("", FineTuningFolder::name);
            self.monitor.event(&TrainingEvent::Skipped { name });
            return Ok(answers);
        }
        let tuned = self.tuned(place, (&known, &unseen), others, self.config.epochs)?;
        let kept = tuned.as_ref().filter(|tuned| tuned.worth.keeps_tuned());
        let rows = self.answers(kept.map(|tuned| &tuned.encoder), &known, &unseen)?;
        let answers = match tuned {
            Some(tuned) => FoldAnswers {
                best_epoch: tuned.best_epoch,
                reports: tuned.reports,
                rows,
                worth: tuned.worth,
            },
            None => FoldAnswers {
                best_epoch: 0,
                reports: Vec::new(),
                rows,
                worth: Worth::default(),
            },
        };
        if let Some(Err(error)) = place.map(|place| place.answered(&answers)) {
            self.monitor
                .event(&TrainingEvent::CheckpointFailed { error: &error });
        }
        Ok(answers)
    }

    /// An encoder that has learnt from `known`, and from such of the `others` that are of no account of `unseen`; none if
    /// nothing is to be learnt.
    fn tuned(
        &self,
        place: Option<&FineTuningFolder<'_>>,
        (known, unseen): (&[Labelled<'_>], &[Labelled<'_>]),
        others: &[&Conversation],
        epochs: usize,
    ) -> Result<Option<FineTuned>, TrainingError> {
        let config = TrainingConfig {
            epochs,
            ..self.config.clone()
        };
        if !config.tunes() {
            return Ok(None);
        }
        let (training, validation) = (pairs(known), pairs(unseen));
        let calls = LabelledCalls {
            training: &training,
            validation: &validation,
            unlabelled: &apart(others, unseen),
            memory: self.encoder.memory(),
        };
        let encoder = self.encoder.encoder();
        fine_tune_in(place, encoder, calls, &config, self.monitor).map(Some)
    }
}
