//! From a call to its explanation: [`Coach`].

use std::sync::Arc;

use upturn_core::{
    Diagnostic, ErrorKind, Filter, PredictorError, Prefix, VectorStore, VectorStoreError,
};
use upturn_predict::{ConversionPredictor, Heard};

use crate::telling;
use crate::{
    ComparableCalls, Explanation, ExplanationParts, MeasureName, Measures, Meter, NeighbourShares,
    Reference, RuleLift, Rules, Standing, Trajectory, WhatMovedIt,
};

/// Comparable calls of either outcome.
const BESIDE: usize = 3;

/// Why a call could not be explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CoachError {
    /// There is no prediction.
    #[error(transparent)]
    Predictor(#[from] PredictorError),
    /// Comparable calls could not be found.
    #[error("comparable calls could not be retrieved")]
    Store(#[from] VectorStoreError),
}

impl CoachError {
    /// Whether a coach [without a store](Coach::new), with a predictor without neighbours, would have an answer.
    pub const fn is_of_evidence(&self) -> bool {
        matches!(
            self,
            Self::Store(_) | Self::Predictor(PredictorError::Retriever(_))
        )
    }
}

impl Diagnostic for CoachError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Predictor(source) => source.kind(),
            Self::Store(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Predictor(source) => source.hint(),
            Self::Store(source) => source.hint(),
        }
    }
}

/// Explains calls: predictor, collection, measures and rules in one place.
///
/// No language model is needed. By default with the shipped rules, without comparable calls and without a reference.
#[derive(Debug, Clone)]
pub struct Coach {
    predictor: ConversionPredictor,
    store: Option<Arc<dyn VectorStore>>,
    among: Filter,
    beside: usize,
    meter: Meter,
    rules: Rules,
    reference: Option<Arc<Reference>>,
    lifts: Arc<[RuleLift]>,
}

impl Coach {
    /// With this predictor.
    pub fn new(predictor: ConversionPredictor) -> Self {
        Self {
            predictor,
            store: None,
            among: Filter::default(),
            beside: BESIDE,
            meter: Meter::default(),
            rules: Rules::default(),
            reference: None,
            lifts: Arc::new([]),
        }
    }

    /// Looks for comparable calls in a store, among those that a filter admits.
    #[must_use]
    pub fn with_store(mut self, store: Arc<dyn VectorStore>, among: Filter) -> Self {
        (self.store, self.among) = (Some(store), among);
        self
    }

    /// Shows so many comparable calls of either outcome; 3 by default.
    #[must_use]
    pub const fn with_beside(mut self, calls: usize) -> Self {
        self.beside = calls;
        self
    }

    /// Measures otherwise than by default.
    #[must_use]
    pub fn with_meter(mut self, meter: Meter) -> Self {
        self.meter = meter;
        self
    }

    /// Warns by other rules than those shipped.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Says where measures stand among labelled calls; they should be of as many turns as the calls that are explained.
    #[must_use]
    pub fn with_reference(mut self, reference: Arc<Reference>) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Says what the rules are worth, as [`Rules::lift`] found on labelled calls: rules that tell nothing there come last.
    #[must_use]
    pub fn with_lifts(mut self, lifts: impl Into<Arc<[RuleLift]>>) -> Self {
        self.lifts = lifts.into();
        self
    }

    /// The same without other calls, for when they can't be looked for: neither neighbours vote nor are any shown.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self {
            predictor: self.predictor.alone(),
            store: None,
            ..self.clone()
        }
    }

    /// What predicts calls.
    pub const fn predictor(&self) -> &ConversionPredictor {
        &self.predictor
    }

    /// What measures calls.
    pub const fn meter(&self) -> &Meter {
        &self.meter
    }

    /// What warns.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Explains a prefix.
    ///
    /// # Errors
    ///
    /// [`CoachError`]; see [`CoachError::is_of_evidence`].
    pub fn explain(&self, prefix: Prefix<'_>) -> Result<Explanation, CoachError> {
        let (trajectory, heard) = Trajectory::of(&self.predictor, prefix, Trajectory::WAYPOINTS)?;
        let prediction = self.predictor.predict_heard(prefix, &heard)?;
        let contributions = self.predictor.contributions(prefix, &prediction);
        let measures = self.meter.measure(prefix);
        let metadata = prefix.conversation().metadata();
        let moved = WhatMovedIt::of(&self.predictor, prefix, &heard)?;
        Ok(Explanation::of(ExplanationParts {
            prefix,
            prediction,
            trajectory,
            comparables: self.comparables(prefix, &heard, &moved)?,
            moved,
            words: &contributions.terms,
            neighbour_shares: NeighbourShares::from(&contributions),
            offers: &contributions.offers,
            standings: self.standings(&measures, prefix),
            judgement: self.rules.judge(&measures, metadata),
            lifts: &self.lifts,
            measures: &measures,
        }))
    }

    fn comparables(
        &self,
        prefix: Prefix<'_>,
        heard: &Heard,
        moved: &WhatMovedIt,
    ) -> Result<ComparableCalls, VectorStoreError> {
        match &self.store {
            Some(store) => {
                let moments = heard.moments();
                let telling = telling::moments(prefix, moments, moved);
                let both = (moments, telling.as_slice());
                ComparableCalls::near(&**store, prefix, both, &self.among, self.beside)
            }
            None => Ok(ComparableCalls::default()),
        }
    }

    /// Where measures stand among labelled calls: those that enough calls are known of; none without a reference.
    pub fn standings(&self, measures: &Measures, prefix: Prefix<'_>) -> Vec<Standing> {
        let metadata = prefix.conversation().metadata();
        let standing = |name: &MeasureName| {
            let reference = self.reference.as_ref()?;
            reference.standing(*name, measures, metadata).ok().flatten()
        };
        MeasureName::ALL.iter().filter_map(standing).collect()
    }
}
