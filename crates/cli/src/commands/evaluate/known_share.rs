//! A model for each share of the turns, as every baseline has one: [`answers`].

use upturn::training::TrainingConfig;
use upturn::{Cause, Conversation};

use crate::held_out::{Answer, Fitted, HeldOut};

/// What is said of a comparison in which the share is known.
pub(super) const TOLD: &str = "each share of the turns has a model that knows it, as every baseline has; a live call doesn't know";

/// Predicts `test` at each prefix by a model that is weighed and calibrated at that share alone; finished calls by `fitted`,
/// which knows that they are.
///
/// # Errors
///
/// Those of a training, the encoder or the retriever.
pub(super) fn answers(
    held_out: &HeldOut<'_>,
    fitted: &Fitted<'_>,
    train: &[&Conversation],
    test: &[&Conversation],
) -> Result<Vec<Vec<Answer>>, Cause> {
    let mut all = vec![Vec::with_capacity(held_out.prefixes.len()); test.len()];
    for share in held_out.prefixes {
        let said = if *share < 1.0 {
            let config = of_share(held_out.config, *share);
            let checkpoints = held_out.checkpoints_of(&format!("prefix-{share}"));
            let told = HeldOut {
                config: &config,
                prefixes: &[*share],
                checkpoints: checkpoints.as_deref(),
                ..*held_out
            };
            told.fitted(train)?.answers(test)?
        } else {
            fitted.answers_of(&[*share], test)?
        };
        for (call, said) in all.iter_mut().zip(said) {
            call.extend(said);
        }
    }
    Ok(all)
}

/// The same settings of a model that is asked at one share only.
fn of_share(config: &TrainingConfig, share: f64) -> TrainingConfig {
    TrainingConfig {
        prefixes: vec![share],
        calibration_prefixes: Vec::new(),
        ..config.clone()
    }
}
