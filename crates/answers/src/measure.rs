//! What is measured in a call: [`MeasureChain`].

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{Judgement, Measures, Standing};
use upturn_core::ConversationId;

use crate::analyst::{asked, known};
use crate::{Analyst, AnswersError, CallRequest};

/// The measures of a call, where they stand, and what the rules say of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeasureResponse {
    /// The call.
    pub conversation: ConversationId,
    /// What was measured, each with its turns.
    pub measures: Measures,
    /// Where measures stand among won and lost calls; those that enough calls are known of.
    pub standings: Vec<Standing>,
    /// What the rules warn of, each with its turns, and what they could not judge.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl Analyst {
    /// What is measured in a call.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] of the call.
    pub fn measure(&self, request: CallRequest) -> Result<MeasureResponse, AnswersError> {
        let call = self.call(request.call)?;
        let prefix = known(&call, request.turns);
        let measures = self.coach.meter().measure(prefix);
        Ok(MeasureResponse {
            conversation: call.id().clone(),
            standings: self.coach.standings(&measures, prefix),
            judgement: self.coach.rules().judge(&measures, call.metadata()),
            measures,
        })
    }
}

/// What is measured in a call, as a step.
#[derive(Debug, Clone)]
pub struct MeasureChain {
    analyst: Arc<Analyst>,
}

impl MeasureChain {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self { analyst }
    }
}

impl Runnable<CallRequest, MeasureResponse> for MeasureChain {
    fn name(&self) -> &'static str {
        "measure"
    }

    fn invoke<'a>(
        &'a self,
        request: CallRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<MeasureResponse, ChainError>> {
        let name = self.name();
        let answer = asked(&self.analyst, name, |analyst| analyst.measure(request));
        Box::pin(run.step(name, answer))
    }
}
