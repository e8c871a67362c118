//! What the parts say of calls they have not seen: the rows that blend and calibration are fitted on.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use upturn_core::{
    Conversation, EmbeddingsError, EncodedMoment, Fingerprint, MomentEncoder, Outcome, Prefix,
    Query, RetrievalRequest, Retriever, RetrieverError, ScoredDocument, SearchRequest, VectorStore,
    points,
};
use upturn_predict::{Example, OutOfFold, Parts, PredictorConfig, Stage};

use crate::trainer::Labelled;
use crate::{Monitor, StoreFactory, TrainingError};

/// Calls that are encoded together: enough to fill batches of equal length on every core.
const AT_ONCE: usize = 32;

/// A labelled call with what the encoder makes of its prefixes.
#[derive(Debug, Clone)]
pub(crate) struct EncodedCall<'a> {
    pub(crate) conversation: &'a Conversation,
    pub(crate) outcome: Outcome,
    pub(crate) prefixes: Vec<(Prefix<'a>, Vec<EncodedMoment>)>,
}

impl<'a> EncodedCall<'a> {
    /// Encodes the calls' prefixes, some calls at a time. Prefixes of equal length count once.
    pub(crate) fn of(
        calls: &[Labelled<'a>],
        fractions: &[f64],
        encoder: &dyn MomentEncoder,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Self>, TrainingError> {
        monitor.stage("encoding calls", calls.len() as u64);
        let mut done = Vec::with_capacity(calls.len());
        for chunk in calls.chunks(AT_ONCE) {
            if monitor.stopped() {
                return Err(TrainingError::Stopped);
            }
            done.extend(Self::chunk(chunk, fractions, encoder)?);
            for _ in chunk {
                monitor.step(None);
            }
        }
        Ok(done)
    }

    fn chunk(
        calls: &[Labelled<'a>],
        fractions: &[f64],
        encoder: &dyn MomentEncoder,
    ) -> Result<Vec<Self>, TrainingError> {
        let cut = |(conversation, _): &Labelled<'a>| prefixes(conversation, fractions);
        let cuts: Vec<Vec<Prefix<'a>>> = calls.iter().map(cut).collect();
        let flat: Vec<Prefix<'a>> = cuts.iter().flatten().copied().collect();
        let mut moments = encoder.encode(&flat)?.into_iter();
        let join = |((conversation, outcome), cuts): (&Labelled<'a>, Vec<Prefix<'a>>)| Self {
            conversation,
            outcome: *outcome,
            prefixes: cuts.into_iter().zip(moments.by_ref()).collect(),
        };
        Ok(calls.iter().zip(cuts).map(join).collect())
    }

    /// The whole call's moments: what is indexed.
    fn moments(&self) -> &[EncodedMoment] {
        self.prefixes
            .last()
            .map(|(_, moments)| moments.as_slice())
            .unwrap_or_default()
    }

    /// What a stage is learnt from: of finished calls the whole ones, of live ones every prefix. How a call ended is the
    /// best lesson of how one ends, so a whole call teaches both.
    fn lessons(&self, stage: Stage) -> impl Iterator<Item = &(Prefix<'a>, Vec<EncodedMoment>)> {
        let taught = move |prefix: &Prefix<'_>| stage == Stage::Live || prefix.is_finished();
        self.prefixes
            .iter()
            .filter(move |(prefix, _)| taught(prefix))
    }

    /// What a stage is asked about.
    fn questions(&self, stage: Stage) -> impl Iterator<Item = &(Prefix<'a>, Vec<EncodedMoment>)> {
        let asked = move |prefix: Prefix<'_>| Stage::of(prefix) == stage;
        self.prefixes
            .iter()
            .filter(move |(prefix, _)| asked(*prefix))
    }
}

/// The fractions' prefixes, shortest first, and the whole call as the last.
fn prefixes<'a>(conversation: &'a Conversation, fractions: &[f64]) -> Vec<Prefix<'a>> {
    let mut cuts: Vec<Prefix<'a>> = fractions
        .iter()
        .map(|fraction| Prefix::fraction(conversation, *fraction))
        .filter(|prefix| !prefix.is_finished())
        .collect();
    cuts.sort_by_key(|prefix| prefix.turns().len());
    cuts.dedup_by_key(|prefix| prefix.turns().len());
    cuts.push(conversation.whole());
    cuts
}

/// Fits the parts of a stage on calls.
pub(crate) fn fit_parts(
    calls: &[&EncodedCall<'_>],
    stage: Stage,
    config: &PredictorConfig,
) -> Result<Parts, TrainingError> {
    let examples: Vec<Example<'_>> = calls
        .iter()
        .flat_map(|call| {
            call.lessons(stage).map(|(prefix, moments)| Example {
                prefix: *prefix,
                moments,
                outcome: call.outcome,
            })
        })
        .collect();
    Ok(Parts::fit(&examples, config)?)
}

/// What parts said of calls that they had not seen, stage by stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OutOfFoldRows {
    /// Of prefixes of calls that went on; none where only whole calls are learnt from.
    pub live: Vec<OutOfFold>,
    /// Of whole calls.
    pub finished: Vec<OutOfFold>,
}

impl OutOfFoldRows {
    /// Those of a stage.
    pub fn of(&self, stage: Stage) -> &[OutOfFold] {
        match stage {
            Stage::Live => &self.live,
            Stage::Finished => &self.finished,
        }
    }

