//! The calls most like one: [`SimilarCallsChain`].

use std::fmt;
use std::num::NonZeroUsize;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_coaching::{ComparableCall, ComparableCalls, Inquiry};
use upturn_core::retrieval::{Comparable, SaidNext, comparables, said_next};
use upturn_core::{
    ConversationId, Filter, Fingerprint, Outcome, Speaker, TurnRange, VectorStore, VectorStoreError,
};

use crate::analyst::{asked, known};
use crate::ask::answering;
use crate::{Analyst, AnswersError, CallRef, CallRequest, NarratedChain, Told};

/// What the step is called.
const STEP: &str = "similar_calls";

/// Calls of either outcome where the request does not say.
const CALLS: usize = 5;

/// Calls like which, and how many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimilarRequest {
    /// The id of a call that is known, or the conversation itself.
    pub call: CallRef,
    /// How many of its turns have been said so far, of a call that goes on. Absent: all, and the call is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<NonZeroUsize>,
    /// At most so many calls of either outcome; 5 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<NonZeroUsize>,
    /// Only calls that ended so; both by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

impl From<CallRequest> for SimilarRequest {
    fn from(CallRequest { call, turns }: CallRequest) -> Self {
        Self {
            call,
            turns,
            limit: None,
            outcome: None,
        }
    }
}

/// The nearest calls, by how they ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimilarResponse {
    /// The call they are like.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Those that were won, nearest first.
    pub won: Vec<NearCall>,
    /// Those that were lost, nearest first.
    pub lost: Vec<NearCall>,
    /// The encoder that says what is near.
    pub model_fingerprint: Fingerprint,
    /// The nearest of them in sentences, eight at most; absent without a language model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

impl SimilarResponse {
    /// As an explanation has them, which aligns none of them.
    fn comparables(&self) -> ComparableCalls {
        let comparable = |calls: &[NearCall]| calls.iter().map(ComparableCall::from).collect();
        ComparableCalls {
            won: comparable(&self.won),
            lost: comparable(&self.lost),
        }
    }
}

/// Another call, by the moment that is nearest. `Debug` shows nothing that was said.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NearCall {
    /// The other call.
    pub id: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Which of its turns are alike.
    pub turns: TurnRange,
    /// Which turns of the call that was asked about they are like.
    pub like: TurnRange,
    /// Cosine between both; ranks only.
    pub score: f32,
    /// What was said there.
    pub text: String,
    /// What its seller said next; absent where the call was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_next: Option<SaidNext>,
}

impl fmt::Debug for NearCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearCall")
            .field("id", &self.id)
            .field("outcome", &self.outcome)
            .field("turns", &self.turns)
            .field("like", &self.like)
            .field("score", &self.score)
            .finish_non_exhaustive()
    }
}

impl From<&NearCall> for ComparableCall {
    fn from(near: &NearCall) -> Self {
        Self {
            id: near.id.clone(),
            outcome: near.outcome,
            score: near.score,
            here: near.like,
            there: near.turns,
            text: near.text.clone(),
            said_next: near.said_next.clone(),
            aligned: Vec::new(),
            parted: None,
        }
    }
}

impl Analyst {
    /// The calls most like one: neither the call itself nor one of its account is among them.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] of the call, the encoder or the collection.
    pub fn similar(&self, request: SimilarRequest) -> Result<SimilarResponse, AnswersError> {
        let store = &*self.collection()?.store;
        let call = self.call(request.call)?;
        let prefix = known(&call, request.turns);
        let moments: Vec<_> = self.encoded(&[prefix])?.into_iter().flatten().collect();
        let limit = request.limit.map_or(CALLS, NonZeroUsize::get);
        let filter = Filter {
            outcome: request.outcome.or(self.among.outcome),
            ..self.among.clone()
        };
        let found = comparables(store, prefix, &moments, &filter, limit)?;
        Ok(SimilarResponse {
            conversation: call.id().clone(),
            turns: prefix.turns().len(),
            won: near(store, found.won, Outcome::Won)?,
            lost: near(store, found.lost, Outcome::Lost)?,
            model_fingerprint: store.fingerprint().clone(),
            told: None,
        })
    }
}

/// With what was said next.
fn near(
    store: &dyn VectorStore,
    found: Vec<Comparable>,
    outcome: Outcome,
) -> Result<Vec<NearCall>, VectorStoreError> {
    let one = |Comparable { turns, found }: Comparable| {
        let metadata = found.document.metadata;
        Ok(NearCall {
            said_next: said_next(store, &metadata, Speaker::Seller)?,
            outcome,
            turns: metadata.turns,
            like: turns,
            score: found.score,
            text: found.document.page_content,
            id: metadata.conversation,
        })
    };
    found.into_iter().map(one).collect()
}

/// The calls most like one, as a step; a language model may tell of them in its own words.
pub type SimilarCallsChain = NarratedChain<SimilarResponse>;

impl SimilarCallsChain {
    async fn answer(&self, request: SimilarRequest) -> Result<SimilarResponse, ChainError> {
        let Some(narrator) = &self.narrator else {
            return asked(&self.analyst, STEP, |analyst| analyst.similar(request)).await;
        };
        let ask = |analyst: &Analyst| {
            let response = analyst.similar(request.clone())?;
            let (call, turns) = (request.call, request.turns);
            let explained = analyst.explain(CallRequest { call, turns })?;
            Ok((response, explained.explanation))
        };
        let (mut response, mut told) = asked(&self.analyst, STEP, ask).await?;
        told.comparables = response.comparables();
        let answer = told.answer_inquiry(Inquiry::CallsLikeIt { outcome: None }, &[]);
        let told = answering(told, &answer);
        let told = Told::by(narrator, "rephrase_similar_calls", answer.sentences, told).await;
        response.told = Some(told);
        Ok(response)
    }
}

impl Runnable<SimilarRequest, SimilarResponse> for SimilarCallsChain {
    fn name(&self) -> &'static str {
        STEP
    }

    fn invoke<'a>(
        &'a self,
        request: SimilarRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<SimilarResponse, ChainError>> {
        Box::pin(run.step(STEP, self.answer(request)))
    }
}
