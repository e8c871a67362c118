//! How likely a call is won: [`PredictChain`].

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{About, CitedSentence, Explanation, Reason};
use upturn_core::{ConversationId, Prediction, Predictor as _};

use crate::analyst::{asked, known};
use crate::told::only_cited;
use crate::{Analyst, AnswersError, CallRequest, Learnt, NarratedChain, Told};

/// What the step is called.
const STEP: &str = "predict";

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
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
    /// The prediction, what it is made of and what to mind, in sentences; absent without a language model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

impl PredictResponse {
    /// What a language model made of it, behind the prediction in our words; none without a model.
    pub fn sentences(&self) -> Vec<&CitedSentence> {
        let Some(told) = &self.told else {
            return Vec::new();
        };
        let ours = told.sentences.first();
        let others = told.sentences().into_iter();
        ours.into_iter()
            .chain(others.filter(|it| Some(*it) != ours))
            .collect()
    }
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
            learnt: self.learnt(&call),
            told: None,
        })
    }
}

/// How likely a call is won, as a step; a language model may tell it in its own words.
pub type PredictChain = NarratedChain<PredictResponse>;

impl PredictChain {
    async fn answer(&self, request: CallRequest) -> Result<PredictResponse, ChainError> {
        let Some(narrator) = &self.narrator else {
            return asked(&self.analyst, STEP, |analyst| analyst.predict(request)).await;
        };
        let ask = |analyst: &Analyst| analyst.explain(request);
        let explained = asked(&self.analyst, STEP, ask).await?;
        let told = narrowed(explained.explanation);
        let sentences = told.sentences().cloned().collect();
        Ok(PredictResponse {
            conversation: told.conversation.clone(),
            turns: told.transcript.len(),
            finished: told.finished,
            prediction: told.prediction.clone(),
            evidence_missing: explained.evidence_missing,
            learnt: explained.learnt,
            told: Some(Told::by(narrator, "rephrase_prediction", sentences, told).await),
        })
    }
}

/// The prediction, its parts, and what to mind before believing it.
fn narrowed(explanation: Explanation) -> Explanation {
    let mut narrowed = Explanation {
        actions: Vec::new(),
        questions: Vec::new(),
        ..explanation
    };
    let is_part = |it: &Reason| matches!(it.about, About::Part { .. });
    narrowed.reasons.retain(is_part);
    only_cited(narrowed)
}

impl Runnable<CallRequest, PredictResponse> for PredictChain {
    fn name(&self) -> &'static str {
        STEP
    }

    fn invoke<'a>(
        &'a self,
        request: CallRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<PredictResponse, ChainError>> {
        Box::pin(run.step(STEP, self.answer(request)))
    }
}
