//! The learning rate over time: [`warm_up_then_linear`].

/// The share of the peak learning rate at a step: up from 0 over the warm-up, then down to 0 at the end.
///
/// `step` counts from 0; `warm_up` is a share of `steps`. Law: within `(0, 1]` for every step of the run.
///
/// ```
/// use upturn_training::warm_up_then_linear;
/// let rates: Vec<f64> = (0..4).map(|step| warm_up_then_linear(step, 4, 0.5)).collect();
/// assert_eq!(rates, [0.5, 1.0, 1.0, 0.5]);
/// ```
pub fn warm_up_then_linear(step: usize, steps: usize, warm_up: f64) -> f64 {
    let (step, steps) = (step as f64, steps.max(1) as f64);
    let rising = (steps * warm_up.clamp(0.0, 1.0)).ceil();
    if step < rising {
        (step + 1.0) / rising
    } else {
        (steps - step) / (steps - rising).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_rate_rises_then_falls_and_is_never_zero(steps in 1usize..500, warm_up in 0.0f64..1.0) {
            let rates: Vec<f64> = (0..steps).map(|step| warm_up_then_linear(step, steps, warm_up)).collect();
            prop_assert!(rates.iter().all(|rate| *rate > 0.0 && *rate <= 1.0));
            let peak = rates.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
            prop_assert!(rates[..=peak].is_sorted());
            prop_assert!(rates[peak..].iter().rev().is_sorted());
        }
    }
}
