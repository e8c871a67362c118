//! `upturn predict`: the chance that a call is won, and what it rests on.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use upturn::{ConversationId, Model, Prediction, Predictor as _};

use crate::call::CallArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::indexing;
use crate::inference::InferenceArgs;
use crate::prediction_text::{both_sides, headline, parts};

const EXAMPLES: &str = "Examples:\n  upturn predict --model model --store store --call call.json\n  \
    upturn predict --model model --store store --call call.json --turns 12 --format json\n  \
    head -n 1 calls.jsonl | upturn predict --model model --store store --call -";

/// Say how likely a call is won.
///
/// Prints the calibrated probability of won with the interval in which the truth is expected, how many of the nearest
/// known calls were won, the parts that add up to it in logits, and the nearest won and lost moments with their
/// citations. No neighbour is of the same conversation or account.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The model, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The collection, as `upturn index` filled it.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
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
        let store = indexing::open(&self.store, &model, context.printer)?;
        let prefix = self.call.prefix(&call, context.printer);
        let prediction = model.predictor(Arc::new(store))?.predict(prefix)?;
        let report = PredictionReport {
            conversation: call.id(),
            turns: prefix.turns().len(),
            prediction,
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(Exit::Done)
    }
}

fn text(
    PredictionReport {
        conversation,
        turns,
        prediction,
    }: &PredictionReport<'_>,
) -> String {
    format!(
        "{}\nverdict: {} ({conversation}, {turns} turns, model {})\n\n{}\n\n{}",
        headline(prediction),
        prediction.verdict,
        prediction.fingerprint.short(),
        parts(prediction),
        both_sides(&prediction.evidence),
    )
}
