//! The model and the collection that most questions are asked of: [`SourceArgs`], [`Sources`].

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use upturn::answers::Analyst;
use upturn::coaching::Coach;
use upturn::predict::ConversionPredictor;
use upturn::{Filter, Model, Prediction, VectorStore};

use crate::context::Context;
use crate::failure::Failure;
use crate::indexing;
use crate::inference::InferenceArgs;
use crate::place::{Place, PlaceArgs};

/// Which model, which collection.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// The model, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    inference: InferenceArgs,
}

/// Both, opened.
pub(crate) struct Sources {
    /// Encoder and predictor.
    pub(crate) model: Model,
    /// The collection, or why it can't be asked.
    pub(crate) store: Result<Arc<dyn VectorStore>, String>,
    place: Place,
}

impl SourceArgs {
    /// Opens the model and the collection, for those who need both.
    ///
    /// # Errors
    ///
    /// If the model can't be used, the collection can't be opened, or it does not pass `check`.
    pub(crate) fn open_both(
        self,
        context: &Context,
        check: impl FnOnce(&Place, &dyn VectorStore) -> Result<(), Failure>,
    ) -> Result<(Model, Arc<dyn VectorStore>), Failure> {
        let model = Model::open_with(&self.model, &self.inference.options())?;
        let place = self.place.place(context)?;
        let opened = indexing::open(&place, &model, context.printer);
        let checked = opened.and_then(|store| check(&place, &*store).map(|()| store));
        let store = checked.map_err(|failure| failure.with_typed("MODEL", &self.model))?;
        Ok((model, store))
    }

    /// Opens the model, and the collection if it is sound.
    ///
    /// # Errors
    ///
    /// If the model can't be used, or the collection refuses it. One that is damaged or down is no error: it is told in
    /// [`Sources::store`].
    pub(crate) fn open(self, context: &Context) -> Result<Sources, Failure> {
        let model = Model::open_with(&self.model, &self.inference.options())?;
        let place = self.place.place(context)?;
        let store = indexing::open_if_sound(&place, &model, context.printer)
            .map_err(|failure| failure.with_typed("MODEL", &self.model))?;
        Ok(Sources {
            model,
            store,
            place,
        })
    }
}

impl Sources {
    /// Tries again to open a collection that could not be opened; whether it can be asked now.
    pub(crate) fn reopen(&mut self, context: &Context) -> bool {
        let opened = indexing::open_if_sound(&self.place, &self.model, context.printer);
        self.store = opened.unwrap_or_else(|failure| {
            let reason = failure.message().unwrap_or_default();
            Err(reason.to_owned())
        });
        self.store.is_ok()
    }

    /// Predicts with the neighbours in the collection, or without any.
    ///
    /// # Errors
    ///
    /// If the predictor is of other vectors.
    pub(crate) fn predictor(&self) -> Result<ConversionPredictor, Failure> {
        match &self.store {
            Ok(store) => Ok(self.model.predictor(store.clone())?),
            Err(_) => Ok(self.model.predictor_without_evidence()?),
        }
    }

    /// Whoever answers questions, among the calls that a filter admits; says so where the collection can't be asked.
    ///
    /// # Errors
    ///
    /// If another encoder filled the collection.
    pub(crate) fn analyst(
        &self,
        coach: Coach,
        among: Filter,
        context: &Context,
    ) -> Result<Analyst, Failure> {
        let analyst = Analyst::new(coach).with_training_calls(Arc::new(self.model.clone()));
        match &self.store {
            Ok(store) => {
                let encoder = self.model.encoder().clone();
                Ok(analyst.with_store(store.clone(), encoder, among)?)
            }
            Err(reason) => {
                warn_of_missing(context, reason);
                Ok(analyst)
            }
        }
    }

    /// Why the collection can't be asked at all.
    pub(crate) fn missing(&self) -> Option<&str> {
        self.store.as_ref().err().map(String::as_str)
    }
}

/// Why a prediction has no neighbours although they could be asked; none if it has some.
pub(crate) fn nobody_votes(prediction: &Prediction) -> Option<&'static str> {
    let alone = prediction.evidence.is_empty();
    alone.then_some(
        "nobody in the collection may vote, as calls of another account with a known outcome do",
    )
}

/// Says that there is no evidence, and why.
pub(crate) fn warn_of_missing(context: &Context, reason: &str) {
    context.printer.warning(&format!(
        "evidence is missing, the prediction does without neighbours, and whether any known call is like it can't be told: {reason}"
    ));
}
