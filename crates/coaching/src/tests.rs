//! Explanations of a predictor that reads letters: crude, but of the text and nothing else.

use std::sync::Arc;

use upturn_core::{
    Conversation, ConversationId, Embedding, EmbeddingsError, EncodedMoment, EncodedTurn, Filter,
    Fingerprint, Moment, MomentEncoder, Outcome, Predictor as _, PredictorError, Prefix, Query,
    RetrievalRequest, Retriever, RetrieverError, ScoredDocument, SearchRequest, Speaker, Turn,
    TurnRange, VectorStore, points,
};
use upturn_predict::{
    Combination, ConversionPredictor, Example, FittedPredictor, FittedStage, OutOfFold, Parts,
    PredictorConfig,
};
use upturn_vectorstore_memory::MemoryStore;

use crate::{Coach, ComparableCalls, Deletion, Faithfulness, PairOfCalls, Trajectory, WhatMovedIt};

const HIDDEN: usize = 3;

/// One moment a turn, whose numbers are counts of letters.
#[derive(Debug)]
struct Letters(Fingerprint);

impl MomentEncoder for Letters {
    fn hidden(&self) -> usize {
        HIDDEN
    }

    fn dimension(&self) -> usize {
        HIDDEN
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.0
    }

    fn encode(&self, prefixes: &[Prefix<'_>]) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        Ok(prefixes.iter().map(|prefix| moments(*prefix)).collect())
    }
}

fn moments(prefix: Prefix<'_>) -> Vec<EncodedMoment> {
    let one = |(start, turn): (usize, &Turn)| {
        let count = |of: &str| turn.text.chars().filter(|c| of.contains(*c)).count() as f32;
        let vector = vec![1.0 + count("aeiou"), count("strn"), count("ylmp")];
        EncodedMoment {
            moment: Moment {
                conversation: prefix.id().clone(),
                turns: TurnRange {
                    start,
                    end: start + 1,
                },
                text: format!("{}: {}", turn.speaker.as_str(), turn.text),
            },
            embedding: Embedding::normalized(vector.clone()).unwrap(),
            turns: vec![EncodedTurn {
                speaker: turn.speaker,
                vector,
            }],
        }
    };
    prefix.turns().iter().enumerate().map(one).collect()
}

fn said(id: &str, texts: &[&str]) -> Conversation {
    let speakers = [Speaker::Seller, Speaker::Buyer].into_iter().cycle();
    let turns = speakers.zip(texts).map(|(who, text)| Turn::new(who, *text));
    Conversation::new(ConversationId::new(id).unwrap(), turns.collect()).unwrap()
}

/// The store, asked by vector.
#[derive(Debug)]
struct ByVector(Arc<MemoryStore>);

impl Retriever for ByVector {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        let Query::Vector(vector) = &request.query else {
            return Ok(Vec::new());
        };
        let search = SearchRequest::new(vector.clone(), request.limit);
        Ok(self.0.search(&search.with_filter(request.filter.clone()))?)
    }
}

/// Calls whose buyers mostly say what became of them.
fn corpus(count: usize) -> Vec<Conversation> {
    let call = |at: usize| {
        let won = at.is_multiple_of(2);
        let says_yes = won != (at % 7 == 3);
        let opening = ["hello, do you need a plan?", "good day", "a question?"];
        let yes = ["yes please", "that sounds perfect", "sure, send it"];
        let no = ["no thanks", "far too dear", "not now, sorry"];
        let answer = if says_yes { yes } else { no };
        let texts = [opening[at % 3], answer[at / 2 % 3], "thank you"];
        let outcome = if won { Outcome::Won } else { Outcome::Lost };
        said(&format!("call-{at}"), &texts).with_outcome(Some(outcome))
    };
    (0..count).map(call).collect()
}

fn store(calls: &[Conversation]) -> Arc<MemoryStore> {
    let store = MemoryStore::new(HIDDEN, Fingerprint::new("letters"));
    for call in calls {
        store.upsert(&points(call, &moments(call.whole()))).unwrap();
    }
    Arc::new(store)
}

