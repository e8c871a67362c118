//! What is kept of an evaluation that is killed: [`EvaluateArgs::work_folder`].

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;
use upturn::MomentEncoder as _;
use upturn::training::TrainingConfig;

use super::EvaluateArgs;
use super::fold::FoldWork;
use super::plan::Plan;
use super::situation::Situation;
use crate::failure::{Failure, chain};
use crate::folders;
use crate::printer::Printer;
use crate::work_folder::{Identity, WorkFolder, beside};

/// The files of a report, which an evaluation that was killed at its very end may have left.
const REPORT: [&str; 3] = ["report.html", "report.md", "report.json"];

/// All that was typed and decides what a fold gives.
#[derive(Debug, Serialize)]
struct Options<'a> {
    command: &'static str,
    config: &'a TrainingConfig,
    shares: Vec<(f64, &'a TrainingConfig)>,
    prefixes: &'a [f64],
    known_share: bool,
    baselines: bool,
    situation: Option<&'a str>,
    asked: &'a BTreeSet<usize>,
    map: bool,
    inference: String,
}

impl EvaluateArgs {
    /// Where finished folds are kept: in the folder that was named, and where an encoder is to learn, which takes hours,
    /// beside what is written.
    ///
    /// # Errors
    ///
    /// If a run was interrupted there and nobody says what should become of it.
    pub(super) fn work_folder(
        &self,
        tunes: bool,
        printer: Printer,
    ) -> Result<Option<WorkFolder>, Failure> {
        let kept = self.work.open(self.beside(), tunes, printer)?;
        if tunes && kept.is_none() {
            printer.note(
                "no fold is kept if this run is killed; `--work FOLDER` keeps each, and `--resume` goes on",
            );
        }
        Ok(kept)
    }

    /// Begins or goes on, where anything is kept.
    ///
    /// # Errors
    ///
    /// If what was interrupted is another run.
    pub(super) fn begin(
        &self,
        kept: Option<&WorkFolder>,
        plan: &Plan<'_>,
        work: &FoldWork<'_>,
    ) -> Result<(), Failure> {
        let Some(kept) = kept else {
            return Ok(());
        };
        let options = Options {
            command: "evaluate",
            config: work.held_out.config,
            shares: work
                .shares
                .iter()
                .map(|share| (share.share, &share.config))
                .collect(),
            prefixes: work.held_out.prefixes,
            known_share: work.known_share,
            baselines: work.with_baselines,
            situation: work.situation.map(Situation::name),
            asked: &plan.asked,
            map: self.report.is_some(),
            inference: format!("{:?}", self.inference),
        };
        let encoder = work.held_out.encoder.fingerprint().clone();
        let identity = Identity::of(&plan.calls, &plan.folds, vec![encoder], &options)?;
        Ok(kept.begin(&identity)?)
    }

    /// Whether what is asked to be written can be.
    ///
    /// # Errors
    ///
    /// If something else lies there, or nothing can be written there.
    pub(super) fn check_targets(&self) -> Result<(), Failure> {
        let (predictions, report) = (self.predictions.as_deref(), self.report.as_deref());
        self.work.check_outside("--predictions", predictions)?;
        self.work.check_outside("--report", report)?;
        if let Some(path) = predictions {
            folders::file_target("--predictions", path)?;
        }
        let left: &[&str] = if self.work.goes_on(self.beside()) {
            &REPORT
        } else {
            &[]
        };
        if let Some(path) = report {
            folders::free_but_for("--report", path, left)?;
        }
        Ok(())
    }

    /// The folder beside what is written.
    fn beside(&self) -> Option<PathBuf> {
        self.report
            .as_deref()
            .or(self.predictions.as_deref())
            .map(beside)
    }
}

/// Removes what was kept once all is `written`; what could not be written is, by the same command with `--resume`.
///
/// # Errors
///
/// Why something was not written.
pub(super) fn finish(
    kept: Option<&WorkFolder>,
    written: Result<(), Failure>,
    printer: Printer,
) -> Result<(), Failure> {
    let Some(kept) = kept else {
        return written;
    };
    if written.is_err() {
        if let Some(stands) = kept.stands() {
            printer.note(&stands);
        }
        return written;
    }
    if let Err(error) = kept.remove() {
        printer.warning(&chain(&error));
    }
    Ok(())
}
