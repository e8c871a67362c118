//! A predictor whose encoder and collection are timed: [`timed`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use upturn::predict::ConversionPredictor;
use upturn::{
    EmbeddingsError, EncodedMoment, Fingerprint, Model, MomentEncoder, Prefix, RetrievalRequest,
    Retriever, RetrieverError, ScoredDocument, VectorStore,
};

use crate::failure::Failure;

/// Nanoseconds that went by in the encoder and in the collection.
#[derive(Debug, Default)]
pub(super) struct Clock {
    encoder: AtomicU64,
    collection: AtomicU64,
}

impl Clock {
    /// Seconds of both since this was asked last.
    pub(super) fn take(&self) -> (f64, f64) {
        let seconds = |of: &AtomicU64| of.swap(0, Ordering::Relaxed) as f64 / 1e9;
        (seconds(&self.encoder), seconds(&self.collection))
    }
}

/// The same predictor, timed. Of requests that are answered side by side each counts.
pub(super) fn timed(
    predictor: &ConversionPredictor,
    model: &Model,
    store: Arc<dyn VectorStore>,
) -> Result<(ConversionPredictor, Arc<Clock>), Failure> {
    let clock = Arc::new(Clock::default());
    let encoder = Arc::new(TimedEncoder {
        encoder: predictor.encoder().clone(),
        clock: clock.clone(),
    });
    let retriever = Arc::new(TimedRetriever {
        retriever: Arc::new(model.retriever(store)?),
        clock: clock.clone(),
    });
    let fitted = Arc::new(predictor.fitted().clone());
    let fingerprint = model.fingerprint().clone();
    let timed = ConversionPredictor::new(fitted, encoder, retriever, fingerprint)
        .map_err(upturn::ModelError::from)?;
    Ok((timed, clock))
}

fn add<T>(to: &AtomicU64, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    let nanoseconds = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
    to.fetch_add(nanoseconds, Ordering::Relaxed);
    done
}

#[derive(Debug)]
struct TimedEncoder {
    encoder: Arc<dyn MomentEncoder>,
    clock: Arc<Clock>,
}

impl MomentEncoder for TimedEncoder {
    fn hidden(&self) -> usize {
        self.encoder.hidden()
    }

    fn dimension(&self) -> usize {
        self.encoder.dimension()
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.encoder.fingerprint()
    }

    fn encode(&self, prefixes: &[Prefix<'_>]) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        add(&self.clock.encoder, || self.encoder.encode(prefixes))
    }

    fn encode_after(
        &self,
        prefix: Prefix<'_>,
        known: &[EncodedMoment],
    ) -> Result<Vec<EncodedMoment>, EmbeddingsError> {
        let encode = || self.encoder.encode_after(prefix, known);
        add(&self.clock.encoder, encode)
    }

    fn encode_along(
        &self,
        prefix: Prefix<'_>,
        known: &[EncodedMoment],
        places: &[usize],
    ) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError> {
        let encode = || self.encoder.encode_along(prefix, known, places);
        add(&self.clock.encoder, encode)
    }
}

#[derive(Debug)]
struct TimedRetriever {
    retriever: Arc<dyn Retriever>,
    clock: Arc<Clock>,
}

impl Retriever for TimedRetriever {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        add(&self.clock.collection, || self.retriever.retrieve(request))
    }
}
