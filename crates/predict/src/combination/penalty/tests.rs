use super::super::tests::examples;
use super::*;

#[test]
fn the_penalty_is_the_one_whose_blends_say_most_of_unseen_groups() -> Result<(), PredictError> {
    let examples = examples(60);
    let config = PredictorConfig::default();
    let (penalty, scores) = chosen(&examples, 60, None, &config)?;
    for other in PENALTIES {
        let others = unseen(&examples, 60, other, None, &config)?;
        assert!(mean_loss(&examples, &scores) <= mean_loss(&examples, &others));
    }
    let asked = PredictorConfig {
        blend_penalty: Some(7.0),
        ..config
    };
    assert_eq!(
        chosen(&examples, 60, None, &asked)?,
        (7.0, unseen(&examples, 60, 7.0, None, &asked)?)
    );
    assert!(PENALTIES.contains(&penalty));
    Ok(())
}

/// `-ln σ(1) = 0.313262`, `-ln(1 - σ(2)) = 2.126928`.
#[test]
fn log_loss_is_the_formula() {
    let mut two = examples(2);
    (two[0].won, two[1].won) = (true, false);
    let two = &two[..2];
    assert!((mean_loss(two, &[1.0, 2.0]) - 1.220_095).abs() < 1e-6);
}
