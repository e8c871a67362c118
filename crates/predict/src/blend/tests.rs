use proptest::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn noise(rng: &mut impl Rng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

/// Examples whose words and head know something, each on its own, and whose other parts are noise.
fn examples(count: usize, seed: u64) -> (Vec<PartLogits>, Vec<bool>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            let won = rng.random_bool(0.5);
            let side = if won { 0.8 } else { -0.8 };
            let logits = PartLogits {
                words: side + noise(&mut rng),
                head: side + noise(&mut rng),
                neighbours: noise(&mut rng),
                shape: 0.1 * noise(&mut rng),
                metadata: 0.1 * noise(&mut rng),
            };
            (logits, won)
        })
        .unzip()
}

fn loss(blend: &Blend, logits: &[PartLogits], won: &[bool]) -> f64 {
    let pairs = logits.iter().zip(won);
    let losses = pairs.map(|(row, &won)| {
        let logit = blend.logit(*row);
        (if won { -logit } else { logit }).exp().ln_1p()
    });
    losses.sum::<f64>() / won.len() as f64
}

#[test]
fn knowing_parts_count_and_noise_does_not() -> Result<(), PredictError> {
    let (logits, won) = examples(2_000, 1);
    let Blend { weights, .. } = Blend::fit(&logits, &won, 10.0)?;
    // Two normal parts with means ±0.8 and unit variance: the best weights are 2 × 0.8 each.
    assert!((weights.words - 1.6).abs() < 0.3, "{weights:?}");
    assert!((weights.head - 1.6).abs() < 0.3, "{weights:?}");
    assert!(weights.neighbours < 0.15, "{weights:?}");
    Ok(())
}

#[test]
fn an_infinite_penalty_makes_the_calibrated_parts_count_alike() -> Result<(), PredictError> {
    let (logits, won) = examples(300, 2);
    let slopes = slopes(&logits, &won)?;
    let Blend { weights, .. } = Blend::fit(&logits, &won, 1e9)?;
    let shares = weights.zip(slopes, |weight, slope| weight / slope);
    assert!((shares.words - shares.head).abs() < 1e-6, "{shares:?}");
    assert!(shares.words > 0.5);
    Ok(())
}

#[test]
fn unseen_examples_are_predicted_better_than_by_any_one_part() -> Result<(), PredictError> {
    let (logits, won) = examples(400, 3);
    let (fresh, truth) = examples(4_000, 4);
    let blend = Blend::fit(&logits, &won, 10.0)?;
    for part in 0..PARTS {
        let only = |row: &PartLogits| {
            let mut kept = [0.0; PARTS];
            kept[part] = row.to_array()[part];
            PartLogits::from_array(kept)
        };
        let alone: Vec<PartLogits> = logits.iter().map(only).collect();
        let asked: Vec<PartLogits> = fresh.iter().map(only).collect();
        let single = Blend::fit(&alone, &won, 10.0)?;
        assert!(loss(&blend, &fresh, &truth) < loss(&single, &asked, &truth) - 0.02);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_weight_is_negative_and_no_part_is_reversed(
        rows in prop::collection::vec((prop::array::uniform5(-3.0f64..3.0), any::<bool>()), 4..30),
        penalty in 0.1f64..50.0,
    ) {
        let (rows, won): (Vec<_>, Vec<_>) = rows.into_iter().map(|(row, won)| (PartLogits::from_array(row), won)).unzip();
        match Blend::fit(&rows, &won, penalty) {
            Ok(blend) => prop_assert!(blend.weights.to_array().iter().all(|&weight| weight >= 0.0)),
            Err(error) => prop_assert!(matches!(error, PredictError::OneOutcome { .. }), "{}", error),
        }
    }
}
