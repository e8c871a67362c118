//! Whoever is asked: [`Analyst`].

use std::num::NonZeroUsize;
use std::sync::Arc;

use upturn_chains::ChainError;
use upturn_coaching::{Coach, CoachError};
use upturn_core::{
    Conversation, Embeddings, EncodedMoment, Filter, Prefix, VectorStore, VectorStoreError,
    VectorStoreRetriever,
};

use crate::error::line;
use crate::kept::Kept;
use crate::{
    AnswersError, CallRef, ConversationStore, ConversationsInMemory, ExplainResponse, Learnt,
    TrainingCalls,
};

/// Everything an answer needs in one value: what predicts and explains, the collection of other calls, and where calls are
/// found by id. Copies share all of it.
///
/// Its methods are the answers without a language model, and wait for them; the chains ask it on threads that may wait.
///
/// # Laws
///
/// - **Read only.** No answer changes the collection or the calls.
/// - **Cited.** What an answer says of a call names the call, its turns and, if it is known, how it ended.
/// - **Evidence missing.** Where other calls can't be asked, a prediction or explanation does without them and says why.
#[derive(Debug, Clone)]
pub struct Analyst {
    pub(crate) coach: Coach,
    pub(crate) calls: Arc<dyn ConversationStore>,
    collection: Option<Collection>,
    pub(crate) among: Filter,
    pub(crate) kept: Option<Kept>,
    training_calls: Option<Arc<dyn TrainingCalls>>,
}

/// Other calls, and what their questions are embedded by.
#[derive(Debug, Clone)]
pub(crate) struct Collection {
    pub(crate) store: Arc<dyn VectorStore>,
    pub(crate) embeddings: Arc<dyn Embeddings>,
}

impl Analyst {
    /// Explains as this coach does; no call is known by id, and no other call is looked for.
    pub fn new(coach: Coach) -> Self {
        Self {
            coach,
            calls: Arc::new(ConversationsInMemory::default()),
            collection: None,
            among: Filter::default(),
            kept: None,
            training_calls: None,
        }
    }

    /// Looks for other calls in a store, among those that a filter admits; the coach does too. Questions are embedded by
    /// what filled the store.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::ForeignEncoder`] if another encoder filled it.
    pub fn with_store(
        mut self,
        store: Arc<dyn VectorStore>,
        embeddings: Arc<dyn Embeddings>,
        among: Filter,
    ) -> Result<Self, VectorStoreError> {
        VectorStoreRetriever::new(embeddings.clone(), store.clone())?;
        self.coach = self.coach.with_store(store.clone(), among.clone());
        self.collection = Some(Collection { store, embeddings });
        self.among = among;
        Ok(self)
    }

    /// Finds calls by id there. None are known by default.
    #[must_use]
    pub fn with_calls(mut self, calls: Arc<dyn ConversationStore>) -> Self {
        self.calls = calls;
        self
    }

    /// Says of each call whether the model learnt from it, as this knows. Nothing is said of it by default.
    #[must_use]
    pub fn with_training_calls(mut self, known: Arc<dyn TrainingCalls>) -> Self {
        self.training_calls = Some(known);
        self
    }

    /// Whether the model learnt from this call.
    pub(crate) fn learnt(&self, call: &Conversation) -> Learnt {
        let known = self.training_calls.as_deref();
        known.map_or_else(Learnt::default, |known| Learnt::of(known, call))
    }

    /// Keeps the last explanation, and answers from it while the call, as it is, and its turns stay the same: for one question
    /// after another about one deal. What the collection learns meanwhile is not looked at, unless other calls were missing. Nothing
    /// is kept by default.
    #[must_use]
    pub fn with_last_kept(mut self) -> Self {
        self.kept = Some(Kept::default());
        self
    }

    /// Whether nothing is missing that the next question might find.
    pub(crate) const fn is_whole(&self, explained: &ExplainResponse) -> bool {
        explained.evidence_missing.is_none() || self.collection.is_none()
    }

    /// The call that is meant.
    pub(crate) fn call(&self, call: CallRef) -> Result<Arc<Conversation>, AnswersError> {
        let id = match call {
            CallRef::Brought(call) => return Ok(Arc::from(call)),
            CallRef::Id(id) => id,
        };
        match self.calls.find(&id).map_err(AnswersError::Calls)? {
            Some(call) => Ok(call),
            None => Err(AnswersError::UnknownCall {
                known: self.calls.count().map_err(AnswersError::Calls)?,
                call: id,
            }),
        }
    }

    pub(crate) fn collection(&self) -> Result<&Collection, AnswersError> {
        self.collection.as_ref().ok_or(AnswersError::NoCollection)
    }

    /// An answer of the coach; where other calls can't be asked, without them, and then why.
    pub(crate) fn coached<T>(
        &self,
        ask: impl Fn(&Coach) -> Result<T, CoachError>,
    ) -> Result<(T, Option<String>), AnswersError> {
        match ask(&self.coach) {
            Err(error) if error.is_of_evidence() => {
                Ok((ask(&self.coach.alone())?, Some(line(&error))))
            }
            answer => {
                let missing = self.collection().err();
                Ok((answer?, missing.map(|error| line(&error))))
            }
        }
    }

    /// The moments of some prefixes.
    pub(crate) fn encoded(
        &self,
        prefixes: &[Prefix<'_>],
    ) -> Result<Vec<Vec<EncodedMoment>>, AnswersError> {
        Ok(self.coach.predictor().encoder().encode(prefixes)?)
    }
}

/// What is known of a call: its first turns while it goes on; all, and that it is over, if no number is given.
pub(crate) fn known(call: &Conversation, turns: Option<NonZeroUsize>) -> Prefix<'_> {
    turns.map_or_else(|| call.whole(), |turns| Prefix::first(call, turns.get()))
}

/// Asks an analyst on a thread that may wait; `step` is told where it fails.
pub(crate) async fn asked<T: Send + 'static>(
    analyst: &Arc<Analyst>,
    step: &str,
    ask: impl FnOnce(&Analyst) -> Result<T, AnswersError> + Send + 'static,
) -> Result<T, ChainError> {
    let analyst = Arc::clone(analyst);
    let answer = tokio::task::spawn_blocking(move || ask(&analyst)).await;
    let answer = answer.map_err(|_| AnswersError::Stopped).flatten();
    answer.map_err(|error| ChainError::step(step, error))
}
