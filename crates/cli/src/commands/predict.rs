//! `upturn predict`: the chance that a call is won, and what it rests on.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use upturn::answers::Learnt;
use upturn::{ConversationId, Prediction, Predictor as _, PredictorError, Prefix};

use crate::call::CallArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, chain};
use crate::interval_note::why_none;
use crate::prediction_text::{both_sides, doubts, headline, parts};
use crate::seen::warn_if_learnt;
use crate::sources::{SourceArgs, Sources, nobody_votes, warn_of_missing};

const EXAMPLES: &str = "Examples:\n  upturn predict --model model --store store --call call.json\n  \
    upturn predict --model model --store store --call call.json --turns 12 --format json\n  \
    head -n 1 calls.jsonl | upturn predict --model model --store store --call -";

/// Say how likely a call is won.
///
/// Prints the calibrated probability of won with its interval (inductive Venn-Abers: of its two ends one is calibrated whatever the
/// data; widened to hold the probability), how many of the nearest
/// known calls were won, the parts that add up to it in logits, and the nearest won and lost moments with their
/// citations. No neighbour is of the same conversation or account.
///
/// Where the collection can't be opened, searched or put right, the prediction goes on without neighbours: their part is 0, and
/// that evidence is missing is said, with the reason; likewise where it holds no call that may vote.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PredictArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    call: CallArgs,
}

/// A prediction with what it is of.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Prediction")]
pub(crate) struct PredictionReport<'a> {
    /// The call.
    conversation: &'a ConversationId,
    /// How many of its turns were known.
    turns: usize,
    #[serde(flatten)]
    prediction: Prediction,
    /// Why there are no neighbours; absent where they could be asked. The neighbours' part is 0 then.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_missing: Option<String>,
    /// Whether the model learnt from this call.
    #[serde(flatten)]
    learnt: Learnt,
}

impl PredictArgs {
    /// Predicts the call.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the call can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let call = self.call.read()?;
        let sources = self.sources.open(context)?;
        let prefix = self.call.prefix(&call, context.printer);
        let (prediction, evidence_missing) = predict(&sources, prefix)?;
        if let Some(reason) = &evidence_missing {
            warn_of_missing(context, reason);
        }
        if let Some(why) = why_none(&prediction) {
            context.printer.note(&why);
        }
        let report = PredictionReport {
            learnt: warn_if_learnt(&sources.model, &call, context.printer),
            ..PredictionReport::new(
                call.id(),
                prefix.turns().len(),
                prediction,
                evidence_missing,
            )
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(Exit::Done)
    }
}

impl<'a> PredictionReport<'a> {
    /// Of so many turns of a call; `evidence_missing` says why there are no neighbours.
    pub(crate) const fn new(
        conversation: &'a ConversationId,
        turns: usize,
        prediction: Prediction,
        evidence_missing: Option<String>,
    ) -> Self {
        Self {
            conversation,
            turns,
            prediction,
            evidence_missing,
            learnt: Learnt {
                learnt_from: None,
                learnt_from_unknown: None,
            },
        }
    }
}

/// With the neighbours in the store, or without any, and then why.
///
/// # Errors
///
/// If the predictor is of other vectors, or the call can't be encoded.
pub(crate) fn predict(
    sources: &Sources,
    prefix: Prefix<'_>,
) -> Result<(Prediction, Option<String>), Failure> {
    let missing = sources.missing().map(str::to_owned);
    match sources.predictor()?.predict(prefix) {
        Err(PredictorError::Retriever(error)) => {
            let alone = sources.model.predictor_without_evidence()?;
            Ok((alone.predict(prefix)?, Some(chain(&error))))
        }
        answer => {
            let answer = answer?;
            let nobody = || nobody_votes(&answer).map(str::to_owned);
            let missing = missing.or_else(nobody);
            Ok((answer, missing))
        }
    }
}

fn text(
    PredictionReport {
        conversation,
        turns,
        prediction,
        evidence_missing,
        learnt: _,
    }: &PredictionReport<'_>,
) -> String {
    let sides = match evidence_missing {
        None => both_sides(&prediction.evidence),
        Some(_) => "nearest: evidence is missing".to_owned(),
    };
    format!(
        "{}\nverdict: {}{} ({conversation}, {turns} turns, model {})\n\n{}\n\n{sides}",
        headline(prediction),
        prediction.verdict,
        doubts(prediction),
        prediction.fingerprint.short(),
        parts(prediction),
    )
}
