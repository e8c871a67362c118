//! How a measurement survives what ends it, as typed: [`WorkArgs`].

use std::ffi::OsString;
use std::path::{Path, PathBuf, absolute};

use clap::Args;
use upturn::training::Start;

use super::{WorkError, WorkFolder, is_begun};
use crate::printer::Printer;

/// Options of what is kept of a run that is killed.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Interruptions")]
pub(crate) struct WorkArgs {
    /// Keep what each finished fold gave in this folder, new or empty, until all is written: after a crash, a kill or Ctrl-C the
    /// same command with `--resume` goes on. Checkpoints of the fold at hand lie there, too.
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
    /// Go on with the run that was interrupted here, with the same calls and options; if there is none, begin. Without it and
    /// `--restart`, a run that was interrupted is an error.
    #[arg(long)]
    resume: bool,
    /// Discard the run that was interrupted here, and begin anew.
    #[arg(long, conflicts_with = "resume")]
    restart: bool,
}

impl WorkArgs {
    /// The folder that was named, else `usual`, where `wanted` or where a run is to go on or be discarded; none where nothing
    /// is kept.
    ///
    /// # Errors
    ///
    /// [`WorkError::NoPlace`] where nothing names a folder, and those of [`WorkFolder::open`].
    pub(crate) fn open(
        &self,
        usual: Option<PathBuf>,
        wanted: bool,
        printer: Printer,
    ) -> Result<Option<WorkFolder>, WorkError> {
        let start = self.start();
        let asked = wanted || start != Start::New;
        let place = self.place(usual).filter(|_| asked || self.work.is_some());
        let Some(place) = place else {
            return match start {
                Start::New => Ok(None),
                Start::Resume => Err(WorkError::NoPlace { flag: "--resume" }),
                Start::Restart => Err(WorkError::NoPlace { flag: "--restart" }),
            };
        };
        WorkFolder::open(place, start, printer).map(Some)
    }

    /// Whether a run that was interrupted goes on.
    pub(crate) fn goes_on(&self, usual: Option<PathBuf>) -> bool {
        self.resume && self.place(usual).is_some_and(|place| is_begun(&place))
    }

    /// Refuses a file or folder that would be removed with what is kept.
    ///
    /// # Errors
    ///
    /// [`WorkError::Within`].
    pub(crate) fn check_outside(
        &self,
        flag: &'static str,
        path: Option<&Path>,
    ) -> Result<(), WorkError> {
        let (Some(work), Some(path)) = (&self.work, path) else {
            return Ok(());
        };
        let is_within =
            absolute(work).is_ok_and(|work| absolute(path).is_ok_and(|it| it.starts_with(work)));
        if is_within {
            return Err(WorkError::Within {
                flag,
                path: path.to_owned(),
            });
        }
        Ok(())
    }

    fn place(&self, usual: Option<PathBuf>) -> Option<PathBuf> {
        self.work.clone().or(usual)
    }

    const fn start(&self) -> Start {
        match (self.resume, self.restart) {
            (true, _) => Start::Resume,
            (false, true) => Start::Restart,
            (false, false) => Start::New,
        }
    }
}

/// The folder beside what is written at the end: `report.folds`.
pub(crate) fn beside(target: &Path) -> PathBuf {
    let mut name = OsString::from(target.file_name().unwrap_or("evaluation".as_ref()));
    name.push(".folds");
    target.with_file_name(name)
}
