//! How a training survives what ends it, as typed: [`CheckpointArgs`].

use std::path::Path;
use std::time::Duration;

use clap::Args;
use upturn::training::{Checkpoints, Start, TrainingError};

use crate::printer::Printer;

/// Options of the checkpoints of `train`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Checkpoints")]
pub(crate) struct CheckpointArgs {
    /// Go on with the training of this model that was interrupted, with the same calls and options; if there is none, begin.
    /// Without it and `--restart`, a training that was interrupted is an error.
    #[arg(long)]
    resume: bool,
    /// Discard the training of this model that was interrupted, and begin anew.
    #[arg(long, conflicts_with = "resume")]
    restart: bool,
    /// Also write a checkpoint every N steps of a fine-tuning. After epochs and by time only by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    checkpoint_steps: Option<u32>,
    /// Write a checkpoint whenever the last one is so many minutes old; one takes about 16 bytes on disk for each number
    /// that learns.
    #[arg(long, value_name = "M", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    checkpoint_minutes: u32,
}

impl CheckpointArgs {
    /// The checkpoints beside the model at `out`.
    ///
    /// # Errors
    ///
    /// If a training was interrupted there and nobody says what should become of it.
    pub(crate) fn open(&self, out: &Path, printer: Printer) -> Result<Checkpoints, TrainingError> {
        let every = Duration::from_mins(u64::from(self.checkpoint_minutes));
        let steps = self.checkpoint_steps.map(|steps| steps as usize);
        let checkpoints = Checkpoints::open(Checkpoints::beside(out), self.start())?
            .with_steps(steps)
            .with_every(every);
        if self.resume && !checkpoints.is_begun() {
            printer.note("no training was interrupted here: it begins");
        }
        Ok(checkpoints)
    }

    /// Whether a training that was interrupted goes on.
    pub(crate) const fn resumes(&self) -> bool {
        self.resume
    }

    const fn start(&self) -> Start {
        match (self.resume, self.restart) {
            (true, _) => Start::Resume,
            (false, true) => Start::Restart,
            (false, false) => Start::New,
        }
    }
}
