//! Calls that are followed turn by turn.

use std::sync::Mutex;

use upturn_core::{Cause, Metadata, VectorStoreError};

use super::corpus::fitted_as;
use super::*;
use crate::{Heard, Live, LiveError};

/// A retriever that can be taken down, and counts how often it is asked.
#[derive(Debug)]
struct Frail {
    behind: Exact,
    down: Mutex<bool>,
    asked: Mutex<usize>,
}

impl Retriever for Frail {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        *self.asked.lock().unwrap() += 1;
        if *self.down.lock().unwrap() {
            return Err(RetrieverError::from(VectorStoreError::Backend {
                collection: "calls".to_owned(),
                source: Cause::new(PredictError::OneOutcome { won: 0, lost: 0 }),
            }));
        }
        self.behind.retrieve(request)
    }
}

fn frail() -> (ConversionPredictor, Arc<Frail>) {
    let with = predictor(40);
    let store = Arc::new(Frail {
        behind: Exact::of(&calls(40)),
        down: Mutex::new(false),
        asked: Mutex::new(0),
    });
    let retriever: Arc<dyn Retriever> = store.clone();
    let retriever = Some(retriever);
    (ConversionPredictor { retriever, ..with }, store)
}

fn long_call(turns: usize) -> Conversation {
    let corpus = calls(turns);
    let said = corpus.iter().flat_map(Conversation::turns).take(turns);
    let id = ConversationId::new("long").unwrap();
    Conversation::new(id, said.cloned().collect()).unwrap()
}

/// The predictions after each turn.
fn followed(
    predictor: &ConversionPredictor,
    call: &Conversation,
) -> Result<(Live, Vec<Prediction>), LiveError> {
    let mut turns = call.turns().iter().cloned();
    let first = turns.next().unwrap();
    let (mut live, prediction) =
        Live::begin(predictor, call.id().clone(), Metadata::default(), first)?;
    let mut all = vec![prediction];
    for turn in turns {
        all.push(live.push(turn)?);
    }
    Ok((live, all))
}

#[test]
fn following_gives_what_every_prefix_gives() -> Result<(), LiveError> {
    let predictor = predictor(40);
    let call = long_call(17);
    let (live, all) = followed(&predictor, &call)?;
    for (turns, followed) in (1..).zip(&all) {
        assert_eq!(*followed, predictor.predict(Prefix::first(&call, turns))?);
    }
    assert_eq!(live.finished()?, predictor.predict(call.whole())?);
    assert_eq!(live.call().turns(), call.turns());
    assert_eq!(live.heard().turns(), 17);
    Ok(())
}

#[test]
fn a_turn_asks_the_collection_for_what_is_new_only() -> Result<(), LiveError> {
    let (predictor, store) = frail();
    followed(&predictor, &long_call(12))?;
    // One moment a turn, and one request a moment unless too few calls come back.
    let by_turn = *store.asked.lock().unwrap();
    let whole = predictor.hear(long_call(12).whole())?;
    let at_once = *store.asked.lock().unwrap() - by_turn;
    assert_eq!(by_turn, at_once);
    assert_eq!(whole.moments().len(), 12);
    Ok(())
}

#[test]
fn a_collection_that_is_down_costs_the_neighbours_and_comes_back() -> Result<(), LiveError> {
    let (predictor, store) = frail();
    let call = long_call(6);
    let (mut live, _) = followed(&predictor, &call)?;
    assert!(live.evidence_missing().is_none());
    let next = || Turn::new(Speaker::Buyer, "sure, send it");

    *store.down.lock().unwrap() = true;
    let alone = live.push(next())?;
    assert!(live.evidence_missing().is_some());
    assert!(alone.evidence.is_empty());
    assert!(alone.part(PartName::Neighbours).abs() < 1e-12);

    *store.down.lock().unwrap() = false;
    let again = live.push(next())?;
    assert!(live.evidence_missing().is_none());
    let so_far = live.call().clone();
    assert_eq!(again, predictor.predict(Prefix::first(&so_far, 8))?);
    Ok(())
}

#[test]
fn a_collection_that_opens_late_is_asked_about_all_that_was_said() -> Result<(), LiveError> {
    let (predictor, _) = frail();
    let call = long_call(6);
    let (mut live, _) = followed(&predictor.alone(), &call)?;
    assert!(live.heard().near().is_none());
    live.ask(predictor.clone());
    let again = live.push(Turn::new(Speaker::Buyer, "sure, send it"))?;
    let so_far = live.call().clone();
    assert_eq!(again, predictor.predict(Prefix::first(&so_far, 7))?);
    Ok(())
}

