//! A predictor fitted to calls, the whole way: parts, then their combination on calls they have not seen.

use std::sync::Arc;

use upturn_core::{
    Conversation, Fingerprint, Outcome, Query, RetrievalRequest, Retriever, RetrieverError,
    ScoredDocument, SearchRequest, VectorStore, points,
};
use upturn_predict::{Combination, Example, FittedStage, OutOfFold, Parts, PredictorConfig};
use upturn_vectorstore_memory::MemoryStore;

use super::letters::{HIDDEN, moments};

/// A store, asked by vector.
#[derive(Debug)]
pub(super) struct ByVector(pub(super) Arc<dyn VectorStore>);

impl Retriever for ByVector {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        let Query::Vector(vector) = &request.query else {
            return Ok(Vec::new());
        };
        let search = SearchRequest::new(vector.clone(), request.limit);
        Ok(self.0.search(&search.with_filter(request.filter.clone()))?)
    }
}

/// All moments of some calls.
pub(super) fn store(calls: &[Conversation]) -> Arc<MemoryStore> {
    let store = MemoryStore::new(HIDDEN, Fingerprint::new("letters"));
    for call in calls {
        store.upsert(&points(call, &moments(call.whole()))).unwrap();
    }
    Arc::new(store)
}

pub(super) fn fitted(calls: &[Conversation], retriever: &dyn Retriever) -> FittedStage {
    let config = PredictorConfig::default();
    let known = |(at, _): &(usize, &Conversation)| at / 2 % 2 == 0;
    let (known, unseen): (Vec<_>, Vec<_>) = calls.iter().enumerate().partition(known);
    let learnt = parts(known.into_iter().map(|(_, call)| call), &config);
    let out_of_fold = unseen.into_iter().map(|(_, call)| {
        let (logits, vote) = learnt
            .logits(call.whole(), &moments(call.whole()), retriever)
            .unwrap();
        OutOfFold {
            logits,
            won: call.outcome() == Some(Outcome::Won),
            group: call.group().to_owned(),
            turns: call.turns().len(),
            familiarity: vote.familiarity,
        }
    });
    FittedStage {
        combination: Combination::fit(&out_of_fold.collect::<Vec<_>>(), &config).unwrap(),
        parts: parts(calls.iter(), &config),
    }
}

fn parts<'a>(calls: impl Iterator<Item = &'a Conversation>, config: &PredictorConfig) -> Parts {
    let encoded: Vec<_> = calls.map(|call| (call, moments(call.whole()))).collect();
    let examples = encoded.iter().map(|(call, moments)| Example {
        prefix: call.whole(),
        moments,
        outcome: call.outcome().unwrap(),
    });
    Parts::fit(&examples.collect::<Vec<_>>(), config).unwrap()
}
