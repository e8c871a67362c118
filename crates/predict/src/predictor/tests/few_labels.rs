use super::*;
use crate::{LearntPart, NeighboursConfig, PartSet};

/// Nothing but the base rate and the neighbours, for a handful of calls.
fn few() -> PredictorConfig {
    PredictorConfig {
        parts: PartSet::of([LearntPart::Neighbours]),
        shrinkage: Some(4.0),
        neighbours: NeighboursConfig {
            share_prior: 1.0,
            ..NeighboursConfig::default()
        },
        ..PredictorConfig::default()
    }
}

fn few_parts(calls: &[Conversation]) -> Result<Parts, PredictError> {
    let encoded: Vec<Vec<EncodedMoment>> = calls.iter().map(|call| moments(call.whole())).collect();
    let example = |(call, moments)| {
        let call: &Conversation = call;
        let moments: &Vec<EncodedMoment> = moments;
        Example {
            prefix: call.whole(),
            moments,
            outcome: call.outcome().unwrap(),
        }
    };
    let examples: Vec<Example<'_>> = calls.iter().zip(&encoded).map(example).collect();
    Parts::fit(&examples, &few())
}

#[test]
fn two_calls_of_each_outcome_give_the_base_rate_and_the_neighbours() {
    let calls = calls(4);
    let store = Exact::of(&calls);
    let rows: Vec<OutOfFold> = (0..calls.len())
        .map(|held| {
            let mut others = calls.clone();
            let call = others.remove(held);
            let parts = few_parts(&others).unwrap();
            let (logits, vote) = parts
                .logits(call.whole(), &moments(call.whole()), &store)
                .unwrap();
            OutOfFold {
                logits,
                won: call.outcome() == Some(Outcome::Won),
                group: call.group().to_owned(),
                turns: call.turns().len(),
                familiarity: vote.familiarity,
            }
        })
        .collect();
    let stage = FittedStage {
        parts: few_parts(&calls).unwrap(),
        combination: Combination::fit(&rows, &few()).unwrap(),
    };
    let fitted = FittedPredictor::new(stage.clone(), stage);
    let bytes = serde_json::to_vec(&fitted).unwrap();
    assert_eq!(
        serde_json::from_slice::<FittedPredictor>(&bytes).unwrap(),
        fitted
    );
    let encoder = Arc::new(Letters(Fingerprint::new("letters")));
    let predictor = ConversionPredictor::new(
        Arc::new(fitted),
        encoder,
        Arc::new(store),
        Fingerprint::new("m"),
    )
    .unwrap();
    let said = predictor.predict(asked("yes please").whole()).unwrap();
    assert_eq!((said.evidence.len(), said.interval), (4, None));
    assert!((0.2..0.8).contains(&said.probability.value()), "{said:?}");
    for part in &said.parts {
        let speaks = [
            PartName::BaseRate,
            PartName::Neighbours,
            PartName::Calibration,
        ];
        assert!(speaks.contains(&part.name) || part.logit == 0.0, "{part:?}");
    }
}

#[test]
fn one_outcome_is_enough_for_the_neighbours_and_for_nothing_else() {
    let won: Vec<Conversation> = calls(8).into_iter().step_by(2).collect();
    let parts = few_parts(&won).unwrap();
    let store = Exact::of(&won);
    let call = asked("yes please");
    let (logits, _) = parts
        .logits(call.whole(), &moments(call.whole()), &store)
        .unwrap();
    // Laplace's rule keeps it finite and modest: (4 + 1) / (4 + 2) of four won calls before any of them votes.
    assert!(
        logits.neighbours > 0.0 && logits.neighbours < 5.0,
        "{logits:?}"
    );
    assert_eq!(
        few_parts(&[]).unwrap_err(),
        PredictError::OneOutcome { won: 0, lost: 0 }
    );
}
