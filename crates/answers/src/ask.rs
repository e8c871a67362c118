//! A question about a call: [`AskChain`].

use std::fmt;
use std::num::NonZeroUsize;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{Citation, CitedAnswer, CitedSentence, Explanation, LookedFor};
use upturn_core::retrieval::Search;
use upturn_core::{ConversationId, Filter, ScoredDocument};

use crate::analyst::asked;
use crate::error::line;
use crate::exchange::{Exchange, referred};
use crate::narrator::Material;
use crate::search::moments;
use crate::{
    Analyst, AnswersError, CallRef, CallRequest, ExplainResponse, Learnt, NarratedChain, Narrator,
    Retold,
};

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
    /// What was asked about the call before, oldest first: a question such as "and why?" refers to it, and a language model is
    /// told of it. Nothing by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Exchange>,
}

impl AskRequest {
    /// About a call that is over.
    pub fn new(question: impl Into<String>, call: impl Into<CallRef>) -> Self {
        Self {
            question: question.into(),
            call: call.into(),
            turns: None,
            earlier: Vec::new(),
        }
    }

    /// About a call that goes on, after so many turns. All, and it is over, by default.
    #[must_use]
    pub const fn with_turns(mut self, turns: NonZeroUsize) -> Self {
        self.turns = Some(turns);
        self
    }

    /// After these questions and answers, oldest first. The first question by default.
    #[must_use]
    pub fn with_earlier(mut self, earlier: Vec<Exchange>) -> Self {
        self.earlier = earlier;
        self
    }
}

impl fmt::Debug for AskRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskRequest")
            .field("chars", &self.question.chars().count())
            .field("call", &self.call)
            .field("turns", &self.turns)
            .field("earlier", &self.earlier.len())
            .finish()
    }
}

/// An answer from evidence, and what a language model made of it.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskResponse {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// How the question was understood, the answer, and what it cites.
    #[serde(flatten)]
    pub answer: CitedAnswer,
    /// The earlier question that this one was taken to be about; absent where it has a subject of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<String>,
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

impl fmt::Debug for AskResponse {
    /// Without the question: it may repeat what a buyer said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskResponse")
            .field("conversation", &self.conversation)
            .field("turns", &self.turns)
            .field("answer", &self.answer)
            .field("refers_to", &self.refers_to.is_some())
            .field("evidence_missing", &self.evidence_missing)
            .field("learnt", &self.learnt)
            .field("retold", &self.retold)
            .finish()
    }
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
        let refers_to = referred(&request.question, &request.earlier).map(str::to_owned);
        let subject = refers_to.as_ref().unwrap_or(&request.question);
        let (call, turns) = (request.call, request.turns);
        let ExplainResponse {
            explanation,
            mut evidence_missing,
            learnt,
            ..
        } = self.explain(CallRequest { call, turns })?;
        let found = match &evidence_missing {
            Some(_) => Vec::new(),
            None => match self.found(subject, &explanation) {
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
            refers_to,
            evidence_missing,
            learnt,
        })
    }

    /// The best moment of each other call for what the question [looks for](Explanation::looks_for), by meaning and words.
    fn found(
        &self,
        question: &str,
        call: &Explanation,
    ) -> Result<Vec<ScoredDocument>, AnswersError> {
        let collection = self.collection()?;
        let mut filter: Filter = self.among.clone();
        filter.without_conversations.push(call.conversation.clone());
        let LookedFor {
            text,
            moments: most,
        } = call.looks_for(question);
        let asked = Search {
            filter,
            per_call: true,
            ..Search::new(collection.sought("question", &text)?, most)
        };
        Ok(moments(&*collection.store, asked)?)
    }
}

/// A call explained, and what was found for a question.
struct Explained {
    explanation: Explanation,
    found: Vec<ScoredDocument>,
    refers_to: Option<String>,
    evidence_missing: Option<String>,
    learnt: Learnt,
}

impl Explained {
    fn answered(&self, question: &str) -> AskResponse {
        let question = self.refers_to.as_deref().unwrap_or(question);
        AskResponse {
            conversation: self.explanation.conversation.clone(),
            turns: self.explanation.transcript.len(),
            answer: self.explanation.answer(question, &self.found),
            refers_to: self.refers_to.clone(),
            evidence_missing: self.evidence_missing.clone(),
            learnt: self.learnt.clone(),
            retold: None,
        }
    }
}

/// A question about a call, as a step; a language model may tell the answer in its own words.
pub type AskChain = NarratedChain<AskResponse>;

impl AskChain {
    async fn answer(&self, request: AskRequest) -> Result<AskResponse, ChainError> {
        let (question, earlier) = (request.question.clone(), request.earlier.clone());
        let ask = |analyst: &Analyst| analyst.explain_for(request);
        let explained = asked(&self.analyst, "ask", ask).await?;
        let mut response = explained.answered(&question);
        if let Some(narrator) = &self.narrator {
            let told =
                narrator.answer(&question, &earlier, explained.explanation, &response.answer);
            response.retold = Some(told.await);
        }
        Ok(response)
    }
}

impl Narrator {
    /// An answer about an explained call in the words of the model, less what it added, after these questions and answers, oldest
    /// first. Never fails: there is a note instead.
    pub async fn answer(
        &self,
        question: &str,
        earlier: &[Exchange],
        explanation: Explanation,
        answer: &CitedAnswer,
    ) -> Retold {
        let told = answering(explanation, answer);
        let material = material(question, earlier, answer);
        self.retold(&material, &told).await
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

/// The sentences of the answer, then the passages they cite, then what was asked before, the last first.
fn material<'a>(
    question: &'a str,
    earlier: &'a [Exchange],
    answer: &'a CitedAnswer,
) -> Material<'a> {
    let CitedAnswer {
        sentences,
        evidence,
        ..
    } = answer;
    let passages: Vec<Value> = evidence.iter().filter_map(passage).collect();
    let known = sentences.len() + passages.len();
    Material {
        prompt: "answer_question",
        pieces: if sentences.is_empty() {
            0
        } else {
            known + earlier.len()
        },
        inputs: Box::new(move |pieces| {
            let quoted = pieces.saturating_sub(sentences.len());
            let untold = earlier.len().saturating_sub(pieces.saturating_sub(known));
            json!({
                "question": question,
                "earlier": earlier.iter().skip(untold).collect::<Vec<_>>(),
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