    pub(crate) fn extend(&mut self, more: Self) {
        self.live.extend(more.live);
        self.finished.extend(more.finished);
    }
}

/// Fits the parts on `known`, fills a collection with it, and asks both about `unseen`.
pub(crate) fn out_of_fold(
    known: &[&EncodedCall<'_>],
    unseen: &[&EncodedCall<'_>],
    fingerprint: &Fingerprint,
    config: &PredictorConfig,
    stores: &StoreFactory,
) -> Result<OutOfFoldRows, TrainingError> {
    let retriever = filled(known, fingerprint, stores)?;
    let rows = |stage: Stage| -> Result<Vec<OutOfFold>, TrainingError> {
        if unseen
            .iter()
            .all(|call| call.questions(stage).next().is_none())
        {
            return Ok(Vec::new());
        }
        let parts = fit_parts(known, stage, config)?;
        let answers = |call: &&EncodedCall<'_>| answers(call, stage, &parts, &retriever);
        let rows: Vec<Vec<OutOfFold>> = unseen.par_iter().map(answers).collect::<Result<_, _>>()?;
        Ok(rows.into_iter().flatten().collect())
    };
    let (live, finished) = rayon::join(|| rows(Stage::Live), || rows(Stage::Finished));
    Ok(OutOfFoldRows {
        live: live?,
        finished: finished?,
    })
}

/// What parts say of a call's prefixes of a stage.
fn answers(
    call: &EncodedCall<'_>,
    stage: Stage,
    parts: &Parts,
    retriever: &StoreOnly,
) -> Result<Vec<OutOfFold>, TrainingError> {
    let row = |(prefix, moments): &(Prefix<'_>, Vec<EncodedMoment>)| {
        let (logits, _) = parts.logits(*prefix, moments, retriever)?;
        Ok(OutOfFold {
            logits,
            won: call.outcome.is_won(),
            group: call.conversation.group().to_owned(),
            turns: prefix.turns().len(),
        })
    };
    call.questions(stage).map(row).collect()
}

/// A collection of `calls`, ready to be asked.
pub(crate) fn filled(
    calls: &[&EncodedCall<'_>],
    fingerprint: &Fingerprint,
    stores: &StoreFactory,
) -> Result<StoreOnly, TrainingError> {
    let dimension = calls
        .iter()
        .find_map(|call| call.moments().first())
        .map_or(0, |moment| moment.embedding.dimension());
    let store = stores(dimension, fingerprint)?;
    for call in calls {
        store.upsert(&points(call.conversation, call.moments()))?;
    }
    Ok(StoreOnly(store))
}

/// A store as a retriever: training asks by vector only, so no encoder is needed.
#[derive(Debug, Clone)]
pub(crate) struct StoreOnly(pub(crate) Arc<dyn VectorStore>);

impl Retriever for StoreOnly {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        match &request.query {
            Query::Vector(vector) => {
                let search = SearchRequest::new(vector.clone(), request.limit)
                    .with_filter(request.filter.clone());
                Ok(self.0.search(&search)?)
            }
            // No encoder stands here to turn text into a vector.
            Query::Text(_) => Err(EmbeddingsError::Count {
                expected: 1,
                got: 0,
            }
            .into()),
        }
    }
}
