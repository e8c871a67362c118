//! How well logits could say what came of calls, were they calibrated: [`refinement_loss`].

use upturn_predict::Platt;

/// Mean binary cross-entropy behind the best line, `logit = slope × score + intercept` with a slope of at least 0, fitted to
/// these very calls: the loss less what calibration mends (Berta et al. 2025, "Rethinking early stopping: refine, then
/// calibrate"; they fit the slope alone).
///
/// Training makes a head too sure before it ranks at its best, so the plain loss rises where the ranking still gets better,
/// and a model is calibrated behind its training anyway.
///
/// # Laws
///
/// - **Scale.** Logits times a positive number and plus another have the same loss.
/// - **Bound.** At most the loss of the base rate, up to the smoothing of [`Platt`]'s targets.
///
/// Calls that came out alike have the plain loss, as have logits that are no finite numbers.
pub(super) fn refinement_loss(logits: &[f64], won: &[bool]) -> f64 {
    match Platt::fit(logits, won) {
        Ok(line) => mean_loss(logits.iter().map(|logit| line.logit(*logit)), won),
        Err(_) => mean_loss(logits.iter().copied(), won),
    }
}

fn mean_loss(logits: impl Iterator<Item = f64>, won: &[bool]) -> f64 {
    let losses = logits.zip(won).map(|(logit, won)| {
        let against = if *won { -logit } else { logit };
        against.max(0.0) + (-against.abs()).exp().ln_1p()
    });
    losses.sum::<f64>() / won.len() as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WON: [bool; 8] = [true, false, true, true, false, false, true, false];

    proptest! {
        #[test]
        fn scale_and_offset_change_nothing_and_the_base_rate_is_never_undercut(
            logits in proptest::collection::vec(-3.0f64..3.0, 8),
            scale in 0.1f64..10.0,
            offset in -3.0f64..3.0,
        ) {
            let loss = refinement_loss(&logits, &WON);
            let moved: Vec<f64> = logits.iter().map(|logit| scale * logit + offset).collect();
            prop_assert!((refinement_loss(&moved, &WON) - loss).abs() < 1e-6);
            prop_assert!(loss <= 2f64.ln() + 1e-9, "{loss}");
        }
    }

    #[test]
    fn what_ranks_better_but_is_far_too_sure_wins_though_its_plain_loss_is_worse() {
        let modest = [0.3, -0.3, 0.3, -0.3, 0.3, -0.3, 0.3, -0.3];
        let sure = [90.0, -90.0, 90.0, 90.0, -90.0, 60.0, 90.0, -90.0];
        let plain = |logits: [f64; 8]| mean_loss(logits.into_iter(), &WON);
        assert!(plain(sure) > plain(modest));
        assert!(refinement_loss(&sure, &WON) < refinement_loss(&modest, &WON));
    }

    #[test]
    fn one_outcome_has_the_plain_loss_and_no_number_stays_none() {
        let loss = refinement_loss(&[0.0, 0.0], &[true, true]);
        assert!((loss - 2f64.ln()).abs() < 1e-12, "{loss}");
        assert!(!refinement_loss(&[f64::NAN, 0.0], &[true, false]).is_finite());
    }
}
