use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use upturn_core::PartName;

use super::*;
use crate::PartLogits;

const MANY: usize = 900;
const FEW: usize = 120;

/// Calls, each a group of its own: words know something, the head `tone` times something, a deal's metadata a little.
fn calls(count: usize, seed: u64, tone: f64) -> Vec<OutOfFold> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let one = |place: usize| {
        let won = random.random_bool(0.5);
        let side = if won { 0.5 } else { -0.5 };
        let mut said = |knows: f64| {
            let noise: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
            knows * side + noise
        };
        OutOfFold {
            logits: PartLogits {
                words: said(1.0),
                head: tone * said(1.5),
                neighbours: 0.5 * said(0.3),
                shape: 0.3 * said(0.5),
                metadata: 0.2 * said(0.5),
            },
            won,
            group: format!("{seed}-{place}"),
            turns: 2 + place % 20,
            familiarity: Some(0.5),
        }
    };
    (0..count).map(one).collect()
}

fn rate(calls: &[OutOfFold]) -> BaseRate {
    BaseRate {
        won: calls.iter().filter(|call| call.won).count(),
        calls: calls.len(),
    }
}

/// Mean squared error of the probabilities.
fn brier(combination: &Combination, calls: &[OutOfFold]) -> f64 {
    let one = |call: &OutOfFold| {
        let logit = combination.combine(call.logits, call.turns).1;
        let truth = f64::from(u8::from(call.won));
        (1.0 / (1.0 + (-logit).exp()) - truth).powi(2)
    };
    calls.iter().map(one).sum::<f64>() / calls.len() as f64
}

/// Ten times few calls of an encoder that has learnt, beside many of one that has not.
#[test]
fn many_calls_of_the_encoder_as_it_came_help_to_weigh_few() -> Result<(), PredictError> {
    let config = PredictorConfig::default();
    let (generic, fresh) = (calls(MANY, 1, 1.0), calls(4_000, 2, 3.0));
    let (mut alone, mut beside) = (0.0, 0.0);
    for seed in 3..13 {
        let few = calls(FEW, seed, 3.0);
        alone += brier(
            &Combination::fit_part(&few, rate(&generic), &config)?,
            &fresh,
        );
        let drawn = Combination::fit_beside(&few, &generic, rate(&generic), &config)?;
        beside += brier(&drawn, &fresh);
    }
    assert!(beside < alone - 0.01, "{beside} {alone}");
    let all = calls(MANY, 1, 3.0);
    let best = 10.0 * brier(&Combination::fit(&all, &config)?, &fresh);
    assert!(beside < best + 0.04, "{beside} {best}");
    Ok(())
}

#[test]
fn parts_still_add_up() -> Result<(), PredictError> {
    let config = PredictorConfig::default();
    let (few, generic) = (calls(FEW, 3, 3.0), calls(MANY, 1, 1.0));
    let combination = Combination::fit_beside(&few, &generic, rate(&generic), &config)?;
    for call in &few {
        let (parts, logit) = combination.combine(call.logits, call.turns);
        let sum: f64 = parts.iter().map(|part| part.logit).sum();
        assert!((sum - logit).abs() < 1e-6);
    }
    Ok(())
}

#[test]
fn what_many_calls_say_of_metadata_is_not_forgotten_for_few() -> Result<(), PredictError> {
    let config = PredictorConfig::default();
    let some = config.interval_groups - 1;
    let (few, generic) = (calls(some, 3, 3.0), calls(MANY, 1, 1.0));
    let metadata = |combination: &Combination| combination.blend().weights.metadata;
    let alone = Combination::fit_part(&few, rate(&generic), &config)?;
    let beside = Combination::fit_beside(&few, &generic, rate(&generic), &config)?;
    assert!(metadata(&alone).abs() < f64::EPSILON);
    assert!(metadata(&beside) > 0.0);
    let (parts, _) = beside.combine(few[0].logits, 5);
    let said = parts.iter().find(|part| part.name == PartName::Metadata);
    assert!(said.is_some_and(|part| part.logit.abs() > 0.0));
    Ok(())
}
