//! The predictor as it is kept and as it is asked: [`FittedPredictor`] and [`ConversionPredictor`].

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use upturn_core::{
    Doubt, EmbeddingsError, EncodedMoment, Fingerprint, Interval, MomentEncoder, Prediction,
    Predictor, PredictorError, Prefix, Probability, Retriever, Support, Verdict,
};

use crate::{AVERAGES, FittedStage, Heard, PartLogits, PredictError, Stage, Vote};

/// A probability nearer to one half than this is no verdict: an interval may be narrower than anybody should act on.
const UNSURE: f64 = 0.05;

/// Which form of the kept predictor this program writes and reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Format;

impl Format {
    const VERSION: u32 = 5;
}

impl From<Format> for u32 {
    fn from(_: Format) -> Self {
        Format::VERSION
    }
}

impl TryFrom<u32> for Format {
    type Error = PredictError;

    fn try_from(got: u32) -> Result<Self, Self::Error> {
        if got == Self::VERSION {
            Ok(Self)
        } else {
            Err(PredictError::Format {
                expected: Self::VERSION,
                got,
            })
        }
    }
}

/// All that was learnt besides the encoder's weights; serde keeps it, bit for bit in JSON.
///
/// `serde_json` needs its feature `float_roundtrip` for that. The field `format` comes first, so that a file of another
/// format is refused as such and not for a field it lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedPredictor {
    format: Format,
    live: FittedStage,
    finished: FittedStage,
}

impl FittedPredictor {
    /// Joins what was fitted to calls that go on with what was fitted to finished ones.
    pub fn new(live: FittedStage, finished: FittedStage) -> Self {
        Self {
            format: Format,
            live,
            finished,
        }
    }

    /// What speaks of calls of a stage.
    pub fn stage(&self, stage: Stage) -> &FittedStage {
        match stage {
            Stage::Live => &self.live,
            Stage::Finished => &self.finished,
        }
    }

    /// The prediction of a prefix whose moments are at hand; where nobody may vote,
    /// [without evidence](Self::predict_without_evidence).
    ///
    /// # Errors
    ///
    /// As [`Parts::logits`](crate::Parts::logits).
    pub fn predict_encoded(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        retriever: &dyn Retriever,
        fingerprint: &Fingerprint,
    ) -> Result<Prediction, PredictorError> {
        let stage = self.stage(Stage::of(prefix));
        let (logits, vote) = stage.parts.logits(prefix, moments, retriever)?;
        if vote.evidence.is_empty() {
            return self.predict_without_evidence(prefix, moments, fingerprint);
        }
        Ok(stage.prediction(prefix, logits, Some(vote), fingerprint))
    }

    /// The prediction of a prefix of which this was [`Heard`]; without neighbours where they could not be asked.
    ///
    /// # Errors
    ///
    /// As [`Parts::logits_with_vote`](crate::Parts::logits_with_vote).
    pub fn predict_heard(
        &self,
        prefix: Prefix<'_>,
        heard: &Heard,
        fingerprint: &Fingerprint,
    ) -> Result<Prediction, PredictorError> {
        let stage = self.stage(Stage::of(prefix));
        let near = heard.near();
        let vote = near.map(|near| stage.parts.neighbours().vote_of(near.into_iter()));
        let average = || stage.combination.average_vote();
        let counts = vote.as_ref().map_or_else(average, |vote| vote.logit);
        let parts = &stage.parts;
        let logits = parts.logits_said(prefix, heard.moments(), &heard.said, counts)?;
        Ok(stage.prediction(prefix, logits, vote, fingerprint))
    }

    /// The prediction of a prefix where no neighbours can be asked.
    ///
    /// Their vote is taken to be what it is on average, so that their share is 0 and the parts sum to the logit as ever. What
    /// the other parts say overlaps with the vote; without it the probability lies rather too near to the base rate than
    /// too far from it. The interval is that of predictions with a vote. Where only the vote counts
    /// ([`PredictorConfig::shrinkage`](crate::PredictorConfig::shrinkage)) the answer is the base rate.
    ///
    /// # Errors
    ///
    /// As [`Parts::logits_with_vote`](crate::Parts::logits_with_vote).
    pub fn predict_without_evidence(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        fingerprint: &Fingerprint,
    ) -> Result<Prediction, PredictorError> {
        let stage = self.stage(Stage::of(prefix));
        let vote = stage.combination.average_vote();
        let logits = stage.parts.logits_with_vote(prefix, moments, vote)?;
        Ok(stage.prediction(prefix, logits, None, fingerprint))
    }
}

