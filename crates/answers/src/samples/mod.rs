//! A small world to ask, for tests: calls, a store, a predictor really fitted to them, and language models that misbehave.
//!
//! Crude, but of the text and nothing else; the same every time. Nothing here says how good anything is.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a small world of tests is a test"
)]

mod calls;
mod fitting;
mod fragile;
mod letters;
mod models;

use std::sync::Arc;

use upturn_coaching::{Coach, LabelledCall, Reference};
use upturn_core::{Conversation, Filter, Fingerprint, VectorStore as _};
use upturn_predict::{ConversionPredictor, FittedPredictor};

use crate::{Analyst, ConversationsInMemory};

pub use calls::{corpus, question, said, two_hundred_pages};
pub use fragile::Fragile;
pub use letters::Letters;
pub use models::{FakeModel, Never, asked};

use fitting::{ByVector, fitted, store};

/// Labelled calls of the world.
const CALLS: usize = 120;

/// Everything at hand.
#[derive(Debug)]
pub struct World {
    /// Who is asked.
    pub analyst: Arc<Analyst>,
    /// What it looks into.
    pub store: Arc<Fragile>,
}

impl World {
    /// 120 labelled calls, `call-0` to `call-119`, and the open call `question`, all known by id; the labelled ones are in the store.
    pub fn new() -> Self {
        Self::with(Vec::new())
    }

    /// The same with more calls, known by id and in the store, to which nothing was fitted.
    pub fn with(more: Vec<Conversation>) -> Self {
        let calls = corpus(CALLS);
        let learnt = ByVector(store(&calls));
        let stage = fitted(&calls, &learnt);
        let all: Vec<Conversation> = calls.iter().cloned().chain(more).collect();
        let store = Arc::new(Fragile::new(store(&all)));
        let encoder = Arc::new(Letters::new());
        let predictor = ConversionPredictor::new(
            Arc::new(FittedPredictor::new(stage.clone(), stage)),
            encoder.clone(),
            Arc::new(ByVector(store.clone())),
            Fingerprint::new("model"),
        );
        let coach = Coach::new(predictor.unwrap()).with_reference(Arc::new(reference(&calls)));
        let known: ConversationsInMemory = all.into_iter().chain([question()]).collect();
        let analyst = Analyst::new(coach)
            .with_store(store.clone(), encoder, Filter::default())
            .unwrap()
            .with_calls(Arc::new(known));
        Self {
            analyst: Arc::new(analyst),
            store,
        }
    }

    /// How many points there are, and all of them: what no question may change.
    pub fn contents(&self) -> String {
        let all = Filter::default();
        let count = self.store.count(&all).unwrap();
        format!("{:?}", self.store.scroll(&all, None, count).unwrap())
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn reference(calls: &[Conversation]) -> Reference {
    let meter = upturn_coaching::Meter::default();
    let measured: Vec<_> = calls
        .iter()
        .map(|call| (call, meter.measure(call.whole())))
        .collect();
    let mut reference = Reference::default();
    let labelled = measured.iter();
    reference.extend(labelled.filter_map(|(call, measures)| LabelledCall::new(call, measures)));
    reference
}
