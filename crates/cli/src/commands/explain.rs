//! `upturn explain`: why a call is predicted as it is, and what to do next.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use upturn::answers::{Learnt, Retold};
use upturn::coaching::Explanation;

use crate::coach_args::{CoachArgs, Explained};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::narrator_args::NarratorArgs;
use crate::output_file::OutputFile;
use crate::retold_text::before;
use crate::runtime::wait;

const EXAMPLES: &str = "Examples:\n  upturn explain --model model --store store --call call.json\n  \
    upturn explain --model model --store store --call call.json --html call.html\n  \
    upturn explain --model model --store store --call call.json --turns 20 --reference calls.jsonl --format json\n  \
    upturn explain --model model --store store --call call.json --chat-provider ollama --chat-model llama3.2";

/// Explain a prediction: what moved it, calls like it, what to do next.
///
/// Prints the reasons in the order of what they contribute, next best actions, questions to ask, and what to mind, each
/// sentence with the evidence it cites: turns of this call or of others. With `--html`, also writes
/// one page without anything from outside: the chance turn by turn, the parts as a waterfall, the transcript by what moved it,
/// and won and lost calls beside it.
///
/// Contributions are associations in the calls that were learnt from, no effects.
///
/// No language model is needed. One that is named may only tell the explanation in its own words, in front of it: sentences without
/// evidence or with other numbers are dropped and counted, and where nothing is left, or the model is away, that is said. Pages and
/// Markdown hold the explanation alone.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    coach: CoachArgs,
    /// Write a page for a browser.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    #[command(flatten)]
    narrator: NarratorArgs,
}

/// The answer, for programs.
#[derive(Serialize)]
struct ExplanationReport<'a> {
    #[serde(flatten)]
    explanation: &'a Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_missing: Option<String>,
    #[serde(flatten)]
    learnt: Learnt,
    /// The same in the words of a language model; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    retold: Option<Retold>,
}

impl ExplainArgs {
    /// Explains the call.
    ///
    /// # Errors
    ///
    /// If the model, the call, the rules or the reference can't be used, or a file can't be written.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let narrator = self.narrator.narrator(context)?;
        let Explained {
            explanation,
            missing,
            learnt,
            ..
        } = self.coach.explain(context)?;
        if let Some(file) = &self.html {
            write(file, &explanation.to_html())?;
        }
        if let Some(file) = &self.markdown {
            write(file, &explanation.to_markdown())?;
        }
        let retold = match &narrator {
            Some(narrator) => Some(wait(async {
                Ok(narrator.explanation(&explanation).await)
            })?),
            None => None,
        };
        let text = before(retold.as_ref(), explanation.to_text().trim_end(), context);
        let report = ExplanationReport {
            explanation: &explanation,
            evidence_missing: missing,
            learnt,
            retold,
        };
        context.printer.answer(&text, &report)?;
        Ok(Exit::Done)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut file = OutputFile::create(path)?;
    file.write_all(text.as_bytes())
        .map_err(CliError::write(path))?;
    Ok(file.publish()?)
}
