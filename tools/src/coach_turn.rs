//! `coach_turn`: what to do next in a call.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use upturn_answers::{Analyst, CallRequest, CoachChain, CoachResponse, Learnt};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_core::ConversationId;

use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{all_told, failed, learnt, quoted, told};
use crate::{Listed, Told};

/// Says what to do next in a call.
#[derive(Debug)]
pub struct CoachTurn(CoachChain);

impl CoachTurn {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(CoachChain::new(analyst))
    }
}

/// What to do next in a call, in sentences that cite their evidence.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CoachedTurn {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Whether it is over.
    pub finished: bool,
    /// The prediction in a sentence.
    pub summary: Told,
    /// What to do next, most important first.
    pub actions: Listed<Told>,
    /// What to ask the buyer, most important first.
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

impl From<CoachResponse> for CoachedTurn {
    fn from(it: CoachResponse) -> Self {
        Self {
            summary: told(&it.summary, &it.evidence),
            actions: all_told(&it.actions, &it.evidence),
            questions: all_told(&it.questions, &it.evidence),
            caveats: all_told(&it.caveats, &it.evidence),
            evidence_missing: it.evidence_missing.as_deref().map(quoted),
            learnt: learnt(&it.learnt),
            turns: it.turns,
            finished: it.finished,
            conversation: it.conversation,
        }
    }
}

impl Bounded for CoachedTurn {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![&mut self.actions, &mut self.questions, &mut self.caveats]
    }
}

impl TypedTool for CoachTurn {
    const NAME: &'static str = "coach_turn";
    const DESCRIPTION: &'static str = "What the seller may do or ask next in a sales call, each with the evidence it cites: rules, and what sellers of won calls \
         said at such a moment. Call it when the next step or the next question is asked for; with `turns` while the call goes on.";
    type Input = CallRequest;
    type Output = CoachedTurn;

    fn run(&self, input: CallRequest) -> BoxFuture<'_, Result<CoachedTurn, ToolError>> {
        Box::pin(async move {
            let answer = self.0.invoke(input, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
