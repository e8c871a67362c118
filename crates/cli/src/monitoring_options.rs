//! Where a training's metrics go, as typed: [`MonitoringArgs`].

use std::path::PathBuf;

use clap::Args;
use upturn::training::{JsonLines, Monitor, Monitors, TensorBoard};

use crate::error::CliError;
use crate::failure::chain;
use crate::folders;
use crate::printer::Printer;

/// Options of monitoring.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Monitoring")]
pub(crate) struct MonitoringArgs {
    /// Write loss, gradient norm, learning rate and tokens a second of every step, and the losses of every epoch, as JSON
    /// Lines. A file that is there is replaced; with `--resume` it goes on.
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// Write the same as event files for TensorBoard: `tensorboard --logdir DIR` draws them.
    #[arg(long, value_name = "DIR")]
    tensorboard: Option<PathBuf>,
}

/// Who writes metrics.
#[derive(Debug)]
pub(crate) struct Watchers {
    metrics: Option<(PathBuf, JsonLines)>,
    tensorboard: Option<(PathBuf, TensorBoard)>,
}

impl MonitoringArgs {
    /// Checks the paths before hours of work.
    ///
    /// # Errors
    ///
    /// Something else lies there.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        if let Some(path) = &self.metrics {
            folders::file_target("--metrics", path)?;
        }
        if let Some(path) = &self.tensorboard {
            folders::no_file("--tensorboard", path)?;
        }
        Ok(())
    }

    /// Opens what is to be written.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(crate) fn open(&self, goes_on: bool) -> Result<Watchers, CliError> {
        let metrics = |path: &PathBuf| {
            let lines = JsonLines::open(path, goes_on).map_err(CliError::write(path))?;
            Ok::<_, CliError>((path.clone(), lines))
        };
        let tensorboard = |path: &PathBuf| {
            let events = TensorBoard::create(path).map_err(CliError::write(path))?;
            Ok::<_, CliError>((path.clone(), events))
        };
        Ok(Watchers {
            metrics: self.metrics.as_ref().map(metrics).transpose()?,
            tensorboard: self.tensorboard.as_ref().map(tensorboard).transpose()?,
        })
    }
}

impl Watchers {
    /// These and another one.
    pub(crate) fn with<'a>(&'a self, other: &'a dyn Monitor) -> Monitors<'a> {
        let mut all = vec![other];
        all.extend(self.metrics.iter().map(|(_, one)| one as &dyn Monitor));
        all.extend(self.tensorboard.iter().map(|(_, one)| one as &dyn Monitor));
        Monitors(all)
    }

    /// Closes the files; what could not be written is a warning, because the training does not depend on it.
    pub(crate) fn finish(self, printer: Printer) {
        let metrics = self.metrics.map(|(path, lines)| (path, lines.finish()));
        let curves = self
            .tensorboard
            .map(|(path, events)| (path, events.finish()));
        for (path, finished) in metrics.into_iter().chain(curves) {
            if let Err(error) = finished {
                let path = path.display();
                printer.warning(&format!(
                    "metrics are missing in `{path}`: {}",
                    chain(&error)
                ));
            }
        }
    }
}