fn fitted(calls: &[Conversation], retriever: &dyn Retriever) -> FittedStage {
    let fit = |calls: Vec<&Conversation>| {
        let encoded: Vec<_> = calls.iter().map(|call| moments(call.whole())).collect();
        let examples = calls.iter().zip(&encoded).map(|(call, moments)| Example {
            prefix: call.whole(),
            moments,
            outcome: call.outcome().unwrap(),
        });
        Parts::fit(&examples.collect::<Vec<_>>(), &PredictorConfig::default()).unwrap()
    };
    let (mut known, mut unseen) = (Vec::new(), Vec::new());
    for (at, call) in calls.iter().enumerate() {
        if at / 2 % 2 == 0 {
            &mut known
        } else {
            &mut unseen
        }
        .push(call);
    }
    let learnt = fit(known);
    let out_of_fold = unseen.into_iter().map(|call| {
        let logits = learnt.logits(call.whole(), &moments(call.whole()), retriever);
        let mut row = serde_json::json!({
            "won": call.outcome() == Some(Outcome::Won), "group": call.group(), "turns": call.turns().len(),
        });
        row["logits"] = serde_json::to_value(logits.unwrap().0).unwrap();
        serde_json::from_value::<OutOfFold>(row).unwrap()
    });
    FittedStage {
        combination: Combination::fit(
            &out_of_fold.collect::<Vec<_>>(),
            &PredictorConfig::default(),
        )
        .unwrap(),
        parts: fit(calls.iter().collect()),
    }
}

fn predictor() -> (ConversionPredictor, Arc<MemoryStore>) {
    let calls = corpus(120);
    let store = store(&calls);
    let retriever = ByVector(store.clone());
    let stage = fitted(&calls, &retriever);
    let fitted = FittedPredictor::new(stage.clone(), stage);
    let encoder = Arc::new(Letters(Fingerprint::new("letters")));
    let predictor = ConversionPredictor::new(
        Arc::new(fitted),
        encoder,
        Arc::new(retriever),
        Fingerprint::new("model"),
    );
    (predictor.unwrap(), store)
}

fn question() -> Conversation {
    let texts = [
        "hello, do you need a plan?",
        "far too dear",
        "I see, and with a discount?",
        "sure, that sounds perfect",
        "shall I send it?",
        "yes please",
    ];
    said("question", &texts)
}

#[test]
fn a_trajectory_is_what_every_prefix_predicts() -> Result<(), PredictorError> {
    let (predictor, _) = predictor();
    let call = question();
    let (Trajectory(waypoints), heard) = Trajectory::of(&predictor, call.whole(), 120)?;
    assert_eq!(waypoints.len(), 6);
    for waypoint in &waypoints {
        let prefix = Prefix::first(&call, waypoint.turns);
        let prefix = if waypoint.turns == 6 {
            call.whole()
        } else {
            prefix
        };
        let asked = predictor.predict(prefix)?;
        assert_eq!(waypoint.logit.to_bits(), asked.logit.to_bits());
    }
    assert_eq!(heard, predictor.hear(call.whole())?);
    let (Trajectory(few), same) = Trajectory::of(&predictor, call.whole(), 2)?;
    assert_eq!(few, [waypoints[2], waypoints[5]]);
    assert_eq!(same, heard);
    Ok(())
}

/// Here a moment is a turn, so that leaving one out is not saying it.
#[test]
fn what_moved_it_is_what_not_saying_it_changes() -> Result<(), PredictorError> {
    let (predictor, _) = predictor();
    let call = question();
    for prefix in [call.whole(), Prefix::first(&call, 5)] {
        let moved = WhatMovedIt::of(&predictor, prefix, &predictor.hear(prefix)?)?;
        assert_eq!(moved.moments, moved.turns);
        assert_eq!(moved.turns.len(), prefix.turns().len());
        let whole = predictor.predict(prefix)?.logit;
        for (at, one) in moved.turns.iter().enumerate() {
            let mut turns = prefix.turns().to_vec();
            turns.remove(at);
            let rest = Conversation::new(call.id().clone(), turns).unwrap();
            let rest = if prefix.is_finished() {
                rest.whole()
            } else {
                Prefix::first(&rest, prefix.turns().len())
            };
            let unsaid = predictor.predict(rest)?.logit;
            assert!((one.logit - (whole - unsaid)).abs() < 1e-9);
        }
        let strongest = moved
            .turns
            .iter()
            .max_by(|a, b| a.logit.total_cmp(&b.logit));
        assert!(
            strongest.is_some_and(|one| one.turns.start % 2 == 1),
            "{moved:?}"
        );
    }
    Ok(())
}

#[test]
fn of_a_single_turn_nothing_can_be_left_out() -> Result<(), PredictorError> {
    let (predictor, _) = predictor();
    let call = said("one", &["yes please"]);
    let moved = WhatMovedIt::of(&predictor, call.whole(), &predictor.hear(call.whole())?)?;
    assert_eq!(moved, WhatMovedIt::default());
    Ok(())
}

