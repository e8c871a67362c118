use upturn_core::{
    Conversation, ConversationId, Embedding, EncodedTurn, Moment, Outcome, RetrievalRequest,
    RetrieverError, ScoredDocument, Speaker, Turn, TurnRange,
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
