//! Baselines on the same calls: [`HeldOut::baselines`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upturn::training::{Baseline, BaselineAnswers, Monitor, TrainingError, baselines};
use upturn::{Cause, Conversation, Probability};

use super::HeldOut;
use crate::failure::chain;

/// One probability a prefix.
type Said = BTreeMap<Baseline, Vec<Probability>>;

/// Baselines that could not be fitted, all for one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Unfitted {
    /// Which.
    pub(crate) baselines: Vec<Baseline>,
    /// Share of the turns that was known.
    pub(crate) prefix: f64,
    /// Why.
    pub(crate) reason: String,
}

impl HeldOut<'_> {
    /// What the baselines, fitted on `train`, say of each call of `test`, and which of them can't be fitted where so much is
    /// known; those say nothing at any prefix.
    ///
    /// # Errors
    ///
    /// That of the encoder.
    pub(crate) fn baselines(
        &self,
        train: &[&Conversation],
        test: &[&Conversation],
    ) -> Result<(Vec<Said>, Vec<Unfitted>), Cause> {
        let mut answers = vec![Said::new(); test.len()];
        let mut unfitted = Vec::new();
        self.progress
            .stage("fitting the baselines", self.prefixes.len() as u64);
        for share in self.prefixes {
            if self.progress.stopped() {
                return Err(Cause::new(TrainingError::Stopped));
            }
            let found = baselines(train, test, *share, self.encoder, self.config.seed)
                .map_err(Cause::new)?;
            unfitted.extend(by_reason(&found, *share));
            for (baseline, probabilities) in found.said {
                for (answers, probability) in answers.iter_mut().zip(probabilities) {
                    answers.entry(baseline).or_default().push(probability);
                }
            }
            self.progress.advance(1);
        }
        self.progress.clear();
        for lacking in unfitted.iter().flat_map(|one: &Unfitted| &one.baselines) {
            for answers in &mut answers {
                answers.remove(lacking);
            }
        }
        Ok((answers, unfitted))
    }
}

/// Those that say nothing.
fn by_reason(found: &BaselineAnswers, prefix: f64) -> Vec<Unfitted> {
    let mut all: Vec<Unfitted> = Vec::new();
    for (baseline, error) in &found.unfitted {
        let reason = chain(error);
        match all.iter_mut().find(|one| one.reason == reason) {
            Some(one) => one.baselines.push(*baseline),
            None => all.push(Unfitted {
                baselines: vec![*baseline],
                prefix,
                reason,
            }),
        }
    }
    all
}
