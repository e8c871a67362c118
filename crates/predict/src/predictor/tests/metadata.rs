//! What is known of the deal besides what is said.

use proptest::prelude::*;
use upturn_core::Metadata;

use super::corpus::fitted_as;
use super::*;
use crate::{LearntPart, Live, LiveError, PartSet};

/// As [`calls`], of deals whose stage and amount foretell something and are partly unknown.
fn of_deals(count: usize) -> Vec<Conversation> {
    let known = |(at, call): (usize, Conversation)| {
        let late = (call.outcome() == Some(Outcome::Won)) != (at % 5 == 2);
        let stage = if late { "Negotiation" } else { "Discovery" };
        call.with_metadata(Metadata {
            stage: (at % 11 > 1).then(|| stage.to_owned()),
            amount: (at % 7 > 1).then_some(if late { 9e4 } else { 3e4 } + at as f64),
            ..Metadata::default()
        })
    };
    calls(count).into_iter().enumerate().map(known).collect()
}

fn of_stage(call: &Conversation, stage: &str) -> Conversation {
    call.clone().with_metadata(Metadata {
        stage: Some(stage.to_owned()),
        ..Metadata::default()
    })
}

fn on(calls: &[Conversation], config: &PredictorConfig) -> ConversionPredictor {
    let store = Exact::of(calls);
    let live = fitted_as(calls, &store, |call| vec![Prefix::first(call, 2)], config);
    let finished = fitted_as(calls, &store, |call| vec![call.whole()], config);
    let fitted = Arc::new(FittedPredictor::new(live, finished));
    let encoder = Arc::new(Letters(Fingerprint::new("letters")));
    ConversionPredictor::new(fitted, encoder, Arc::new(store), Fingerprint::new("m")).unwrap()
}

static OF_DEALS: std::sync::LazyLock<ConversionPredictor> =
    std::sync::LazyLock::new(|| on(&of_deals(80), &PredictorConfig::default()));

#[test]
fn a_stage_in_which_deals_are_won_speaks_for_won() -> Result<(), PredictorError> {
    let call = asked("hm");
    let said = |stage: &str| OF_DEALS.predict(of_stage(&call, stage).whole());
    let (late, early) = (said(" negotiation")?, said("Discovery")?);
    let part = |said: &Prediction| said.part(PartName::Metadata);
    assert!(
        part(&late) > 0.1 && part(&early) < -0.1,
        "{late:?} {early:?}"
    );
    assert!(late.probability > early.probability);
    Ok(())
}

#[test]
fn without_metadata_all_is_as_if_the_part_were_left_out() -> Result<(), PredictorError> {
    let calls = calls(60);
    let left_out = PredictorConfig {
        parts: PartSet::of(
            LearntPart::ALL
                .into_iter()
                .filter(|part| *part != LearntPart::Metadata),
        ),
        ..PredictorConfig::default()
    };
    let (with, without) = (
        on(&calls, &PredictorConfig::default()),
        on(&calls, &left_out),
    );
    for call in &calls {
        for prefix in [call.whole(), Prefix::first(call, 2)] {
            let (a, b) = (with.predict(prefix)?, without.predict(prefix)?);
            let apart = a.probability.value() - b.probability.value();
            assert!(apart.abs() < 1e-6, "{a:?} {b:?}");
            assert!(a.part(PartName::Metadata).abs() < 1e-12, "{a:?}");
        }
        // Nothing was learnt of stages, so none says anything.
        let staged = of_stage(call, "negotiation");
        let (a, b) = (with.predict(staged.whole())?, with.predict(call.whole())?);
        assert_eq!(a.logit.to_bits(), b.logit.to_bits());
    }
    Ok(())
}

#[test]
fn what_is_learnt_of_deals_is_kept_to_the_bit() -> Result<(), Box<dyn std::error::Error>> {
    let text = serde_json::to_string(OF_DEALS.fitted())?;
    assert!(text.contains("negotiation"), "the vocabulary is kept");
    let again: FittedPredictor = serde_json::from_str(&text)?;
    assert_eq!(&again, OF_DEALS.fitted());
    Ok(())
}

#[test]
fn a_call_that_is_followed_knows_its_deal_from_the_first_turn() -> Result<(), LiveError> {
    let call = of_stage(&asked("hm"), "negotiation");
    let mut turns = call.turns().iter().cloned();
    let (id, metadata) = (call.id().clone(), call.metadata().clone());
    let (mut live, first) = Live::begin(&OF_DEALS, id, metadata, turns.next().unwrap())?;
    let second = live.push(turns.next().unwrap())?;
    let part = |said: &Prediction| said.part(PartName::Metadata);
    assert!(part(&first) > 0.1, "{first:?}");
    assert_eq!(part(&first).to_bits(), part(&second).to_bits());
    Ok(())
}

#[test]
fn offers_are_heard_turn_by_turn_as_at_once() -> Result<(), LiveError> {
    let said = ["Is $600 too much?", "I'd give 450", "500?", "Hm, 480"];
    let turns = said.iter().enumerate().map(|(at, text)| {
        let by = if at % 2 == 0 {
            Speaker::Seller
        } else {
            Speaker::Buyer
        };
        Turn::new(by, *text)
    });
    let haggle = |amount: f64| {
        let known = Metadata {
            amount: Some(amount),
            ..Metadata::default()
        };
        let id = ConversationId::new("haggle").unwrap();
        let call = Conversation::new(id, turns.clone().collect()).unwrap();
        call.with_metadata(known)
    };
    let (near, far) = (haggle(600.0), haggle(6e6));
    let mut turns = near.turns().iter().cloned();
    let (id, metadata) = (near.id().clone(), near.metadata().clone());
    let (mut live, mut last) = Live::begin(&OF_DEALS, id, metadata, turns.next().unwrap())?;
    for turn in turns {
        last = live.push(turn)?;
    }
    assert_eq!(last, OF_DEALS.predict(Prefix::first(&near, said.len()))?);
    assert_eq!(
        OF_DEALS.contributions(near.whole(), &last).offers.len(),
        said.len()
    );
    assert!(OF_DEALS.contributions(far.whole(), &last).offers.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn the_parts_sum_to_the_logit_whatever_is_known_of_the_deal(
        stage in prop::option::of("negotiation|discovery|[a-z]{3,8}"),
        amount in prop::option::of(any::<f64>()),
        answer in "yes please|no thanks|[a-z ]{1,12}",
    ) {
        prop_assume!(!answer.trim().is_empty());
        let call = asked(&answer).with_metadata(Metadata { stage, amount, ..Metadata::default() });
        for prefix in [call.whole(), Prefix::first(&call, 2)] {
            let said = OF_DEALS.predict(prefix).unwrap();
            let sum: f64 = said.parts.iter().map(|part| part.logit).sum();
            prop_assert!((sum - said.logit).abs() < 1e-6);
            prop_assert!(said.logit.is_finite());
        }
    }
}
