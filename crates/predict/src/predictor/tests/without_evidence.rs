//! Predictions where no neighbours can be asked.

use super::*;

#[test]
fn without_neighbours_their_share_is_zero_and_the_others_still_tell() -> Result<(), PredictorError>
{
    let with = predictor(80);
    let alone = ConversionPredictor::without_evidence(
        with.fitted.clone(),
        with.encoder.clone(),
        with.fingerprint.clone(),
    );
    let alone = alone.unwrap();
    let (yes, no) = (
        asked("yes please, that sounds perfect"),
        asked("no thanks, far too dear"),
    );
    let mut moved = 0.0_f64;
    for call in [&yes, &no] {
        for prefix in [call.whole(), Prefix::first(call, 2)] {
            let prediction = alone.predict(prefix)?;
            let sum: f64 = prediction.parts.iter().map(|part| part.logit).sum();
            assert!((sum - prediction.logit).abs() < 1e-6);
            assert!(prediction.part(PartName::Neighbours).abs() < 1e-12);
            assert!(prediction.evidence.is_empty());
            assert_eq!(prediction.support.calls, 0);
            let asked = with.predict(prefix)?;
            assert!((asked.part(PartName::Words) - prediction.part(PartName::Words)).abs() < 1e-12);
            let vote = asked.part(PartName::Neighbours).abs();
            moved = moved.max(vote);
        }
    }
    assert!(moved > 0.0, "the neighbours never counted");
    assert!(alone.predict(yes.whole())?.probability > alone.predict(no.whole())?.probability);
    Ok(())
}

/// Of calls it had not seen it says won as often as they are, and is nearer to the base rate than with neighbours.
#[test]
fn without_neighbours_the_probabilities_are_right_on_average() -> Result<(), PredictorError> {
    let calls = calls(240);
    let (known, unseen) = calls.split_at(120);
    let store = Exact::of(known);
    let fitted = fitted(known, &store);
    let fingerprint = Fingerprint::new("m");
    let (mut alone, mut with, mut won) = (0.0, 0.0, 0.0);
    for call in unseen {
        let said = moments(call.whole());
        let one = fitted.predict_without_evidence(call.whole(), &said, &fingerprint)?;
        let two = fitted.predict_encoded(call.whole(), &said, &store, &fingerprint)?;
        alone += one.probability.value();
        with += (two.probability.value() - 0.5).abs() - (one.probability.value() - 0.5).abs();
        won += f64::from(u8::from(call.outcome() == Some(Outcome::Won)));
    }
    let count = unseen.len() as f64;
    assert!((alone - won).abs() / count < 0.05, "{alone} of {won}");
    assert!(with > 0.0, "{with}");
    Ok(())
}
