//! A question about a call: [`AskChain`].

use std::fmt;
use std::num::NonZeroUsize;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{Citation, CitedAnswer, CitedSentence, Explanation};
use upturn_core::retrieval::Search;
use upturn_core::{ConversationId, Filter, ScoredDocument};

use crate::analyst::asked;
use crate::error::line;
use crate::narrator::Material;
use crate::search::moments;
use crate::{Analyst, AnswersError, CallRef, CallRequest, ExplainResponse, NarratedChain, Retold};

/// Moments that are found for a question.
const FOUND: usize = 8;

/// A question about a call.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    /// The question; never blank.
    pub question: String,
    /// The id of a call that is known, or the conversation itself.
    pub call: CallRef,
    /// How many of its turns have been said so far, of a call that goes on. Absent: all, and the call is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<NonZeroUsize>,
}

impl AskRequest {
    /// About a call that is over.
    pub fn new(question: impl Into<String>, call: impl Into<CallRef>) -> Self {
        Self {
            question: question.into(),
            call: call.into(),
            turns: None,
        }
    }

    /// About a call that goes on, after so many turns. All, and it is over, by default.
    #[must_use]
    pub const fn with_turns(mut self, turns: NonZeroUsize) -> Self {
        self.turns = Some(turns);
        self
    }
}

impl fmt::Debug for AskRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskRequest")
            .field("chars", &self.question.chars().count())
            .field("call", &self.call)
            .field("turns", &self.turns)
            .finish()
    }
}

/// An answer from evidence, and what a language model made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskResponse {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// How the question was understood, the answer, and what it cites.
    #[serde(flatten)]
    pub answer: CitedAnswer,
    /// Why there are no other calls; absent where they could be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
    /// The same in the words of a language model; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retold: Option<Retold>,
}

impl AskResponse {
    /// What to show: the model's sentences where any were kept, else the evidence's.
    pub fn sentences(&self) -> Vec<&CitedSentence> {
        match self.retold.as_ref().map(Retold::kept) {
            Some(kept) if !kept.is_empty() => kept.iter().collect(),
            Some(_) | None => self.answer.sentences.iter().collect(),
        }
    }
}

impl Analyst {
    /// Answers a question about a call from what explains it and what is found for it, without a language model.
    ///
    /// # Errors
    ///
    /// [`AnswersError::Blank`], or that of the call or the encoder.
    pub fn ask(&self, request: AskRequest) -> Result<AskResponse, AnswersError> {
        let question = request.question.clone();
        let explained = self.explain_for(request)?;
        Ok(explained.answered(&question))
    }

    /// What a question is answered from.
    fn explain_for(&self, request: AskRequest) -> Result<Explained, AnswersError> {
        if request.question.trim().is_empty() {
            return Err(AnswersError::Blank { field: "question" });
        }
        let (call, turns) = (request.call, request.turns);
        let ExplainResponse {
            explanation,
            mut evidence_missing,
            ..
        } = self.explain(CallRequest { call, turns })?;
        let found = match &evidence_missing {
            Some(_) => Vec::new(),
            None => match self.found(&request.question, &explanation.conversation) {
                Err(error @ AnswersError::Store(_)) => {
                    evidence_missing = Some(line(&error));
                    Vec::new()
                }
                found => found?,
            },
        };
        Ok(Explained {
            explanation,
            found,
            evidence_missing,
        })
    }

    /// The best moment of each other call, by meaning and words.
    fn found(
        &self,
        question: &str,
        own: &ConversationId,
    ) -> Result<Vec<ScoredDocument>, AnswersError> {
        let collection = self.collection()?;
        let mut filter: Filter = self.among.clone();
        filter.without_conversations.push(own.clone());
        let asked = Search {
            filter,
            per_call: true,
            ..Search::new(collection.sought("question", question)?, FOUND)
        };
        Ok(moments(&*collection.store, asked)?)
    }
}

/// A call explained, and what was found for a question.
struct Explained {
    explanation: Explanation,
    found: Vec<ScoredDocument>,
    evidence_missing: Option<String>,
}

impl Explained {
    fn answered(&self, question: &str) -> AskResponse {
        AskResponse {
            conversation: self.explanation.conversation.clone(),
            turns: self.explanation.transcript.len(),
            answer: self.explanation.answer(question, &self.found),
            evidence_missing: self.evidence_missing.clone(),
            retold: None,
        }
    }
}

/// A question about a call, as a step; a language model may tell the answer in its own words.
pub type AskChain = NarratedChain<AskResponse>;

impl AskChain {
    async fn answer(&self, request: AskRequest) -> Result<AskResponse, ChainError> {
        let question = request.question.clone();
        let ask = |analyst: &Analyst| analyst.explain_for(request);
        let explained = asked(&self.analyst, "ask", ask).await?;
        let mut response = explained.answered(&question);
        if let Some(narrator) = &self.narrator {
            let told = answering(explained.explanation, &response.answer);
            let material = material(&question, &response.answer);
            response.retold = Some(narrator.retold(&material, &told).await);
        }
        Ok(response)
    }
}

/// The explanation with the answer in place of its sentences: what a model may say, and of what.
pub(crate) fn answering(explanation: Explanation, answer: &CitedAnswer) -> Explanation {
    Explanation {
        reasons: Vec::new(),
        actions: answer.sentences.clone(),
        questions: Vec::new(),
        caveats: Vec::new(),
        evidence: answer.evidence.clone(),
        ..explanation
    }
}

/// The sentences of the answer, then the passages they cite.
fn material<'a>(question: &'a str, answer: &'a CitedAnswer) -> Material<'a> {
    let CitedAnswer {
        sentences,
        evidence,
        ..
    } = answer;
    let passages: Vec<Value> = evidence.iter().filter_map(passage).collect();
    Material {
        prompt: "answer_question",
        pieces: if sentences.is_empty() {
            0
        } else {
            sentences.len() + passages.len()
        },
        inputs: Box::new(move |pieces| {
            let quoted = pieces.saturating_sub(sentences.len());
            json!({
                "question": question,
                "sentences": sentences.iter().take(pieces).collect::<Vec<_>>(),
                "passages": passages.iter().take(quoted).collect::<Vec<_>>(),
            })
        }),
    }
}

fn passage(citation: &Citation) -> Option<Value> {
    let text = citation.quote.as_deref()?;
    Some(json!({ "id": citation.id, "text": text }))
}

impl Runnable<AskRequest, AskResponse> for AskChain {
    fn name(&self) -> &'static str {
        "ask"
    }

    fn invoke<'a>(
        &'a self,
        request: AskRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<AskResponse, ChainError>> {
        Box::pin(run.step(self.name(), self.answer(request)))
    }
}
