//! A question that a language model may answer in its own words: [`NarratedChain`].

use std::marker::PhantomData;
use std::sync::Arc;

use upturn_chains::ChatModel;

use crate::{Analyst, Narrator};

/// A question to an analyst as a step, whose `Response` a language model may tell in its own words as well:
/// [`PredictChain`](crate::PredictChain), [`SimilarCallsChain`](crate::SimilarCallsChain), [`ExplainChain`](crate::ExplainChain),
/// [`CoachChain`](crate::CoachChain), [`AskChain`](crate::AskChain).
#[derive(Debug, Clone)]
pub struct NarratedChain<Response> {
    pub(crate) analyst: Arc<Analyst>,
    pub(crate) narrator: Option<Narrator>,
    response: PhantomData<fn() -> Response>,
}

impl<Response> NarratedChain<Response> {
    /// Asks this analyst; told without a language model.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self {
            analyst,
            narrator: None,
            response: PhantomData,
        }
    }

    /// Told by a language model as well, with the shipped prompts.
    #[must_use]
    pub fn with_model(self, model: Arc<dyn ChatModel>) -> Self {
        self.with_narrator(Narrator::new(model))
    }

    /// Told by a language model as well.
    #[must_use]
    pub fn with_narrator(mut self, narrator: Narrator) -> Self {
        self.narrator = Some(narrator);
        self
    }
}
