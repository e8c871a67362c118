//! `search_moments`: what was said in known calls.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_answers::{
    Analyst, FoundMoment, SearchChain, SearchMomentsRequest, SearchMomentsResponse,
};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_core::{ConversationId, Outcome};

use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{failed, quoted};
use crate::similar_conversations::Next;
use crate::{Limit, Listed};

/// Searches known calls for what was said.
#[derive(Debug)]
pub struct SearchMoments(SearchChain);

impl SearchMoments {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(SearchChain::new(analyst))
    }
}

/// What may have been said, and among which calls.
#[derive(Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchInput {
    /// What may have been said, in any words: moments that mean the like or say the same words are found. Never blank.
    pub text: String,
    /// At most so many moments; 8 by default.
    #[serde(default)]
    pub limit: Option<Limit>,
    /// Only calls that ended so; all by default.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Only these calls, by their ids; all by default.
    #[serde(default)]
    pub conversations: Vec<ConversationId>,
    /// Of each call only the best moment. Off by default.
    #[serde(default)]
    pub per_call: bool,
}

impl fmt::Debug for SearchInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchInput")
            .field("chars", &self.text.chars().count())
            .field("limit", &self.limit)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// Moments of known calls, best first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MomentsFound {
    /// Best first.
    pub found: Listed<MomentFound>,
}

/// A moment of a known call.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MomentFound {
    /// Which call.
    pub conversation: ConversationId,
    /// How it ended; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Which of its turns, counted from 1: `turns 3-4`.
    pub turns: String,
    /// Ranks only.
    pub score: f32,
    /// What was said there, words of other people; long ones end in `…`.
    pub quote: String,
    /// What its seller said next; absent where the call was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_next: Option<Next>,
}

impl From<FoundMoment> for MomentFound {
    fn from(it: FoundMoment) -> Self {
        Self {
            conversation: it.id,
            outcome: it.outcome,
            turns: it.turns.to_string(),
            score: it.score,
            quote: quoted(&it.text),
            said_next: it.said_next.as_ref().map(Next::from),
        }
    }
}

impl From<SearchMomentsResponse> for MomentsFound {
    fn from(response: SearchMomentsResponse) -> Self {
        Self {
            found: response.found.into_iter().map(MomentFound::from).collect(),
        }
    }
}

impl Bounded for MomentsFound {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![&mut self.found]
    }
}

impl TypedTool for SearchMoments {
    const NAME: &'static str = "search_moments";
    const DESCRIPTION: &'static str = "Moments of known sales calls in which something like a text was said, best first, each with its call, its turns, how the \
         call ended and what its seller said next. Call it to find what was said about a subject, or who else said the like. It \
         needs no call to start from.";
    type Input = SearchInput;
    type Output = MomentsFound;

    fn run(&self, input: SearchInput) -> BoxFuture<'_, Result<MomentsFound, ToolError>> {
        let request = SearchMomentsRequest {
            limit: input.limit.map(NonZeroUsize::from),
            outcome: input.outcome,
            conversations: input.conversations,
            per_call: input.per_call,
            ..SearchMomentsRequest::new(input.text)
        };
        Box::pin(async move {
            let answer = self.0.invoke(request, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
