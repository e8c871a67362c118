//! `upturn predict`: the chance that a call is won, and what it rests on.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use upturn::{
    ConversationId, Model, Prediction, Predictor as _, PredictorError, Prefix, VectorStore,
};

use crate::call::CallArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, chain};
use crate::indexing;
use crate::inference::InferenceArgs;
use crate::place::PlaceArgs;
use crate::prediction_text::{both_sides, headline, parts};

const EXAMPLES: &str = "Examples:\n  upturn predict --model model --store store --call call.json\n  \
    upturn predict --model model --store store --call call.json --turns 12 --format json\n  \
    head -n 1 calls.jsonl | upturn predict --model model --store store --call -";

/// Say how likely a call is won.
///
/// Prints the calibrated probability of won with the interval in which the truth is expected, how many of the nearest
/// known calls were won, the parts that add up to it in logits, and the nearest won and lost moments with their
/// citations. No neighbour is of the same conversation or account.
///
/// Where the collection can't be opened, searched or put right, the prediction goes on without neighbours: their part is 0, and
/// that evidence is missing is said, with the reason.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The model, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    inference: InferenceArgs,
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
}

impl PredictArgs {
    /// Predicts the call.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the call can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let call = self.call.read()?;
        let model = Model::open_with(&self.model, &self.inference.options())?;
        let place = self.place.place(context)?;
        let store = indexing::open_if_sound(&place, &model, context.printer)
            .map_err(|failure| failure.with_typed("MODEL", &self.model))?;
        let prefix = self.call.prefix(&call, context.printer);
        let (prediction, evidence_missing) = predict(&model, store, prefix)?;
        if let Some(reason) = &evidence_missing {
            context.printer.warning(&format!(
                "evidence is missing, the prediction does without neighbours: {reason}"
            ));
        }
        let report = PredictionReport {
            conversation: call.id(),
            turns: prefix.turns().len(),
            prediction,
            evidence_missing,
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(Exit::Done)
    }
}

/// With the neighbours in the store, or without any, and then why.
fn predict(
    model: &Model,
    store: Result<Arc<dyn VectorStore>, String>,
    prefix: Prefix<'_>,
) -> Result<(Prediction, Option<String>), Failure> {
    let asked = store.map(|store| model.predictor(store).map(|it| it.predict(prefix)));
    let reason = match asked {
        Ok(answer) => match answer? {
            Err(PredictorError::Retriever(error)) => chain(&error),
            answer => return Ok((answer?, None)),
        },
        Err(reason) => reason,
    };
    let prediction = model.predictor_without_evidence()?.predict(prefix)?;
    Ok((prediction, Some(reason)))
}

fn text(
    PredictionReport {
        conversation,
        turns,
        prediction,
        evidence_missing,
    }: &PredictionReport<'_>,
) -> String {
    let sides = match evidence_missing {
        None => both_sides(&prediction.evidence),
        Some(_) => "nearest: evidence is missing".to_owned(),
    };
    format!(
        "{}\nverdict: {} ({conversation}, {turns} turns, model {})\n\n{}\n\n{sides}",
        headline(prediction),
        prediction.verdict,
        prediction.fingerprint.short(),
        parts(prediction),
    )
}