impl FittedStage {
    fn prediction(
        &self,
        prefix: Prefix<'_>,
        logits: PartLogits,
        vote: Option<Vote>,
        fingerprint: &Fingerprint,
    ) -> Prediction {
        let familiarity = vote.as_ref().and_then(|vote| vote.familiarity);
        let evidence = vote.map(|vote| vote.evidence).unwrap_or_default();
        let support = Support::of(&evidence);
        let turns = prefix.turns().len();
        let (parts, logit) = self.combination.combine(logits, turns);
        let probability = Probability::from_logit(logit);
        let interval = interval(self.combination.bounds(logits, turns), probability);
        let near = near_the_line(probability, interval);
        let others = self.combination.doubts(logits, turns, familiarity, support);
        let doubts: Vec<Doubt> = near.into_iter().chain(others).collect();
        Prediction {
            probability,
            interval,
            logit,
            parts,
            verdict: verdict(probability, &doubts),
            doubts,
            outcome_sets: self.combination.outcome_sets(logits, turns),
            support,
            evidence,
            fingerprint: fingerprint.clone(),
        }
    }
}

/// The Venn-Abers bounds, widened to hold the probability: Platt's curve may leave them where examples are few.
fn interval(bounds: Option<(f64, f64)>, probability: Probability) -> Option<Interval> {
    let (low, high) = bounds?;
    Some(Interval {
        low: Probability::new(low.min(probability.value())).ok()?,
        high: Probability::new(high.max(probability.value())).ok()?,
    })
}

/// Whether it may as well go the other way.
fn near_the_line(probability: Probability, interval: Option<Interval>) -> Option<Doubt> {
    let p = probability.value();
    let holds = |it: Interval| (it.low.value()..=it.high.value()).contains(&0.5);
    let near = (p - 0.5).abs() < UNSURE || interval.is_some_and(holds);
    near.then_some(Doubt::NearTheLine)
}

/// `Unsure` if there is a doubt, else the likelier outcome.
fn verdict(probability: Probability, doubts: &[Doubt]) -> Verdict {
    match (doubts.is_empty(), probability.value() > 0.5) {
        (false, _) => Verdict::Unsure,
        (true, true) => Verdict::Won,
        (true, false) => Verdict::Lost,
    }
}

/// A fitted predictor with the encoder and, where there is one, the retriever it asks.
#[derive(Clone)]
pub struct ConversionPredictor {
    pub(crate) fitted: Arc<FittedPredictor>,
    pub(crate) encoder: Arc<dyn MomentEncoder>,
    pub(crate) retriever: Option<Arc<dyn Retriever>>,
    pub(crate) fingerprint: Fingerprint,
}

impl ConversionPredictor {
    /// Joins them; `fingerprint` names the whole model in every prediction.
    ///
    /// # Errors
    ///
    /// [`PredictError::Width`] if the predictor was fitted to vectors of another length than the encoder's.
    pub fn new(
        fitted: Arc<FittedPredictor>,
        encoder: Arc<dyn MomentEncoder>,
        retriever: Arc<dyn Retriever>,
        fingerprint: Fingerprint,
    ) -> Result<Self, PredictError> {
        let alone = Self::without_evidence(fitted, encoder, fingerprint)?;
        Ok(Self {
            retriever: Some(retriever),
            ..alone
        })
    }

    /// Without neighbours to ask; see [`FittedPredictor::predict_without_evidence`].
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn without_evidence(
        fitted: Arc<FittedPredictor>,
        encoder: Arc<dyn MomentEncoder>,
        fingerprint: Fingerprint,
    ) -> Result<Self, PredictError> {
        let got = AVERAGES * encoder.hidden();
        for stage in [&fitted.live, &fitted.finished] {
            let expected = stage.parts.width();
            if expected != got {
                return Err(PredictError::Width { expected, got });
            }
        }
        Ok(Self {
            fitted,
            encoder,
            retriever: None,
            fingerprint,
        })
    }

    /// The prediction of a prefix whose moments the caller holds.
    ///
    /// # Errors
    ///
    /// As [`Parts::logits`](crate::Parts::logits).
    pub fn predict_encoded(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
    ) -> Result<Prediction, PredictorError> {
        let Self {
            fitted,
            retriever,
            fingerprint,
            ..
        } = self;
        match retriever {
            Some(retriever) => fitted.predict_encoded(prefix, moments, &**retriever, fingerprint),
            None => fitted.predict_without_evidence(prefix, moments, fingerprint),
        }
    }

    /// The same without neighbours to ask, for when they can't be.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self {
            retriever: None,
            ..self.clone()
        }
    }

    /// What reads the calls.
    pub fn encoder(&self) -> &Arc<dyn MomentEncoder> {
        &self.encoder
    }

    /// What was fitted.
    pub fn fitted(&self) -> &FittedPredictor {
        &self.fitted
    }
}

impl Predictor for ConversionPredictor {
    fn predict(&self, prefix: Prefix<'_>) -> Result<Prediction, PredictorError> {
        let mut encoded = self.encoder.encode(&[prefix])?;
        let got = encoded.len();
        let moments = encoded
            .pop()
            .filter(|_| got == 1)
            .ok_or(EmbeddingsError::Count { expected: 1, got })?;
        self.predict_encoded(prefix, &moments)
    }
}

impl fmt::Debug for ConversionPredictor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversionPredictor")
            .field("fingerprint", &self.fingerprint)
            .field("encoder", &self.encoder)
            .field("retriever", &self.retriever)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
