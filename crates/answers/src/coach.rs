//! What to do next in a call: [`CoachChain`].

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{Citation, CitedSentence, Explanation};
use upturn_core::ConversationId;

use crate::analyst::asked;
use crate::narrator::{Material, last_turns};
use crate::told::only_cited;
use crate::{Analyst, AnswersError, CallRequest, Learnt, NarratedChain, Retold};

/// What to do next, and what a language model chose of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoachResponse {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Whether it is known that nothing more will be said.
    pub finished: bool,
    /// The prediction in a sentence.
    pub summary: CitedSentence,
    /// What to do next, most important first.
    pub actions: Vec<CitedSentence>,
    /// What to ask the buyer, most important first.
    pub questions: Vec<CitedSentence>,
    /// What to mind before believing it.
    pub caveats: Vec<CitedSentence>,
    /// What the sentences cite, and nothing else.
    pub evidence: Vec<Citation>,
    /// Why there are no other calls; absent where they could be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
    /// The one action or question that a language model chose, in its words; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retold: Option<Retold>,
}

impl CoachResponse {
    /// What to show first: what the model chose where any of it was kept, else the first action and the first question.
    pub fn sentences(&self) -> Vec<&CitedSentence> {
        match self.retold.as_ref().map(Retold::kept) {
            Some(kept) if !kept.is_empty() => kept.iter().collect(),
            Some(_) | None => {
                let first = [self.actions.first(), self.questions.first()];
                first.into_iter().flatten().collect()
            }
        }
    }
}

impl Analyst {
    /// What to do next in a call, without a language model.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] of the call or the encoder.
    pub fn coach(&self, request: CallRequest) -> Result<CoachResponse, AnswersError> {
        Ok(self.narrowed(request)?.response())
    }

    fn narrowed(&self, request: CallRequest) -> Result<Narrowed, AnswersError> {
        let explained = self.explain(request)?;
        let explanation = only_cited(Explanation {
            reasons: Vec::new(),
            ..explained.explanation
        });
        Ok(Narrowed {
            explanation,
            evidence_missing: explained.evidence_missing,
            learnt: explained.learnt,
        })
    }
}

/// An explanation without reasons, and without what only they cite.
struct Narrowed {
    explanation: Explanation,
    evidence_missing: Option<String>,
    learnt: Learnt,
}

impl Narrowed {
    fn response(&self) -> CoachResponse {
        let it = &self.explanation;
        CoachResponse {
            conversation: it.conversation.clone(),
            turns: it.transcript.len(),
            finished: it.finished,
            summary: it.summary.clone(),
            actions: it.actions.clone(),
            questions: it.questions.clone(),
            caveats: it.caveats.clone(),
            evidence: it.evidence.clone(),
            evidence_missing: self.evidence_missing.clone(),
            learnt: self.learnt.clone(),
            retold: None,
        }
    }
}

/// What to do next in a call, as a step; a language model may choose and tell it in its own words.
pub type CoachChain = NarratedChain<CoachResponse>;

impl CoachChain {
    async fn answer(&self, request: CallRequest) -> Result<CoachResponse, ChainError> {
        let ask = |analyst: &Analyst| analyst.narrowed(request);
        let narrowed = asked(&self.analyst, "coach", ask).await?;
        let mut response = narrowed.response();
        if let Some(narrator) = &self.narrator {
            let explanation = &narrowed.explanation;
            let material = material(explanation);
            response.retold = Some(narrator.retold(&material, explanation).await);
        }
        Ok(response)
    }
}

/// Actions, then questions, then the last turns from the newest to the oldest.
fn material(narrowed: &Explanation) -> Material<'_> {
    let Explanation {
        summary,
        actions,
        questions,
        transcript,
        ..
    } = narrowed;
    let offers = actions.len() + questions.len();
    let turns = last_turns(transcript);
    Material {
        prompt: "coach_turn",
        pieces: if offers == 0 { 0 } else { offers + turns.len() },
        inputs: Box::new(move |pieces| {
            let asked = pieces.saturating_sub(actions.len());
            let heard = pieces.saturating_sub(offers);
            json!({
                "summary": summary.text,
                "actions": actions.iter().take(pieces).collect::<Vec<_>>(),
                "questions": questions.iter().take(asked).collect::<Vec<_>>(),
                "last_turns": turns.iter().skip(turns.len().saturating_sub(heard)).collect::<Vec<_>>(),
            })
        }),
    }
}

impl Runnable<CallRequest, CoachResponse> for CoachChain {
    fn name(&self) -> &'static str {
        "coach"
    }

    fn invoke<'a>(
        &'a self,
        request: CallRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<CoachResponse, ChainError>> {
        Box::pin(run.step(self.name(), self.answer(request)))
    }
}
