//! Why a call is predicted as it is: [`ExplainChain`].

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{CitedSentence, Explanation};

use crate::analyst::{asked, known};
use crate::narrator::Material;
use crate::{Analyst, AnswersError, CallRequest, Learnt, NarratedChain, Narrator, Retold};

/// An explanation, and what a language model made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainResponse {
    /// The evidence itself, in sentences that cite it.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Why there are no other calls; absent where they could be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
    /// The same in the words of a language model; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retold: Option<Retold>,
}

impl ExplainResponse {
    /// What to show: the model's sentences where any were kept, behind the prediction in ours; else all of ours.
    pub fn sentences(&self) -> Vec<&CitedSentence> {
        match self.retold.as_ref().map(Retold::kept) {
            Some(kept) if !kept.is_empty() => {
                let others = kept.iter().filter(|it| **it != self.explanation.summary);
                std::iter::once(&self.explanation.summary)
                    .chain(others)
                    .collect()
            }
            Some(_) | None => self.explanation.sentences().collect(),
        }
    }
}

impl Analyst {
    /// Why a call is predicted as it is, without a language model.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] of the call or the encoder.
    pub fn explain(&self, request: CallRequest) -> Result<ExplainResponse, AnswersError> {
        let (call, turns) = (self.call(request.call)?, request.turns);
        if let Some(explained) = self.kept.as_ref().and_then(|it| it.of(&call, turns)) {
            return Ok(explained);
        }
        let prefix = known(&call, turns);
        let (explanation, evidence_missing) = self.coached(|coach| coach.explain(prefix))?;
        let explained = ExplainResponse {
            explanation,
            evidence_missing,
            learnt: self.learnt(&call),
            retold: None,
        };
        if let Some(kept) = self.kept.as_ref().filter(|_| self.is_whole(&explained)) {
            kept.keep(call, turns, explained.clone());
        }
        Ok(explained)
    }
}

impl Narrator {
    /// An explanation in the words of the model, less what it added. Never fails: there is a note instead.
    pub async fn explanation(&self, explanation: &Explanation) -> Retold {
        // Every sentence, most important first.
        let sentences = explanation.sentences().collect();
        let material = Material::of_sentences("rephrase_explanation", sentences);
        self.retold(&material, explanation).await
    }
}

/// Why a call is predicted as it is, as a step; a language model may tell it in its own words.
pub type ExplainChain = NarratedChain<ExplainResponse>;

impl ExplainChain {
    async fn answer(&self, request: CallRequest) -> Result<ExplainResponse, ChainError> {
        let ask = |analyst: &Analyst| analyst.explain(request);
        let mut response = asked(&self.analyst, "explain", ask).await?;
        if let Some(narrator) = &self.narrator {
            response.retold = Some(narrator.explanation(&response.explanation).await);
        }
        Ok(response)
    }
}

impl Runnable<CallRequest, ExplainResponse> for ExplainChain {
    fn name(&self) -> &'static str {
        "explain"
    }

    fn invoke<'a>(
        &'a self,
        request: CallRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<ExplainResponse, ChainError>> {
        Box::pin(run.step(self.name(), self.answer(request)))
    }
}
