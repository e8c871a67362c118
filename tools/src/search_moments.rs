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
use upturn_core::{ConversationId, Date, Filter, Outcome};

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
    /// Of each call only the best moment. Off by default.
    #[serde(default)]
    pub per_call: bool,
    /// Only calls that ended so; all by default.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Only calls whose outcome is known. Off by default.
    #[serde(default)]
    pub labelled: bool,
    /// Only these calls, by their ids; all by default.
    #[serde(default)]
    pub conversations: Vec<ConversationId>,
    /// Not these calls; none by default.
    #[serde(default)]
    pub without_conversations: Vec<ConversationId>,
    /// Only calls of these accounts; all by default.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Not the calls of these accounts; none by default.
    #[serde(default)]
    pub without_accounts: Vec<String>,
    /// Only calls of these sellers; all by default.
    #[serde(default)]
    pub reps: Vec<String>,
    /// Only calls in these stages of the pipeline; all by default.
    #[serde(default)]
    pub stages: Vec<String>,
    /// Only calls of these trades; all by default.
    #[serde(default)]
    pub industries: Vec<String>,
    /// Only calls in these languages, as BCP 47 tags; all by default.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Only calls of this day or a later one, such as `2026-03-01`; all by default.
    #[serde(default)]
    pub since: Option<Date>,
    /// Only calls of an earlier day; all by default.
    #[serde(default)]
    pub before: Option<Date>,
    /// Only deals of this size or a larger one, in the currency of the data; all by default.
    #[serde(default)]
    pub amount_from: Option<f64>,
    /// Only deals of this size or a smaller one; all by default.
    #[serde(default)]
    pub amount_to: Option<f64>,
}

impl From<SearchInput> for SearchMomentsRequest {
    fn from(input: SearchInput) -> Self {
        let filter = Filter {
            kind: None,
            outcome: input.outcome,
            labelled: input.labelled,
            conversations: input.conversations,
            accounts: input.accounts,
            reps: input.reps,
            stages: input.stages,
            industries: input.industries,
            languages: input.languages,
            without_conversations: input.without_conversations,
            without_accounts: input.without_accounts,
            since: input.since,
            before: input.before,
            amount_from: input.amount_from,
            amount_to: input.amount_to,
        };
        Self {
            limit: input.limit.map(NonZeroUsize::from),
            filter,
            per_call: input.per_call,
            ..Self::new(input.text)
        }
    }
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
        Box::pin(async move {
            let answer = self.0.invoke(input.into(), &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
