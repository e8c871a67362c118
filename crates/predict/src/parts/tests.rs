use upturn_core::{
    Conversation, ConversationId, Embedding, EncodedTurn, Metadata, Moment, Outcome,
    RetrievalRequest, RetrieverError, ScoredDocument, Speaker, Turn, TurnRange,
};

use super::*;

/// Nobody votes.
#[derive(Debug)]
struct Empty;

impl Retriever for Empty {
    fn retrieve(&self, _: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        Ok(Vec::new())
    }
}

/// Four words and three turns, whatever is offered.
fn call(id: &str, asked: usize, offered: usize) -> Conversation {
    let turns = vec![
        Turn::new(Speaker::Seller, format!("asking {asked}")),
        Turn::new(Speaker::Buyer, format!("{offered}")),
        Turn::new(Speaker::Seller, "hm"),
    ];
    let outcome = if asked == offered {
        Outcome::Won
    } else {
        Outcome::Lost
    };
    Conversation::new(ConversationId::new(id).unwrap(), turns)
        .unwrap()
        .with_outcome(Some(outcome))
}

/// The same vector for every call: the encoder sees nothing.
fn moment(id: &ConversationId) -> EncodedMoment {
    let turn = |speaker| EncodedTurn {
        speaker,
        vector: vec![1.0],
    };
    EncodedMoment {
        moment: Moment {
            conversation: id.clone(),
            turns: TurnRange { start: 0, end: 3 },
            text: String::new(),
        },
        embedding: Embedding::normalized(vec![1.0]).unwrap(),
        turns: vec![turn(Speaker::Seller), turn(Speaker::Buyer)],
    }
}

/// Fitted to calls that are won where the amounts meet; with their prefixes of two turns or without.
fn fitted(live: bool) -> Parts {
    let calls: Vec<Conversation> = (0..40)
        .map(|at| call(&format!("c{at}"), 100 + at, 100 + at - at % 2 * 9))
        .collect();
    let moments: Vec<[EncodedMoment; 1]> = calls.iter().map(|call| [moment(call.id())]).collect();
    let examples: Vec<Example<'_>> = calls
        .iter()
        .zip(&moments)
        .flat_map(|(call, moments)| {
            let example = |prefix| Example {
                prefix,
                moments,
                outcome: call.outcome().unwrap(),
            };
            let early = live.then(|| example(Prefix::first(call, 2)));
            [Some(example(call.whole())), early].into_iter().flatten()
        })
        .collect();
    Parts::fit(&examples, &PredictorConfig::default()).unwrap()
}

fn shape(parts: &Parts, asked: usize, offered: usize) -> f64 {
    let call = call("asked", asked, offered);
    let moments = [moment(call.id())];
    parts
        .logits(call.whole(), &moments, &Empty)
        .unwrap()
        .0
        .shape
}

#[test]
fn amounts_that_meet_speak_for_won_where_calls_are_finished() {
    let finished = fitted(false);
    assert!(shape(&finished, 70, 70) > 1.0);
    assert!(shape(&finished, 70, 60) < -1.0);
    let live = fitted(true);
    let (met, apart) = (shape(&live, 70, 70), shape(&live, 70, 60));
    assert_eq!(met.to_bits(), apart.to_bits());
}

/// Fitted to calls after the buyer's offer for deals of 500, which are won where it is near; only won ones know the amount, or all.
fn fitted_to_offers(all: bool) -> Parts {
    let calls: Vec<Conversation> = (0..40)
        .map(|at| {
            let lost = at % 2 == 1;
            let call = call(&format!("c{at}"), 480 - lost_by(lost), 480 - lost_by(lost));
            let outcome = if lost { Outcome::Lost } else { Outcome::Won };
            let amount = (all || !lost).then_some(500.0);
            of_amount(call, amount).with_outcome(Some(outcome))
        })
        .collect();
    let moments: Vec<[EncodedMoment; 1]> = calls.iter().map(|call| [moment(call.id())]).collect();
    let examples: Vec<Example<'_>> = calls
        .iter()
        .zip(&moments)
        .map(|(call, moments)| Example {
            prefix: Prefix::first(call, 2),
            moments,
            outcome: call.outcome().unwrap(),
        })
        .collect();
    Parts::fit(&examples, &PredictorConfig::default()).unwrap()
}

const fn lost_by(lost: bool) -> usize {
    if lost { 190 } else { 0 }
}

fn of_amount(call: Conversation, amount: Option<f64>) -> Conversation {
    call.with_metadata(Metadata {
        amount,
        ..Metadata::default()
    })
}

#[test]
fn offers_near_the_amount_speak_for_won_and_without_an_amount_nothing_is_said() {
    let parts = fitted_to_offers(true);
    let said = |offered: usize, amount: Option<f64>| {
        let call = of_amount(call("asked", offered, offered), amount);
        let (prefix, moments) = (Prefix::first(&call, 2), [moment(call.id())]);
        let logit = parts.logits(prefix, &moments, &Empty).unwrap().0.shape;
        (logit, parts.offers(prefix).len())
    };
    let (near, far) = (said(4_800, Some(5e3)), said(2_900, Some(5e3)));
    assert!(near.0 > 1.0 && far.0 < -1.0, "{near:?} {far:?}");
    assert_eq!((near.1, far.1), (2, 2));
    let unknown = said(4_800, None);
    assert!(unknown.0.abs() < 0.1 && unknown.1 == 0, "{unknown:?}");
}

#[test]
fn an_amount_that_only_won_deals_have_teaches_no_offers() {
    let parts = fitted_to_offers(false);
    let call = of_amount(call("asked", 480, 480), Some(500.0));
    assert!(parts.offers(call.whole()).is_empty());
    assert_eq!(parts.shape.width(), fitted(true).shape.width());
}

/// And only where it was asked for.
#[test]
fn sentences_are_learnt_from_where_calls_are_finished() {
    let calls: Vec<Conversation> = (0..120)
        .map(|at| call(&format!("c{at}"), 100 + at % 7, 100 + at % 7 - at % 2 * 9))
        .collect();
    let moments: Vec<[EncodedMoment; 1]> = calls.iter().map(|call| [moment(call.id())]).collect();
    let fitted = |config: &PredictorConfig, until: fn(&Conversation) -> Prefix<'_>| {
        let pairs = calls.iter().zip(&moments);
        let examples: Vec<Example<'_>> = pairs
            .map(|(call, moments)| Example {
                prefix: until(call),
                moments,
                outcome: call.outcome().unwrap(),
            })
            .collect();
        Parts::fit(&examples, config).unwrap()
    };
    let asked = PredictorConfig {
        sentences_c: Some(0.3),
        ..PredictorConfig::default()
    };
    assert!(
        fitted(&asked, |call| Prefix::first(call, 2))
            .sentences
            .is_none()
    );
    assert!(
        fitted(&PredictorConfig::default(), Conversation::whole)
            .sentences
            .is_none()
    );
    let parts = fitted(&asked, Conversation::whole);
    assert!(parts.sentences.is_some());
    assert_eq!(
        parts.words(),
        fitted(&PredictorConfig::default(), Conversation::whole).words()
    );
}