#[test]
fn a_turn_that_runs_backwards_is_not_taken() -> Result<(), LiveError> {
    let (mut live, _) = followed(&predictor(40), &long_call(3))?;
    let backwards = Turn {
        start_ms: Some(9),
        end_ms: Some(3),
        ..Turn::new(Speaker::Buyer, "yes")
    };
    assert!(matches!(live.push(backwards), Err(LiveError::Turn(_))));
    assert_eq!(live.call().turns().len(), 3);
    Ok(())
}

#[test]
fn what_was_not_said_is_not_heard() -> Result<(), PredictorError> {
    let predictor = predictor(40);
    let call = long_call(5);
    let heard = predictor.hear(call.whole())?;
    let without = heard.without(TurnRange { start: 1, end: 3 });
    assert_eq!(without.moments().len(), 3);
    let left: Vec<usize> = without
        .moments()
        .iter()
        .map(|m| m.moment.turns.start)
        .collect();
    assert_eq!(left, [0, 3, 4]);
    assert_eq!(heard.without(TurnRange { start: 9, end: 12 }), heard);
    Ok(())
}

#[test]
fn hearing_along_is_hearing_turn_by_turn() -> Result<(), PredictorError> {
    let (predictor, store) = frail();
    let call = long_call(9);
    let places = [1, 2, 5, 6, 9];
    let mut turn_by_turn = Heard::default();
    let mut asked = Vec::new();
    for turns in places {
        let so_far = Prefix::first(&call, turns);
        predictor.hear_after(so_far, &mut turn_by_turn)?;
        asked.push((turns, turn_by_turn.clone()));
    }
    let one_by_one = std::mem::take(&mut *store.asked.lock().unwrap());

    let mut visited = Vec::new();
    let heard = predictor.hear_along(call.whole(), &places, |so_far, heard| {
        assert_eq!(so_far.is_finished(), so_far.turns().len() == 9);
        let predicted = predictor.predict_heard(so_far, heard)?;
        assert_eq!(predicted, predictor.predict(so_far)?);
        visited.push((so_far.turns().len(), heard.clone()));
        Ok(())
    })?;
    assert_eq!(visited, asked);
    assert_eq!(heard, turn_by_turn);

    *store.asked.lock().unwrap() = 0;
    predictor.hear_along(call.whole(), &places, |_, _| Ok(()))?;
    assert_eq!(*store.asked.lock().unwrap(), one_by_one);
    *store.down.lock().unwrap() = true;
    let down = predictor.hear_along(call.whole(), &places, |_, _| Ok(()));
    assert!(matches!(down, Err(PredictorError::Retriever(_))));
    let alone = predictor.alone();
    let heard = alone.hear_along(call.whole(), &places, |_, _| Ok(()))?;
    assert_eq!((heard.moments().len(), heard.near()), (9, None));
    Ok(())
}

#[test]
fn sentences_are_heard_turn_by_turn_as_at_once() -> Result<(), PredictorError> {
    let calls = calls(240);
    let store = Exact::of(&calls);
    let stage = |sentences_c| {
        let config = PredictorConfig {
            sentences_c,
            ..PredictorConfig::default()
        };
        fitted_as(&calls, &store, |call| vec![call.whole()], &config)
    };
    let (spoken, plain) = (stage(Some(0.3)), stage(None));
    let json = serde_json::to_string(&spoken).unwrap();
    assert_eq!(serde_json::from_str::<FittedStage>(&json).unwrap(), spoken);
    let [spoken, plain] = [spoken, plain].map(|stage| {
        let fitted = Arc::new(FittedPredictor::new(stage.clone(), stage));
        let encoder = Arc::new(Letters(Fingerprint::new("letters")));
        let store = Arc::new(Exact::of(&calls));
        ConversionPredictor::new(fitted, encoder, store, Fingerprint::new("model")).unwrap()
    });
    for call in &calls[..6] {
        let whole = call.whole();
        let said = spoken.predict(whole)?;
        assert_eq!(said, spoken.predict_heard(whole, &spoken.hear(whole)?)?);
        let beneath = spoken.contributions(whole, &said);
        let terms: f64 = beneath.terms.iter().map(|term| term.logit).sum();
        let words = said.part(PartName::Words);
        assert!((terms + beneath.words_rest - words).abs() < 1e-9);
        let plain = plain.predict(whole)?.part(PartName::Words);
        assert!((words - plain).abs() > 1e-6, "{words} {plain}");
    }
    Ok(())
}
