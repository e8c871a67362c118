//! How strongly weights are drawn, and what blends say of groups that they had not seen.

use super::prior::Prior;
use super::{OutOfFold, folds};
use crate::calibration::log_loss;
use crate::{Blend, PartLogits, PredictError, PredictorConfig};

/// How strongly the parts' weights may be drawn to each other, where the settings do not say.
const PENALTIES: [f64; 5] = [1.0, 3.0, 10.0, 30.0, 100.0];

/// How strongly to those of many more examples, which know five times as much and more: what few have to say against them is
/// mostly chance. See LOG.md of the crate `training`.
const PRIOR_PENALTIES: [f64; 3] = [100.0, 1_000.0, 10_000.0];

/// The asked penalty, or the best of [`PENALTIES`] or of [`PRIOR_PENALTIES`], with what its blends say of groups they had not seen.
pub(super) fn chosen(
    examples: &[OutOfFold],
    groups: usize,
    prior: Option<&Prior>,
    config: &PredictorConfig,
) -> Result<(f64, Vec<f64>), PredictError> {
    if let Some(penalty) = config.blend_penalty {
        return Ok((penalty, unseen(examples, groups, penalty, prior, config)?));
    }
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    let penalties: &[f64] = if prior.is_some() {
        &PRIOR_PENALTIES
    } else {
        &PENALTIES
    };
    for &penalty in penalties {
        let scores = unseen(examples, groups, penalty, prior, config)?;
        let loss = mean_loss(examples, &scores);
        if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
            best = Some((loss, penalty, scores));
        }
    }
    let (_, penalty, scores) = best.unwrap_or_default();
    Ok((penalty, scores))
}

pub(super) fn fit_blend(
    logits: &[PartLogits],
    won: &[bool],
    penalty: f64,
    prior: Option<&Prior>,
) -> Result<Blend, PredictError> {
    match prior {
        Some(prior) => Blend::fit_near(logits, won, penalty, prior.blend()),
        None => Blend::fit(logits, won, penalty),
    }
}

/// Mean negative log-likelihood of logits, in nats.
fn mean_loss(examples: &[OutOfFold], scores: &[f64]) -> f64 {
    let one = |(example, score): (&OutOfFold, &f64)| log_loss(example.won, *score);
    examples.iter().zip(scores).map(one).sum::<f64>() / scores.len().max(1) as f64
}

/// Each example's logit from a blend fitted without its part of the groups.
pub(super) fn unseen(
    examples: &[OutOfFold],
    groups: usize,
    penalty: f64,
    prior: Option<&Prior>,
    config: &PredictorConfig,
) -> Result<Vec<f64>, PredictError> {
    let fold_of = folds(examples, groups, config);
    let blends = (0..config.calibration_folds.min(groups))
        .map(|fold| {
            let others = examples.iter().zip(&fold_of);
            let others = others.filter(|&(_, of)| *of != fold);
            let (logits, won): (Vec<_>, Vec<_>) = others
                .map(|(example, _)| (example.logits, example.won))
                .unzip();
            fit_blend(&logits, &won, penalty, prior)
        })
        .collect::<Result<Vec<Blend>, PredictError>>()?;
    Ok(examples
        .iter()
        .zip(fold_of)
        .filter_map(|(example, fold)| Some(blends.get(fold)?.logit(example.logits)))
        .collect())
}

#[cfg(test)]
mod tests;
