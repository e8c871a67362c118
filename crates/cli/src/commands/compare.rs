//! `upturn compare`: two calls side by side.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use upturn::answers::Learnt;
use upturn::coaching::{AlignedMoments, MeasureName, Meter, PairOfCalls, Parting};
use upturn::{Conversation, ConversationId, MomentEncoder as _, Prediction};

use crate::call::read_call;
use crate::commands::predict::predict;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interval_note::why_none;
use crate::numbers::measured_value;
use crate::prediction_text::{doubts, headline};
use crate::seen::warn_if_learnt;
use crate::snippet::snippet;
use crate::sources::{SourceArgs, warn_of_missing};
use crate::table::Table;

const EXAMPLES: &str = "Examples:\n  upturn compare --model model --store store ours.json theirs.json\n  \
    upturn compare --model model --store store ours.json theirs.json --format json";

/// Characters of what was said in a line.
const SNIPPET: usize = 44;

/// Compare two calls: what is predicted of each, by which parts, and where they parted.
///
/// Moments that are alike stand beside each other, in order. Both part at the first pair, behind the two that are most alike,
/// that is less alike than these calls are on average.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    #[command(flatten)]
    sources: SourceArgs,
    /// File with one conversation in JSON.
    #[arg(value_name = "CALL_A")]
    a: PathBuf,
    /// File with the other.
    #[arg(value_name = "CALL_B")]
    b: PathBuf,
}

/// The answer, for programs.
#[derive(Serialize)]
struct CompareReport {
    a: Side,
    b: Side,
    /// Why there are no neighbours of one of them; absent where both could be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_missing: Option<String>,
    measures: Vec<MeasurePair>,
    aligned: Vec<AlignedMoments>,
    parted: Option<Parting>,
}

/// One of them.
#[derive(Serialize)]
struct Side {
    conversation: ConversationId,
    turns: usize,
    prediction: Prediction,
    #[serde(flatten)]
    learnt: Learnt,
}

/// A measure of both.
#[derive(Serialize)]
struct MeasurePair {
    measure: MeasureName,
    a: Option<f64>,
    b: Option<f64>,
}

impl CompareArgs {
    /// Compares them.
    ///
    /// # Errors
    ///
    /// If the model or a call can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (a, b) = (read_call(&self.a)?, read_call(&self.b)?);
        let sources = self.sources.open(context)?;
        let mut encoded = sources.model.encoder().encode(&[a.whole(), b.whole()])?;
        let (of_b, of_a) = (
            encoded.pop().unwrap_or_default(),
            encoded.pop().unwrap_or_default(),
        );
        let pair = PairOfCalls::of(&of_a, &of_b);
        let (of_a, of_b) = (predict(&sources, a.whole())?, predict(&sources, b.whole())?);
        let missing = of_a.1.clone().or_else(|| of_b.1.clone());
        if let Some(reason) = &missing {
            warn_of_missing(context, reason);
        }
        let [learnt_a, learnt_b] =
            [&a, &b].map(|call| warn_if_learnt(&sources.model, call, context.printer));
        let report = CompareReport {
            a: side(&a, of_a.0, learnt_a),
            b: side(&b, of_b.0, learnt_b),
            evidence_missing: missing,
            measures: measures(&a, &b),
            aligned: pair.aligned,
            parted: pair.parted,
        };
        let sides = [&report.a, &report.b];
        if let Some(why) = sides
            .into_iter()
            .find_map(|side| why_none(&side.prediction))
        {
            context.printer.note(&why);
        }
        context.printer.answer(&text(&report, &a, &b), &report)?;
        Ok(Exit::Done)
    }
}

fn side(call: &Conversation, prediction: Prediction, learnt: Learnt) -> Side {
    Side {
        conversation: call.id().clone(),
        turns: call.turns().len(),
        prediction,
        learnt,
    }
}

/// Those that are known of either call and differ.
fn measures(a: &Conversation, b: &Conversation) -> Vec<MeasurePair> {
    let meter = Meter::default();
    let (of_a, of_b) = (meter.measure(a.whole()), meter.measure(b.whole()));
    let pair = |name: &MeasureName| MeasurePair {
        measure: *name,
        a: of_a.value(*name),
        b: of_b.value(*name),
    };
    MeasureName::ALL
        .iter()
        .map(pair)
        .filter(|pair| pair.a != pair.b)
        .collect()
}

fn text(report: &CompareReport, a: &Conversation, b: &Conversation) -> String {
    let parts = [
        Some(predictions(report)),
        Some(measured(&report.measures)),
        Some(beside(report, a, b)),
        Some(parted(report)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn predictions(report: &CompareReport) -> String {
    let line = |side: &Side| {
        format!(
            "{}: {}, verdict {}{} ({} turns)",
            side.conversation,
            headline(&side.prediction),
            side.prediction.verdict,
            doubts(&side.prediction),
            side.turns
        )
    };
    let mut table = Table::new(["part", "A", "B"]);
    for part in &report.a.prediction.parts {
        let other = report.b.prediction.part(part.name);
        table.row([
            part.name.as_str().replace('_', " "),
            format!("{:+.3}", part.logit),
            format!("{other:+.3}"),
        ]);
    }
    format!("A {}\nB {}\n\n{table}", line(&report.a), line(&report.b))
}

fn measured(measures: &[MeasurePair]) -> String {
    let mut table = Table::new(["measure", "A", "B"]);
    for pair in measures {
        let number = |it: Option<f64>| {
            it.map_or_else(|| "-".to_owned(), |it| measured_value(pair.measure, it))
        };
        table.row([
            pair.measure.as_str().replace('_', " "),
            number(pair.a),
            number(pair.b),
        ]);
    }
    format!("what differs\n{table}")
}

fn beside(report: &CompareReport, a: &Conversation, b: &Conversation) -> String {
    let mut table = Table::new(["A", "B", "cosine"]);
    for pair in &report.aligned {
        table.row([
            quoted(a, pair.here),
            quoted(b, pair.there),
            format!("{:.3}", pair.score),
        ]);
    }
    format!("alike, in order\n{table}")
}

/// `turns 3-4 buyer: how much is …`.
fn quoted(call: &Conversation, turns: upturn::TurnRange) -> String {
    let said = call
        .turns()
        .get(turns.start)
        .map_or_else(String::new, |turn| {
            format!("{}: {}", turn.speaker.as_str(), turn.text)
        });
    format!("{turns} {}", snippet(&said, SNIPPET))
}

fn parted(report: &CompareReport) -> String {
    match &report.parted {
        Some(parting) => format!(
            "they part at {} of A and {} of B (cosine {:.3}); there was said: {}",
            parting.here,
            parting.there,
            parting.score,
            snippet(&parting.text, 2 * SNIPPET)
        ),
        None => {
            "behind the moments that are most alike they do not part as far as both go".to_owned()
        }
    }
}
