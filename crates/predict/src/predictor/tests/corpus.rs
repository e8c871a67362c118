//! Small calls, an encoder that counts letters and an exact search, to predict with.

use super::*;

/// An encoder of one moment a turn whose numbers are counts of letters: crude, but of the text and nothing else.
#[derive(Debug)]
pub(super) struct Letters(pub(super) Fingerprint);

pub(super) const HIDDEN: usize = 3;

pub(super) fn letters(text: &str) -> Vec<f32> {
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

pub(super) fn moments(prefix: Prefix<'_>) -> Vec<EncodedMoment> {
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
pub(super) struct Exact(Vec<(Embedding, Document)>);

impl Exact {
    pub(super) fn of(calls: &[Conversation]) -> Self {
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
pub(super) fn calls(count: usize) -> Vec<Conversation> {
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

pub(super) fn parts(
    calls: &[&Conversation],
    prefixes: fn(&Conversation) -> Vec<Prefix<'_>>,
    config: &PredictorConfig,
) -> Parts {
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
    Parts::fit(&examples, config).unwrap()
}

pub(super) fn fitted_on(
    calls: &[Conversation],
    store: &Exact,
    prefixes: fn(&Conversation) -> Vec<Prefix<'_>>,
) -> FittedStage {
    fitted_as(calls, store, prefixes, &PredictorConfig::default())
}

/// The whole way: parts on half of the calls say something of the other half, the combination learns from that.
pub(super) fn fitted_as(
    calls: &[Conversation],
    store: &Exact,
    prefixes: fn(&Conversation) -> Vec<Prefix<'_>>,
    config: &PredictorConfig,
) -> FittedStage {
    let mut out_of_fold = Vec::new();
    for fold in 0..2 {
        let held = |at: usize| at / 2 % 2 == fold;
        let rest = calls.iter().enumerate().filter(|(at, _)| !held(*at));
        let rest: Vec<&Conversation> = rest.map(|(_, call)| call).collect();
        let learnt = parts(&rest, prefixes, config);
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
        parts: parts(&calls.iter().collect::<Vec<_>>(), prefixes, config),
        combination: Combination::fit(&out_of_fold, config).unwrap(),
    }
}

pub(super) fn fitted(calls: &[Conversation], store: &Exact) -> FittedPredictor {
    let live = fitted_on(calls, store, |call| {
        [1, 2, 3].map(|turns| Prefix::first(call, turns)).to_vec()
    });
    FittedPredictor::new(live, fitted_on(calls, store, |call| vec![call.whole()]))
}

pub(super) fn predictor(count: usize) -> ConversionPredictor {
    let calls = calls(count);
    let store = Exact::of(&calls);
    let fitted = Arc::new(fitted(&calls, &store));
    let encoder = Arc::new(Letters(Fingerprint::new("letters")));
    ConversionPredictor::new(fitted, encoder, Arc::new(store), Fingerprint::new("model")).unwrap()
}

pub(super) fn asked(answer: &str) -> Conversation {
    let turns = vec![
        Turn::new(Speaker::Seller, "hello, do you need a plan?"),
        Turn::new(Speaker::Buyer, answer),
    ];
    Conversation::new(ConversationId::new("asked").unwrap(), turns).unwrap()
}
