use upturn_core::{
    Conversation, ConversationId, Document, Embedding, EncodedTurn, Moment, Outcome, PartName,
    Query, RetrievalRequest, RetrieverError, ScoredDocument, Speaker, Turn, TurnRange,
};

use super::*;
use crate::{Combination, Example, Lesson, OutOfFold, Parts, PredictorConfig, Room};
use corpus::{Exact, Letters, asked, calls, fitted, moments, predictor};

#[test]
fn what_buyers_of_won_calls_say_is_won_and_the_parts_sum_up() -> Result<(), PredictorError> {
    let predictor = predictor(80);
    let (yes, no) = (asked("that sounds perfect"), asked("far too dear"));
    let yes = predictor.predict(Prefix::first(&yes, 2))?;
    let no = predictor.predict(Prefix::first(&no, 2))?;
    assert!(yes.probability > no.probability, "{yes:?} {no:?}");
    assert_eq!(
        (yes.verdict, no.verdict),
        (Verdict::Won, Verdict::Lost),
        "{yes:?} {no:?}"
    );
    let strange = asked("zzz zzz zzz");
    let strange = predictor.predict(Prefix::first(&strange, 2))?;
    let unlike = |doubt: &Doubt| matches!(doubt, Doubt::NothingLikeIt { .. });
    assert!(strange.doubts.iter().any(unlike), "{:?}", strange.doubts);
    assert_eq!(strange.verdict, Verdict::Unsure);
    for prediction in [yes, no] {
        let sum: f64 = prediction.parts.iter().map(|part| part.logit).sum();
        assert!((sum - prediction.logit).abs() < 1e-6);
        assert_eq!(
            prediction.probability,
            Probability::from_logit(prediction.logit)
        );
        let Interval { low, high } = prediction.interval.unwrap();
        assert!(low <= prediction.probability && prediction.probability <= high);
        assert_eq!(prediction.support.calls, 15);
        let levels = prediction.outcome_sets.iter().map(|set| set.coverage);
        assert_eq!(levels.collect::<Vec<_>>(), crate::COVERAGES);
        assert_eq!(prediction.fingerprint.as_str(), "model");
    }
    Ok(())
}

#[test]
fn a_kept_predictor_gives_the_same_bits() -> Result<(), Box<dyn std::error::Error>> {
    let calls = calls(60);
    let store = Exact::of(&calls);
    let fitted = fitted(&calls, &store);
    let text = serde_json::to_string(&fitted)?;
    let again: FittedPredictor = serde_json::from_str(&text)?;
    assert_eq!(serde_json::to_string(&again)?, text);
    let fingerprint = Fingerprint::new("model");
    for call in &calls {
        let answer = |fitted: &FittedPredictor| {
            fitted.predict_encoded(call.whole(), &moments(call.whole()), &store, &fingerprint)
        };
        let (a, b) = (answer(&fitted)?, answer(&again)?);
        assert_eq!(a.logit.to_bits(), b.logit.to_bits());
        assert_eq!(a, b);
    }
    Ok(())
}

#[test]
fn fitting_twice_gives_the_same_bits() {
    let calls = calls(60);
    let store = Exact::of(&calls);
    assert_eq!(fitted(&calls, &store), fitted(&calls, &store));
}

#[test]
fn another_format_is_refused_before_its_fields_are_missed() {
    let error =
        serde_json::from_str::<FittedPredictor>(r#"{"format":4,"novelty":[]}"#).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("format 4, this program reads 5"),
        "{message}"
    );
}

#[test]
fn later_turns_and_the_outcome_change_nothing() -> Result<(), PredictorError> {
    let predictor = predictor(40);
    let short = asked("sure, send it");
    let mut turns = short.turns().to_vec();
    turns.push(Turn::new(Speaker::Buyer, "no thanks, far too dear, sorry?"));
    let long = Conversation::new(short.id().clone(), turns)
        .unwrap()
        .with_outcome(Some(Outcome::Lost));
    let (early, whole) = (
        predictor.predict(Prefix::first(&long, 2))?,
        predictor.predict(long.whole())?,
    );
    assert_eq!(predictor.predict(Prefix::first(&short, 2))?, early);
    assert_ne!(whole.probability, early.probability);
    Ok(())
}

