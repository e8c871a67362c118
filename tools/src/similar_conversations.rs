//! `similar_conversations`: known calls most like one, and how they went on.

use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_answers::{
    Analyst, CallRef, NearCall, SimilarCallsChain, SimilarRequest, SimilarResponse,
};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_core::{ConversationId, Outcome};

use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{failed, quoted};
use crate::{Limit, Listed};

/// Finds known calls like one.
#[derive(Debug)]
pub struct SimilarConversations(SimilarCallsChain);

impl SimilarConversations {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(SimilarCallsChain::new(analyst))
    }
}

/// Calls like which, and how many.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimilarInput {
    /// The id of a call that is known, or the conversation itself.
    pub call: CallRef,
    /// How many of its turns have been said so far, of a call that goes on. Absent: all, and the call is over.
    #[serde(default)]
    pub turns: Option<NonZeroUsize>,
    /// At most so many calls of either outcome; 5 by default.
    #[serde(default)]
    pub limit: Option<Limit>,
    /// Only calls that ended so; both by default.
    #[serde(default)]
    pub outcome: Option<Outcome>,
}

/// The known calls most like one, by how they ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SimilarFound {
    /// The call they are like.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Those that were won, nearest first.
    pub won: Listed<Similar>,
    /// Those that were lost, nearest first.
    pub lost: Listed<Similar>,
}

/// A known call, by the moment that is nearest.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Similar {
    /// Which call.
    pub conversation: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Which of its turns are alike, counted from 1: `turns 3-4`.
    pub turns: String,
    /// Which turns of the call that was asked about they are like.
    pub like: String,
    /// How alike, as a cosine; ranks only.
    pub score: f32,
    /// What was said there, words of other people; long ones end in `…`.
    pub quote: String,
    /// What its seller said next; absent where the call was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_next: Option<Next>,
}

/// What a seller said next.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Next {
    /// In which turns of that call, counted from 1.
    pub turns: String,
    /// What, words of other people; long ones end in `…`.
    pub quote: String,
}

impl From<&upturn_core::retrieval::SaidNext> for Next {
    fn from(next: &upturn_core::retrieval::SaidNext) -> Self {
        Self {
            turns: next.turns.to_string(),
            quote: quoted(&next.text),
        }
    }
}

impl From<NearCall> for Similar {
    fn from(near: NearCall) -> Self {
        Self {
            conversation: near.id,
            outcome: near.outcome,
            turns: near.turns.to_string(),
            like: near.like.to_string(),
            score: near.score,
            quote: quoted(&near.text),
            said_next: near.said_next.as_ref().map(Next::from),
        }
    }
}

impl From<SimilarResponse> for SimilarFound {
    fn from(response: SimilarResponse) -> Self {
        Self {
            conversation: response.conversation,
            turns: response.turns,
            won: response.won.into_iter().map(Similar::from).collect(),
            lost: response.lost.into_iter().map(Similar::from).collect(),
        }
    }
}

impl Bounded for SimilarFound {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![&mut self.won, &mut self.lost]
    }
}

impl TypedTool for SimilarConversations {
    const NAME: &'static str = "similar_conversations";
    const DESCRIPTION: &'static str = "The known sales calls most like one, won and lost, each with the turns that are alike and what its seller said next. \
         Call it when comparable calls are asked for, or what won calls did at such a moment. Calls of the same account are \
         left out.";
    type Input = SimilarInput;
    type Output = SimilarFound;

    fn run(&self, input: SimilarInput) -> BoxFuture<'_, Result<SimilarFound, ToolError>> {
        let request = SimilarRequest {
            call: input.call,
            turns: input.turns,
            limit: input.limit.map(NonZeroUsize::from),
            outcome: input.outcome,
        };
        Box::pin(async move {
            let answer = self.0.invoke(request, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
