use upturn_core::{
    Conversation, ConversationId, Document, Embedding, EncodedTurn, Moment, Outcome, PartName,
    Query, RetrievalRequest, RetrieverError, ScoredDocument, Speaker, Turn, TurnRange,
};

use super::*;
use crate::{Combination, Example, Lesson, OutOfFold, Parts, PredictorConfig, Room};

/// An encoder of one moment a turn whose numbers are counts of letters: crude, but of the text and nothing else.
#[derive(Debug)]
struct Letters(Fingerprint);

const HIDDEN: usize = 3;

fn letters(text: &str) -> Vec<f32> {
    let count = |of: &str| text.chars().filter(|c| of.contains(*c)).count() as f32;
    vec![1.0 + count("aeiou"), count("strn"), count("ylmp")]
}

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
    let turns = prefix.turns().iter().enumerate();
    turns
        .map(|(start, turn)| {
            let vector = letters(&turn.text);
            EncodedMoment {
                moment: Moment {
                    conversation: prefix.id().clone(),
                    turns: TurnRange {
                        start,
                        end: start + 1,
                    },
                    text: turn.text.clone(),
                },
                embedding: Embedding::normalized(vector.clone()).unwrap(),
                turns: vec![EncodedTurn {
                    speaker: turn.speaker,
                    vector,
                }],
            }
        })
        .collect()
}

/// Exact search over all calls.
#[derive(Debug)]
struct Exact(Vec<(Embedding, Document)>);

impl Exact {
    fn of(calls: &[Conversation]) -> Self {
        let points = calls.iter().flat_map(|call| {
            let points = moments(call.whole()).into_iter();
            points.map(|found| (found.embedding, Document::from_moment(call, &found.moment)))
        });
        Self(points.collect())
    }
}

impl Retriever for Exact {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        let Query::Vector(query) = &request.query else {
            return Ok(Vec::new());
        };
        let admitted = self
            .0
            .iter()
            .filter(|(_, document)| request.filter.admits(&document.metadata));
        let mut found: Vec<ScoredDocument> = admitted
            .map(|(embedding, document)| ScoredDocument {
                document: document.clone(),
                score: embedding.cosine(query),
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(request.limit);
        Ok(found)
    }
}

/// Calls whose buyers mostly say what became of them, by three turns in varying words.
fn calls(count: usize) -> Vec<Conversation> {
    let pick = |words: &[&'static str], at: usize| words[at % words.len()];
    let call = |at: usize| {
        let won = at.is_multiple_of(2);
        let says = won != (at % 7 == 3);
        let answer = if says {
            pick(
                &["yes please", "that sounds perfect", "sure, send it"],
                at / 2,
            )
        } else {
            pick(&["no thanks", "far too dear", "not now, sorry"], at / 3)
        };
        let opening = pick(
            &[
                "hello, do you need a plan?",
                "good day",
                "may I ask a question?",
            ],
            at,
        );
        let turns = vec![
            Turn::new(Speaker::Seller, opening),
            Turn::new(Speaker::Buyer, answer),
            Turn::new(
                Speaker::Seller,
                pick(&["fine", "I see", "thank you", "noted then"], at),
            ),
        ];
        Conversation::new(ConversationId::new(format!("call-{at}")).unwrap(), turns)
            .unwrap()
            .with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
    };
    (0..count).map(call).collect()
}

fn parts(calls: &[&Conversation], prefixes: fn(&Conversation) -> Vec<Prefix<'_>>) -> Parts {
    let prefixes: Vec<Prefix<'_>> = calls.iter().flat_map(|call| prefixes(call)).collect();
    let encoded: Vec<Vec<EncodedMoment>> = prefixes.iter().map(|prefix| moments(*prefix)).collect();
    let examples: Vec<Example<'_>> = prefixes
        .iter()
        .zip(&encoded)
        .map(|(prefix, moments)| Example {
            prefix: *prefix,
            moments,
            outcome: prefix.conversation().outcome().unwrap(),
        })
        .collect();
    Parts::fit(&examples, &PredictorConfig::default()).unwrap()
}

/// The whole way: parts on half of the calls say something of the other half, the combination learns from that.
fn fitted_on(
    calls: &[Conversation],
    store: &Exact,
    prefixes: fn(&Conversation) -> Vec<Prefix<'_>>,
) -> FittedStage {
    let mut out_of_fold = Vec::new();
    for fold in 0..2 {
        let held = |at: usize| at / 2 % 2 == fold;
        let rest = calls.iter().enumerate().filter(|(at, _)| !held(*at));
        let learnt = parts(&rest.map(|(_, call)| call).collect::<Vec<_>>(), prefixes);
        for (_, call) in calls.iter().enumerate().filter(|(at, _)| held(*at)) {
            for prefix in prefixes(call) {
                let (logits, vote) = learnt.logits(prefix, &moments(prefix), store).unwrap();
                out_of_fold.push(OutOfFold {
                    logits,
                    won: call.outcome() == Some(Outcome::Won),
                    group: call.group().to_owned(),
                    turns: prefix.turns().len(),
                    familiarity: vote.familiarity,
                });
            }
        }
    }
    FittedStage {
        parts: parts(&calls.iter().collect::<Vec<_>>(), prefixes),
        combination: Combination::fit(&out_of_fold, &PredictorConfig::default()).unwrap(),
    }
}

fn fitted(calls: &[Conversation], store: &Exact) -> FittedPredictor {
    let live = fitted_on(calls, store, |call| {
        [1, 2, 3].map(|turns| Prefix::first(call, turns)).to_vec()
    });
    FittedPredictor::new(live, fitted_on(calls, store, |call| vec![call.whole()]))
}

fn predictor(count: usize) -> ConversionPredictor {
    let calls = calls(count);
    let store = Exact::of(&calls);
    let fitted = Arc::new(fitted(&calls, &store));
    let encoder = Arc::new(Letters(Fingerprint::new("letters")));
    ConversionPredictor::new(fitted, encoder, Arc::new(store), Fingerprint::new("model")).unwrap()
}

fn asked(answer: &str) -> Conversation {
    let turns = vec![
        Turn::new(Speaker::Seller, "hello, do you need a plan?"),
        Turn::new(Speaker::Buyer, answer),
    ];
    Conversation::new(ConversationId::new("asked").unwrap(), turns).unwrap()
}

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
        serde_json::from_str::<FittedPredictor>(r#"{"format":3,"novelty":[]}"#).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("format 3, this program reads 4"),
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
mod few_labels;
mod live;
mod without_evidence;