#[test]
fn a_call_of_the_corpus_is_no_evidence_for_itself() -> Result<(), PredictorError> {
    let predictor = predictor(40);
    for call in calls(40) {
        let prediction = predictor.predict(call.whole())?;
        assert!(prediction.evidence.iter().all(|near| near.id != *call.id()));
    }
    Ok(())
}

#[test]
fn an_encoder_of_another_width_is_refused() {
    let calls = calls(40);
    let store = Exact::of(&calls);
    let fitted = fitted(&calls, &store);
    let mut narrow = moments(calls[0].whole());
    for turn in narrow.iter_mut().flat_map(|moment| &mut moment.turns) {
        turn.vector.pop();
    }
    let answer = fitted.predict_encoded(calls[0].whole(), &narrow, &store, &Fingerprint::new("m"));
    let error = answer.unwrap_err();
    assert!(
        matches!(
            error,
            PredictorError::Embeddings(EmbeddingsError::Backend(_))
        ),
        "{error:?}"
    );
}

#[test]
fn a_call_that_goes_on_is_read_by_what_was_learnt_of_such_calls() -> Result<(), PredictorError> {
    let calls = calls(60);
    let store = Exact::of(&calls);
    let fitted = fitted(&calls, &store);
    let call = asked("yes please, that sounds perfect");
    let fingerprint = Fingerprint::new("m");
    for prefix in [call.whole(), Prefix::first(&call, 2)] {
        let said = moments(prefix);
        let prediction = fitted.predict_encoded(prefix, &said, &store, &fingerprint)?;
        let FittedStage { parts, combination } = fitted.stage(Stage::of(prefix));
        let (logits, _) = parts.logits(prefix, &said, &store)?;
        assert_eq!(
            prediction.logit.to_bits(),
            combination
                .combine(logits, prefix.turns().len())
                .1
                .to_bits()
        );
    }
    assert_ne!(fitted.stage(Stage::Live), fitted.stage(Stage::Finished));
    Ok(())
}

#[test]
fn a_verdict_is_given_only_clear_of_one_half() {
    let p = |value: f64| Probability::new(value).unwrap();
    let within = |low: f64, high: f64| {
        Some(Interval {
            low: p(low),
            high: p(high),
        })
    };
    for (probability, interval, expected) in [
        (0.54, None, Verdict::Unsure),
        (0.56, None, Verdict::Won),
        (0.44, None, Verdict::Lost),
        (0.7, within(0.5, 0.8), Verdict::Unsure),
        (0.52, within(0.51, 0.6), Verdict::Unsure),
        (0.56, within(0.51, 0.6), Verdict::Won),
        (0.3, within(0.2, 0.4), Verdict::Lost),
    ] {
        assert_eq!(
            verdict(
                p(probability),
                near_the_line(p(probability), interval).as_slice()
            ),
            expected,
            "{probability}"
        );
    }
}

#[test]
fn where_the_rows_of_a_fit_wait_changes_no_bit() {
    let calls = calls(40);
    let moments: Vec<Vec<EncodedMoment>> = calls.iter().map(|call| moments(call.whole())).collect();
    let examples: Vec<Example<'_>> = calls
        .iter()
        .zip(&moments)
        .map(|(call, moments)| Example {
            prefix: call.whole(),
            moments,
            outcome: call.outcome().unwrap(),
        })
        .collect();
    let config = PredictorConfig {
        min_conversations: 2,
        ..PredictorConfig::default()
    };
    let in_memory = Parts::fit(&examples, &config).unwrap();
    let lessons: Vec<Lesson<'_>> = examples.iter().map(Lesson::from).collect();
    let opened = std::sync::atomic::AtomicUsize::new(0);
    let files = || {
        opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        tempfile::tempfile()
    };
    for bytes in [0, 8_000] {
        let mut each = moments.iter();
        let row = || Ok::<_, PredictError>(crate::pooled(each.next().unwrap()));
        let room = Room::new(bytes, &files);
        assert_eq!(
            Parts::fit_within(&lessons, row, &config, room).unwrap(),
            in_memory
        );
    }
    // Bags, rows of words, averages and shapes; with more room fewer of them.
    let opened = opened.into_inner();
    assert!((5..8).contains(&opened), "{opened}");
}

mod contributions;
mod corpus;
mod few_labels;
mod live;
mod metadata;
mod without_evidence;
