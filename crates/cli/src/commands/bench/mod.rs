//! `upturn bench`: how fast this machine is, and how far explanations can be trusted.

mod doubts;
mod encoder;
mod faithfulness;
mod live;
mod peak;
mod shape;
mod store;
mod store_empty;
mod store_points;
mod store_run;
mod timed;
mod tokens;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Measure how fast this machine is, and how far explanations can be trusted.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Encoder(encoder::EncoderArgs),
    Store(store::StoreArgs),
    Live(live::LiveArgs),
    Faithfulness(faithfulness::FaithfulnessArgs),
    Doubts(doubts::DoubtsArgs),
}

impl Command {
    /// Runs it.
    ///
    /// # Errors
    ///
    /// If what is measured can't be opened.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Encoder(args) => args.run(context),
            Self::Store(args) => args.run(context),
            Self::Live(args) => args.run(context),
            Self::Faithfulness(args) => args.run(context),
            Self::Doubts(args) => args.run(context),
        }
    }
}
