//! Whoever answers from a model and its collection: [`Model::analyst`].

use std::sync::Arc;

use upturn_answers::{Analyst, TrainingCalls};
use upturn_coaching::Coach;
use upturn_core::{Cause, Conversation, Filter, VectorStore};
use upturn_training::Seen;

use crate::{Model, ModelError};

impl Model {
    /// Whoever predicts, explains and answers, with the calls of a collection as evidence: all of them, and none known by id.
    /// Needs no language model. Of a call that the model learnt from it says so.
    ///
    /// [`Analyst::new`] takes a coach with rules, measures or a reference of your own.
    ///
    /// # Errors
    ///
    /// [`ModelError::Store`] if another encoder filled it, [`ModelError::Misfit`] if the predictor is of other vectors.
    pub fn analyst(&self, store: Arc<dyn VectorStore>) -> Result<Analyst, ModelError> {
        let coach = Coach::new(self.predictor(store.clone())?);
        let among = Filter::default();
        let analyst = Analyst::new(coach).with_training_calls(Arc::new(self.clone()));
        Ok(analyst.with_store(store, self.encoder().clone(), among)?)
    }
}

impl TrainingCalls for Model {
    fn learnt_from(&self, call: &Conversation) -> Result<bool, Cause> {
        let seen = self.seen([call]).map_err(Cause::new)?;
        Ok(seen.contains(&Some(Seen::Call)))
    }
}
