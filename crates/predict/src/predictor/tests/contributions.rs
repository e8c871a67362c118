//! What stands beneath the printed parts.

use super::*;

#[test]
fn terms_and_voters_with_their_rests_are_the_printed_parts() -> Result<(), PredictorError> {
    let predictor = predictor(80);
    let (mut terms, mut voters) = (0, 0);
    for call in calls(30) {
        for prefix in [call.whole(), Prefix::first(&call, 2)] {
            let said = predictor.predict(prefix)?;
            let beneath = predictor.contributions(prefix, &said);
            let said_words: f64 = beneath.terms.iter().map(|term| term.logit).sum();
            let cast: f64 = beneath.voters.iter().map(|voter| voter.logit).sum();
            let (words, neighbours) = (
                said_words + beneath.words_rest,
                cast + beneath.neighbours_rest,
            );
            assert!((words - said.part(PartName::Words)).abs() < 1e-6);
            assert!((neighbours - said.part(PartName::Neighbours)).abs() < 1e-6);
            // The rests are those of a call without terms or voters, whatever this one has.
            let stage = predictor.fitted().stage(Stage::of(prefix));
            let nothing = stage.combination.shares(PartLogits {
                words: stage.parts.words().intercept(),
                neighbours: stage.parts.neighbours().shares(&[]).prior,
                ..PartLogits::default()
            });
            assert!((beneath.words_rest - nothing.words).abs() < 1e-9);
            assert!((beneath.neighbours_rest - nothing.neighbours).abs() < 1e-9);
            terms += beneath.terms.len();
            voters += beneath.voters.len();
            for (voter, near) in beneath.voters.iter().zip(&said.evidence) {
                assert_eq!(voter.conversation, near.id);
                assert!(voter.logit * if near.outcome.is_won() { 1.0 } else { -1.0 } >= 0.0);
            }
        }
    }
    assert!(terms > 100 && voters > 100, "{terms} {voters}");
    Ok(())
}

#[test]
fn without_neighbours_nothing_stands_beneath_their_part() -> Result<(), PredictorError> {
    let with = predictor(60);
    let alone = ConversionPredictor::without_evidence(
        with.fitted.clone(),
        with.encoder.clone(),
        with.fingerprint.clone(),
    );
    let (alone, call) = (alone.unwrap(), asked("yes please"));
    let said = alone.predict(call.whole())?;
    let beneath = alone.contributions(call.whole(), &said);
    assert!(beneath.voters.is_empty() && beneath.neighbours_rest.abs() < 1e-9);
    assert!(!beneath.terms.is_empty());
    Ok(())
}
