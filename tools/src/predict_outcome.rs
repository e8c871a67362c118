//! `predict_outcome`: how likely a call is won.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use upturn_answers::{Analyst, CallRequest, Learnt, PredictChain, PredictResponse};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_core::{ConversationId, Evidence, Fingerprint, Outcome, Part};

use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{failed, learnt, quoted};
use crate::{Chance, Listed};

/// Says how likely a call is won.
#[derive(Debug)]
pub struct PredictOutcome(PredictChain);

impl PredictOutcome {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(PredictChain::new(analyst))
    }
}

/// How likely a call is won, and the known calls nearest to it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PredictedOutcome {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Whether it is over.
    pub finished: bool,
    /// The chance that it is won.
    #[serde(flatten)]
    pub chance: Chance,
    /// The summands of the logit of the probability; above zero speaks for won.
    pub parts: Vec<Part>,
    /// The nearest known calls, which voted; nearest first.
    pub neighbours: Listed<Neighbour>,
    /// Why there are no neighbours; absent where they could be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
    /// The model that predicted.
    pub model_fingerprint: Fingerprint,
}

/// A known call that is near.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Neighbour {
    /// Which call.
    pub conversation: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Which of its turns are alike, counted from 1: `turns 3-4`.
    pub turns: String,
    /// How alike, as a cosine; ranks only.
    pub score: f32,
    /// What was said there, words of other people; long ones end in `…`.
    pub quote: String,
}

impl From<Evidence> for Neighbour {
    fn from(near: Evidence) -> Self {
        Self {
            conversation: near.id,
            outcome: near.outcome,
            turns: near.turns.to_string(),
            score: near.score,
            quote: quoted(&near.text),
        }
    }
}

impl From<PredictResponse> for PredictedOutcome {
    fn from(response: PredictResponse) -> Self {
        let prediction = response.prediction;
        Self {
            conversation: response.conversation,
            turns: response.turns,
            finished: response.finished,
            chance: Chance::from(&prediction),
            parts: prediction.parts,
            neighbours: prediction
                .evidence
                .into_iter()
                .map(Neighbour::from)
                .collect(),
            evidence_missing: response.evidence_missing.as_deref().map(quoted),
            learnt: learnt(&response.learnt),
            model_fingerprint: prediction.fingerprint,
        }
    }
}

impl Bounded for PredictedOutcome {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![&mut self.neighbours]
    }
}

impl TypedTool for PredictOutcome {
    const NAME: &'static str = "predict_outcome";
    const DESCRIPTION: &'static str = "How likely a sales call is won, as a calibrated probability with its interval, what adds up to it, and the known calls \
         nearest to it with how they ended. Call it when the chance or the verdict of a call is asked for. Say the interval with \
         the probability; where the verdict is `unsure`, say so and why; where `learnt_from` is true, say that the model knew how this \
         call ended.";
    type Input = CallRequest;
    type Output = PredictedOutcome;

    fn run(&self, input: CallRequest) -> BoxFuture<'_, Result<PredictedOutcome, ToolError>> {
        Box::pin(async move {
            let answer = self.0.invoke(input, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
