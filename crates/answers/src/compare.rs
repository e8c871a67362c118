//! Two calls side by side: [`CompareChain`].

use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{MeasureName, PairOfCalls};
use upturn_core::{ConversationId, Outcome, Prediction, Predictor as _, Prefix};

use crate::analyst::{asked, known};
use crate::{Analyst, AnswersError, CallRef, Learnt};

/// Which two calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// One: the id of a call that is known, or the conversation itself.
    pub call: CallRef,
    /// How many of its turns have been said so far, of a call that goes on. Absent: all, and the call is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<NonZeroUsize>,
    /// The other, which is over.
    pub other: CallRef,
}

/// Two calls side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CompareResponse {
    /// One.
    pub call: ComparedCall,
    /// The other.
    pub other: ComparedCall,
    /// Measures that are known of either and differ.
    pub measures: Vec<MeasureOfBoth>,
    /// Moments that are alike, and where both parted; `here` is `call`, `there` is `other`.
    #[serde(flatten)]
    pub pair: PairOfCalls,
    /// Why there are no neighbours; absent where they could be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
}

/// One of two calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedCall {
    /// Which.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// How it ended; absent where that is not known, or the call goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What is predicted of it; the outcome is not looked at.
    pub prediction: Prediction,
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
}

/// A measure of both calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureOfBoth {
    /// Which.
    pub measure: MeasureName,
    /// Of `call`; none where it is not known.
    pub call: Option<f64>,
    /// Of `other`.
    pub other: Option<f64>,
}

impl Analyst {
    /// Two calls side by side: what is predicted of each, what differs, and where they parted.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] of either call or the encoder.
    pub fn compare(&self, request: CompareRequest) -> Result<CompareResponse, AnswersError> {
        let (one, other) = (self.call(request.call)?, self.call(request.other)?);
        let (here, there) = (known(&one, request.turns), other.whole());
        let mut encoded = self.encoded(&[here, there])?;
        let (last, first) = (encoded.pop(), encoded.pop());
        let pair = PairOfCalls::of(&first.unwrap_or_default(), &last.unwrap_or_default());
        let (call, missing) = self.compared(here)?;
        let (other, also_missing) = self.compared(there)?;
        Ok(CompareResponse {
            measures: self.measures_of_both(here, there),
            pair,
            call,
            other,
            evidence_missing: missing.or(also_missing),
        })
    }

    fn compared(&self, prefix: Prefix<'_>) -> Result<(ComparedCall, Option<String>), AnswersError> {
        let (prediction, missing) =
            self.coached(|coach| Ok(coach.predictor().predict(prefix)?))?;
        let outcome = prefix.conversation().outcome();
        let compared = ComparedCall {
            conversation: prefix.id().clone(),
            turns: prefix.turns().len(),
            outcome: outcome.filter(|_| prefix.is_finished()),
            prediction,
            learnt: self.learnt(prefix.conversation()),
        };
        Ok((compared, missing))
    }

    fn measures_of_both(&self, here: Prefix<'_>, there: Prefix<'_>) -> Vec<MeasureOfBoth> {
        let meter = self.coach.meter();
        let (one, other) = (meter.measure(here), meter.measure(there));
        let both = MeasureName::ALL.iter().map(|name| MeasureOfBoth {
            measure: *name,
            call: one.value(*name),
            other: other.value(*name),
        });
        both.filter(|it| it.call != it.other).collect()
    }
}

/// Two calls side by side, as a step.
#[derive(Debug, Clone)]
pub struct CompareChain {
    analyst: Arc<Analyst>,
}

impl CompareChain {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self { analyst }
    }
}

impl Runnable<CompareRequest, CompareResponse> for CompareChain {
    fn name(&self) -> &'static str {
        "compare"
    }

    fn invoke<'a>(
        &'a self,
        request: CompareRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<CompareResponse, ChainError>> {
        let name = self.name();
        let answer = asked(&self.analyst, name, |analyst| analyst.compare(request));
        Box::pin(run.step(name, answer))
    }
}
