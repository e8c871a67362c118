//! How likely a call is won: [`PredictChain`].

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_core::{ConversationId, Prediction, Predictor as _};

use crate::analyst::{asked, known};
use crate::{Analyst, AnswersError, CallRequest};

/// A prediction with what it is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictResponse {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Whether it is known that nothing more will be said.
    pub finished: bool,
    /// Probability, interval, parts, verdict, and the nearest calls.
    #[serde(flatten)]
    pub prediction: Prediction,
    /// Why there are no neighbours; absent where they could be asked. Their part is 0 then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
}

impl Analyst {
    /// How likely a call is won.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] of the call or the encoder.
    pub fn predict(&self, request: CallRequest) -> Result<PredictResponse, AnswersError> {
        let call = self.call(request.call)?;
        let prefix = known(&call, request.turns);
        let (prediction, evidence_missing) =
            self.coached(|coach| Ok(coach.predictor().predict(prefix)?))?;
        Ok(PredictResponse {
            conversation: call.id().clone(),
            turns: prefix.turns().len(),
            finished: prefix.is_finished(),
            prediction,
            evidence_missing,
        })
    }
}

/// How likely a call is won, as a step.
#[derive(Debug, Clone)]
pub struct PredictChain {
    analyst: Arc<Analyst>,
}

impl PredictChain {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self { analyst }
    }
}

impl Runnable<CallRequest, PredictResponse> for PredictChain {
    fn name(&self) -> &'static str {
        "predict"
    }

    fn invoke<'a>(
        &'a self,
        request: CallRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<PredictResponse, ChainError>> {
        let name = self.name();
        let answer = asked(&self.analyst, name, |analyst| analyst.predict(request));
        Box::pin(run.step(name, answer))
    }
}
