//! `upturn measures`: what happened in calls, in numbers, and what to warn of.

mod all;
mod one;

use std::path::PathBuf;

use clap::Args;
use upturn::coaching::{LabelledCall, Measures, Meter, Reference, Rules};
use upturn::{Conversation, Diagnostic, ErrorKind, Model};

use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::InferenceArgs;
use crate::objection_args::ObjectionArgs;
use crate::rules_file;

const EXAMPLES: &str = "Examples:\n  upturn measures --data calls.jsonl\n  \
    upturn measures --data calls.jsonl --call 7101 --competitor Acme\n  \
    upturn measures --data calls.jsonl --rules rules.toml --format json > measures.jsonl\n  \
    upturn measures --data calls.jsonl --prototypes --model model\n  \
    upturn schema rules > rules.toml";

/// Measure calls: talk share, questions, price, next step, objections, and more.
///
/// Without `--call`, prints how each measure is spread over won and over lost calls, and for each rule how much more often
/// calls were lost where it held (lift, with its interval). With `--call`, prints one call beside the others of its stage
/// and industry, and what the rules warn of, with the turns.
///
/// In JSON there is one line for each call and a last one with the summary.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    mut_arg("prototypes", |prototypes| prototypes.requires("model")),
)]
pub(crate) struct MeasuresArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Only this call, beside the others.
    #[arg(long, value_name = "ID")]
    call: Option<String>,
    /// Your rules instead of the shipped ones, which `upturn schema rules` prints.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The name of a competitor to watch for; may be given again.
    #[arg(long, value_name = "NAME")]
    competitor: Vec<String>,
    #[command(flatten)]
    objections: ObjectionArgs,
    /// The model whose encoder the prototypes use, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL", requires = "prototypes")]
    model: Option<PathBuf>,
    #[command(flatten)]
    inference: InferenceArgs,
    /// Compare a call with at least so many won and so many lost ones; below, with a wider group. 30 by default.
    #[arg(long, value_name = "CALLS", default_value_t = Reference::LEAST)]
    least: usize,
}

/// The call that is asked for is not there.
#[derive(Debug, thiserror::Error)]
#[error("no call has the id `{id}`")]
struct NoCall {
    id: String,
}

impl Diagnostic for NoCall {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NotFound
    }

    fn hint(&self) -> Option<String> {
        Some("an id is what stands behind `\"id\"` in the line of the call".to_owned())
    }
}

/// Calls with their measures, and the rules.
struct Measured<'a> {
    calls: Vec<(&'a Conversation, Measures)>,
    rules: Rules,
    least: usize,
}

impl Measured<'_> {
    /// The calls whose end is known.
    fn labelled(&self) -> Vec<LabelledCall<'_>> {
        let calls = self.calls.iter();
        calls
            .filter_map(|(call, measures)| LabelledCall::new(call, measures))
            .collect()
    }
}

impl MeasuresArgs {
    /// Measures the calls.
    ///
    /// # Errors
    ///
    /// If the data or the rules can't be used, or there is no such call.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let rules = rules_file::given(self.rules.as_deref(), Rules::from_toml)?;
        let prototypes = self.objections.prototypes()?;
        let data = self.data.read(context.printer)?;
        let names = self.competitor.iter().map(String::as_str);
        let mut meter = Meter::default().with_competitors(names);
        if let Some(folder) = &self.model {
            let model = Model::open_with(folder, &self.inference.options())?;
            meter = prototypes.watching(meter, model.encoder(), context.printer)?;
        }
        let measured = Measured {
            calls: measure(&data, &meter),
            rules: rules.unwrap_or_default(),
            least: self.least,
        };
        match self.call {
            Some(id) => one::print(&measured, &id, context)?,
            None => all::print(&measured, data.counts, context)?,
        }
        Ok(data.exit())
    }
}

fn measure<'a>(data: &'a Dataset, meter: &Meter) -> Vec<(&'a Conversation, Measures)> {
    let calls = data.conversations.iter();
    calls
        .map(|call| (call, meter.measure(call.whole())))
        .collect()
}
