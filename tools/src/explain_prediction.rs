//! `explain_prediction`: why a call is predicted as it is.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use upturn_answers::{Analyst, CallRequest, ExplainChain, ExplainResponse, Learnt};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_core::ConversationId;

use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{all_told, failed, learnt, quoted, reasons, told};
use crate::{Chance, Listed, Told};

/// Says why a call is predicted as it is.
#[derive(Debug)]
pub struct ExplainPrediction(ExplainChain);

impl ExplainPrediction {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(ExplainChain::new(analyst))
    }
}

/// Why a call is predicted as it is, in sentences that cite their evidence.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExplainedPrediction {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Whether it is over.
    pub finished: bool,
    /// The chance that it is won.
    #[serde(flatten)]
    pub chance: Chance,
    /// The prediction in a sentence.
    pub summary: Told,
    /// Why, most first.
    pub reasons: Listed<Told>,
    /// What to do next.
    pub actions: Listed<Told>,
    /// What to ask the buyer.
    pub questions: Listed<Told>,
    /// What to mind before believing it.
    pub caveats: Listed<Told>,
    /// Why there are no other calls; absent where they could be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
}

impl From<ExplainResponse> for ExplainedPrediction {
    fn from(response: ExplainResponse) -> Self {
        let it = response.explanation;
        Self {
            chance: Chance::from(&it.prediction),
            summary: told(&it.summary, &it.evidence),
            reasons: reasons(&it),
            actions: all_told(&it.actions, &it.evidence),
            questions: all_told(&it.questions, &it.evidence),
            caveats: all_told(&it.caveats, &it.evidence),
            evidence_missing: response.evidence_missing.as_deref().map(quoted),
            learnt: learnt(&response.learnt),
            turns: it.transcript.len(),
            finished: it.finished,
            conversation: it.conversation,
        }
    }
}

impl Bounded for ExplainedPrediction {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![
            &mut self.reasons,
            &mut self.actions,
            &mut self.questions,
            &mut self.caveats,
        ]
    }
}

impl TypedTool for ExplainPrediction {
    const NAME: &'static str = "explain_prediction";
    const DESCRIPTION: &'static str = "Why a sales call is predicted as it is: reasons, next actions, questions to ask and caveats, each sentence with the \
         evidence it cites. Call it when it is asked why a deal may stall or be won. Reasons are associations in known calls, no \
         causes. Repeat no sentence without its evidence. Where `learnt_from` is true, say that the model knew how this call ended.";
    type Input = CallRequest;
    type Output = ExplainedPrediction;

    fn run(&self, input: CallRequest) -> BoxFuture<'_, Result<ExplainedPrediction, ToolError>> {
        Box::pin(async move {
            let answer = self.0.invoke(input, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
