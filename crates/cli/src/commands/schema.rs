//! `upturn schema`: the forms of what goes in and comes out.

use clap::{Args, ValueEnum};
use schemars::schema_for;
use upturn::Conversation;
use upturn::coaching::{PrototypeObjections, Rubric, Rules, TrackersConfig};

use crate::commands::predict::PredictionReport;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Answer;

const EXAMPLES: &str = "Examples:\n  upturn schema conversation\n  upturn schema prediction > prediction.schema.json\n  \
    upturn schema rules > rules.toml\n  upturn schema rubric > rubric.toml";

/// Print the JSON Schema of a conversation or of a prediction, or the shipped rules, rubric, trackers or prototypes.
///
/// A conversation is one line of the JSON Lines that `train`, `index` and `evaluate` read, and what `predict` and
/// `similar` take as a call. A prediction is what `predict --format json` prints. The rules, in TOML, are what `measures`
/// warns by, the rubric is what `score` asks, the trackers are an example of what it can look for, and the prototypes are what
/// `--prototypes` finds objections by: each with the form explained, to be edited.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArgs {
    /// Of what.
    #[arg(value_enum)]
    of: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// What goes in.
    Conversation,
    /// What comes out.
    Prediction,
    /// What `measures` warns by.
    Rules,
    /// What `score` asks.
    Rubric,
    /// What `score` can look for.
    Trackers,
    /// What objections sound like.
    Prototypes,
}

impl SchemaArgs {
    /// Prints the schema.
    ///
    /// # Errors
    ///
    /// If standard output can't be written.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let schema = match self.of {
            Form::Conversation => schema_for!(Conversation),
            Form::Prediction => schema_for!(Answer<PredictionReport<'static>>),
            Form::Rules => return shipped(Rules::DEFAULT, context),
            Form::Rubric => return shipped(Rubric::DEFAULT, context),
            Form::Trackers => return shipped(TrackersConfig::EXAMPLE, context),
            Form::Prototypes => return shipped(PrototypeObjections::PROTOTYPES, context),
        };
        context
            .printer
            .line(&serde_json::to_string_pretty(&schema).map_err(CliError::Json)?)?;
        Ok(Exit::Done)
    }
}

/// Prints a file that is shipped.
fn shipped(text: &str, context: &Context) -> Result<Exit, Failure> {
    context.printer.line(text.trim_end())?;
    Ok(Exit::Done)
}