/// A long call is cut into fewer stretches, which hold every turn, and some of its turns are tried alone.
#[test]
fn of_a_long_call_stretches_are_left_out() -> Result<(), PredictorError> {
    let (predictor, _) = predictor();
    let texts = [
        "hello",
        "no thanks",
        "why?",
        "far too dear",
        "sure, send it",
    ];
    let texts: Vec<&str> = texts.into_iter().cycle().take(401).collect();
    let call = said("long", &texts);
    let moved = WhatMovedIt::of(&predictor, call.whole(), &predictor.hear(call.whole())?)?;
    assert!(moved.moments.len() <= 60);
    assert_eq!(moved.moments.first().map(|it| it.turns.start), Some(0));
    assert_eq!(moved.moments.last().map(|it| it.turns.end), Some(401));
    assert!(
        moved
            .moments
            .windows(2)
            .all(|two| two[0].turns.end == two[1].turns.start)
    );
    assert_eq!(moved.turns.len(), 120);
    Ok(())
}

#[test]
fn calls_beside_each_other_are_aligned_in_order_and_part_where_they_differ() {
    let here = said(
        "here",
        &[
            "hello, plan?",
            "yes",
            "strn strn",
            "aeiou you are",
            "lymp lymp",
        ],
    );
    let there = said(
        "there",
        &["hello, plan?", "yes", "strn strn", "lymp lymp ply"],
    )
    .with_outcome(Some(Outcome::Lost));
    let other = said("other", &["strn"]).with_outcome(Some(Outcome::Won));
    let store = store(&[there, other]);
    let found = ComparableCalls::of(
        &*store,
        here.whole(),
        &moments(here.whole()),
        &Filter::default(),
        3,
    );
    let found = found.unwrap();
    assert_eq!((found.won.len(), found.lost.len()), (1, 1));
    let lost = &found.lost[0];
    assert!((lost.score - 1.0).abs() < 1e-6);
    let pairs: Vec<_> = lost
        .aligned
        .iter()
        .map(|it| (it.here.start, it.there.start))
        .collect();
    assert!(
        pairs
            .windows(2)
            .all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1),
        "{pairs:?}"
    );
    assert!(pairs.starts_with(&[(0, 0), (1, 1), (2, 2)]), "{pairs:?}");
    assert_eq!(pairs.last(), Some(&(4, 3)));
    let parted = lost.parted.as_ref().unwrap();
    assert_eq!((parted.here.start, parted.there.start), (3, 3));
    assert_eq!(parted.text, "buyer: lymp lymp ply");
    // The other call is over where they would part.
    assert_eq!(found.won[0].parted, None);
    assert_eq!(found.won[0].said_next, None);
}

/// Here a deletion is what leaving out computes, so the strongest moments are those whose deletion moves most.
#[test]
fn deleting_what_moved_it_moves_it_more_than_deleting_anything() -> Result<(), PredictorError> {
    let (predictor, _) = predictor();
    let calls = corpus(40);
    let mut deletions = Vec::new();
    for (seed, call) in (0..).zip(&calls) {
        deletions.extend(Deletion::of(&predictor, call.whole(), 0.3, seed)?);
    }
    assert_eq!(deletions.len(), 40);
    assert!(
        deletions
            .iter()
            .all(|one| one.strongest >= one.random - 1e-9)
    );
    let told = Faithfulness::of(&deletions).unwrap();
    assert!(told.difference.low > 0.0, "{told:?}");
    let short = said("short", &["hello", "no"]);
    assert_eq!(Deletion::of(&predictor, short.whole(), 0.3, 0)?, None);
    Ok(())
}

#[test]
fn a_coach_tells_what_the_parts_tell() -> Result<(), Box<dyn std::error::Error>> {
    let (predictor, store) = predictor();
    let call = question();
    let coach = Coach::new(predictor.clone()).with_store(store, Filter::default());
    let told = coach.explain(call.whole())?;
    assert_eq!(told.prediction, predictor.predict(call.whole())?);
    assert_eq!(told.trajectory.0.len(), 6);
    assert_eq!(told.moved.turns.len(), 6);
    assert_eq!(
        (told.comparables.won.len(), told.comparables.lost.len()),
        (3, 3)
    );
    assert!(told.standings.is_empty());
    let alone = Coach::new(predictor).explain(call.whole())?;
    assert!(alone.comparables.won.is_empty());
    Ok(())
}

#[test]
fn a_call_beside_itself_is_aligned_with_itself_and_does_not_part() {
    let call = question();
    let moments = moments(call.whole());
    let pair = PairOfCalls::of(&moments, &moments);
    let places: Vec<_> = pair.aligned.iter().map(|it| (it.here, it.there)).collect();
    assert!(!places.is_empty() && places.iter().all(|(here, there)| here == there));
    assert!(pair.alike.is_some_and(|it| it.here == it.there));
    assert_eq!(pair.parted, None);
    assert_eq!(PairOfCalls::of(&[], &moments).alike, None);
}
