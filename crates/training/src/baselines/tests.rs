use upturn_core::Outcome;

use super::*;
use crate::examples::{cached, calls};

fn said(train: &[Conversation], test: &[Conversation]) -> BTreeMap<Baseline, Vec<Probability>> {
    let (train, test): (Vec<_>, Vec<_>) = (train.iter().collect(), test.iter().collect());
    let answers = baselines(&train, &test, 1.0, &cached(), 0).unwrap();
    assert_eq!(answers.unfitted, BTreeMap::new());
    answers.said
}

#[test]
fn every_baseline_says_something_of_every_call_and_the_base_rate_is_the_share() {
    let calls = calls(80);
    let said = said(&calls[..60], &calls[60..]);
    assert_eq!(said.len(), Baseline::ALL.len());
    assert!(said.values().all(|answers| answers.len() == 20));
    assert!(
        said[&Baseline::BaseRate]
            .iter()
            .all(|share| (share.value() - 0.5).abs() < 1e-12)
    );
    let spread = |baseline| {
        let values: Vec<f64> = said[&baseline]
            .iter()
            .map(|p: &Probability| p.value())
            .collect();
        values
            .iter()
            .fold(0.0f64, |most, p| most.max((p - values[0]).abs()))
    };
    assert!(spread(Baseline::BagOfWords) > 0.05 && spread(Baseline::Stack) > 0.05);
}

#[test]
fn the_outcomes_of_the_calls_asked_about_change_nothing() {
    let calls = calls(80);
    let turn = |call: &Conversation| {
        let other = match call.outcome() {
            Some(Outcome::Won) => Outcome::Lost,
            _ => Outcome::Won,
        };
        call.clone().with_outcome(Some(other))
    };
    let turned: Vec<Conversation> = calls[60..].iter().map(turn).collect();
    assert_eq!(
        said(&calls[..60], &calls[60..]),
        said(&calls[..60], &turned)
    );
}

#[test]
fn calls_that_came_out_alike_bear_the_base_rate_alone_and_the_others_say_why_not() {
    let calls = calls(60);
    let won: Vec<&Conversation> = calls.iter().step_by(2).collect();
    let answers = baselines(&won, &won, 1.0, &cached(), 0).unwrap();
    assert!(answers.said.keys().eq(&[Baseline::BaseRate]));
    assert!(answers.unfitted.keys().eq(&Baseline::ALL[1..]));
    for error in answers.unfitted.values() {
        assert!(
            matches!(error, PredictError::OneOutcome { lost: 0, .. }),
            "{error}"
        );
    }
}

#[test]
fn however_few_the_calls_are_every_baseline_says_something_or_why_it_does_not() {
    let calls = calls(40);
    let test: Vec<&Conversation> = calls[30..].iter().collect();
    for few in [0, 1, 2, 4, 8, 14, 20, 30] {
        let train: Vec<&Conversation> = calls[..few].iter().collect();
        let answers = baselines(&train, &test, 0.5, &cached(), 0).unwrap();
        let spoken = |baseline| answers.said.get(&baseline).map(Vec::len);
        assert_eq!(spoken(Baseline::BaseRate), Some(10));
        for baseline in Baseline::ALL {
            let unfitted = answers.unfitted.contains_key(&baseline);
            let expected = (!unfitted).then_some(10);
            assert_eq!(spoken(baseline), expected, "{baseline} of {few}");
        }
        assert!(
            few < 14 || answers.unfitted.is_empty(),
            "{few}: {answers:?}"
        );
    }
}
