//! Whoever answers from a model and its collection: [`Model::analyst`].

use std::sync::Arc;

use upturn_answers::Analyst;
use upturn_coaching::Coach;
use upturn_core::{Filter, VectorStore};

use crate::{Model, ModelError};

impl Model {
    /// Whoever predicts, explains and answers, with the calls of a collection as evidence: all of them, and none known by id.
    /// Needs no language model.
    ///
    /// [`Analyst::new`] takes a coach with rules, measures or a reference of your own.
    ///
    /// # Errors
    ///
    /// [`ModelError::Store`] if another encoder filled it, [`ModelError::Misfit`] if the predictor is of other vectors.
    pub fn analyst(&self, store: Arc<dyn VectorStore>) -> Result<Analyst, ModelError> {
        let coach = Coach::new(self.predictor(store.clone())?);
        let among = Filter::default();
        Ok(Analyst::new(coach).with_store(store, self.encoder().clone(), among)?)
    }
}
