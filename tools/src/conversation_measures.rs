//! `conversation_measures`: what is counted in a call, and where it stands.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use upturn_answers::{Analyst, CallRequest, MeasureChain, MeasureResponse};
use upturn_chains::{Run, Runnable as _, ToolError, TypedTool};
use upturn_coaching::{Cite, MeasureName, Measures, Standing, Warning};
use upturn_core::{ConversationId, TurnRange};

use crate::Listed;
use crate::bound::{Bounded, Shorten, bounded};
use crate::cite::{failed, quoted};

/// Turn ranges that one value cites.
const RANGES: usize = 3;

/// Says what is counted in a call.
#[derive(Debug)]
pub struct ConversationMeasures(MeasureChain);

impl ConversationMeasures {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self(MeasureChain::new(analyst))
    }
}

/// What is counted in a call.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredConversation {
    /// The call.
    pub conversation: ConversationId,
    /// How many of its turns were known.
    pub turns: usize,
    /// Whether it is over.
    pub finished: bool,
    /// What rules warn of.
    pub warnings: Listed<Warned>,
    /// Each measure that is known.
    pub measures: Listed<Measured>,
}

/// A measure and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Measured {
    /// Which measure.
    pub measure: MeasureName,
    /// Its value; 1 is yes and 0 is no where the unit is `yes or no`.
    pub value: f64,
    /// What it is counted in.
    pub unit: &'static str,
    /// The turns it rests on, counted from 1: `turns 3-4`; the first three.
    pub turns: Vec<String>,
    /// Share of won calls whose value is lower, from 0 to 1; absent where too few are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub won_below: Option<f64>,
    /// Share of lost calls whose value is lower.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_below: Option<f64>,
}

/// A rule that holds of the call.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Warned {
    /// Its name.
    pub rule: String,
    /// What it says.
    pub says: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// What it rests on; never empty.
    pub evidence: Vec<RestsOn>,
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RestsOn {
    /// The measure, or the field of the metadata.
    pub about: String,
    /// Its value.
    pub value: String,
    /// The turns it rests on, counted from 1; the first three. Empty for metadata.
    pub turns: Vec<String>,
}

impl From<MeasureResponse> for MeasuredConversation {
    fn from(it: MeasureResponse) -> Self {
        let names = MeasureName::ALL.iter();
        Self {
            conversation: it.conversation,
            turns: it.measures.turns,
            finished: it.measures.finished,
            warnings: it
                .judgement
                .warnings
                .into_iter()
                .map(Warned::from)
                .collect(),
            measures: names
                .filter_map(|name| measured(*name, &it.measures, &it.standings))
                .collect(),
        }
    }
}

fn measured(measure: MeasureName, measures: &Measures, standings: &[Standing]) -> Option<Measured> {
    let standing = standings.iter().find(|it| it.measure == measure);
    Some(Measured {
        measure,
        value: measures.value(measure)?,
        unit: measure.unit(),
        turns: first(&measures.evidence(measure)),
        won_below: standing.map(|it| it.won.quantile.value),
        lost_below: standing.map(|it| it.lost.quantile.value),
    })
}

impl From<Warning> for Warned {
    fn from(warning: Warning) -> Self {
        Self {
            rule: quoted(&warning.rule),
            says: quoted(&warning.says),
            advice: warning.advice.as_deref().map(quoted),
            evidence: warning.evidence.iter().map(RestsOn::from).collect(),
        }
    }
}

impl From<&Cite> for RestsOn {
    fn from(cite: &Cite) -> Self {
        Self {
            about: quoted(&cite.about),
            value: quoted(&cite.value.to_string()),
            turns: first(&cite.turns),
        }
    }
}

fn first(turns: &[TurnRange]) -> Vec<String> {
    turns.iter().take(RANGES).map(ToString::to_string).collect()
}

impl Bounded for MeasuredConversation {
    fn lists(&mut self) -> Vec<&mut dyn Shorten> {
        vec![&mut self.warnings, &mut self.measures]
    }
}

impl TypedTool for ConversationMeasures {
    const NAME: &'static str = "conversation_measures";
    const DESCRIPTION: &'static str = "What is counted in a sales call, each with the turns it rests on: talk share, questions, objections, price, next step and \
         more; how many won and lost calls lie below it; and what rules warn of. Call it when it is asked how the call was led. \
         The measures judge no person.";
    type Input = CallRequest;
    type Output = MeasuredConversation;

    fn run(&self, input: CallRequest) -> BoxFuture<'_, Result<MeasuredConversation, ToolError>> {
        Box::pin(async move {
            let answer = self.0.invoke(input, &Run::new()).await;
            Ok(bounded(answer.map_err(failed(Self::NAME))?.into()))
        })
    }
}
