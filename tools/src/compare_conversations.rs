//! `compare_conversations`: two calls side by side.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use upturn_answers::{
    Analyst, CompareChain, CompareRequest, CompareResponse, ComparedCall, Learnt, MeasureOfBoth,
};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_coaching::{AlignedMoments, Citation, EvidenceId, Parting, Source};
use upturn_core::{ConversationId, Outcome, Part, TurnRange};

use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{failed, learnt, quoted};
use crate::{Chance, Cited, Listed};

/// Lays two calls side by side.
#[derive(Debug)]
pub struct CompareConversations(CompareChain);

impl CompareConversations {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(CompareChain::new(analyst))
    }
}

/// Two calls side by side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComparedConversations {
    /// One.
    pub call: Compared,
    /// The other.
    pub other: Compared,
    /// Measures that are known of either and differ.
    pub measures: Listed<MeasureOfBoth>,
    /// Moments that are alike, in order.
    pub alike: Listed<Alike>,
    /// Where both parted; absent if they did not, as far as both go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parted: Option<Parted>,
    /// Why there are no neighbours; absent where they could be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_missing: Option<String>,
}

/// One of two calls.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Compared {
    /// Which.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// How it ended; absent where that is not known, or the call goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The chance that it is won, for which the outcome was not looked at.
    #[serde(flatten)]
    pub chance: Chance,
    /// The summands of the logit of the probability; above zero speaks for won.
    pub parts: Vec<Part>,
    /// Whether the model learnt from the call.
    #[serde(flatten)]
    pub learnt: Learnt,
}

/// Moments of both calls that are alike.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Alike {
    /// The moment of `call`.
    pub call: Cited,
    /// That of `other`.
    pub other: Cited,
    /// How alike, as a cosine; ranks only.
    pub score: f32,
}

/// Where both calls parted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Parted {
    /// The first moment of `call` that is unlike the other's.
    pub call: Cited,
    /// What stands in its place in `other`, and what was said there.
    pub other: Cited,
}

impl From<ComparedCall> for Compared {
    fn from(it: ComparedCall) -> Self {
        Self {
            conversation: it.conversation,
            turns: it.turns,
            outcome: it.outcome,
            chance: Chance::from(&it.prediction),
            parts: it.prediction.parts,
            learnt: learnt(&it.learnt),
        }
    }
}

/// Cites both calls; each citation has the next name.
struct Cites {
    call: Compared,
    other: Compared,
    made: usize,
}

impl Cites {
    fn of_call(&mut self, turns: TurnRange) -> Cited {
        let cited = said(self.made, &self.call, turns, None);
        self.made += 1;
        cited
    }

    fn of_other(&mut self, turns: TurnRange, quote: Option<String>) -> Cited {
        let cited = said(self.made, &self.other, turns, quote);
        self.made += 1;
        cited
    }

    fn alike(&mut self, pair: AlignedMoments) -> Alike {
        Alike {
            call: self.of_call(pair.here),
            other: self.of_other(pair.there, None),
            score: pair.score,
        }
    }

    fn parted(&mut self, parting: Parting) -> Parted {
        Parted {
            call: self.of_call(parting.here),
            other: self.of_other(parting.there, Some(parting.text)),
        }
    }
}

fn said(place: usize, of: &Compared, turns: TurnRange, quote: Option<String>) -> Cited {
    Cited::from(&Citation {
        id: EvidenceId::at(place),
        source: Source::Said {
            conversation: of.conversation.clone(),
            turns,
            outcome: of.outcome,
        },
        quote,
    })
}

impl From<CompareResponse> for ComparedConversations {
    fn from(response: CompareResponse) -> Self {
        let mut cites = Cites {
            call: response.call.into(),
            other: response.other.into(),
            made: 0,
        };
        let aligned = response.pair.aligned.into_iter();
        Self {
            measures: response.measures.into_iter().collect(),
            alike: aligned.map(|pair| cites.alike(pair)).collect(),
            parted: response.pair.parted.map(|it| cites.parted(it)),
            evidence_missing: response.evidence_missing.as_deref().map(quoted),
            call: cites.call,
            other: cites.other,
        }
    }
}

impl Bounded for ComparedConversations {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![&mut self.measures, &mut self.alike]
    }
}

impl TypedTool for CompareConversations {
    const NAME: &'static str = "compare_conversations";
    const DESCRIPTION: &'static str = "Two sales calls side by side: the chance of each and what adds up to it, measures that differ, moments that are alike, and \
         where both went different ways. Call it when two named calls are to be compared, as a lost one with a won one. Where \
         `learnt_from` is true, say that the model knew how that call ended.";
    type Input = CompareRequest;
    type Output = ComparedConversations;

    fn run(
        &self,
        input: CompareRequest,
    ) -> BoxFuture<'_, Result<ComparedConversations, ToolError>> {
        Box::pin(async move {
            let answer = self.0.invoke(input, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
