//! Curves for TensorBoard: [`TensorBoard`].

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::protobuf::{Event, What};
use super::records::framed;
use super::{EpochReport, Monitor, StepReport, TrainingEvent};

/// Writes event files that `tensorboard --logdir DIR` opens: a run for each fine-tuning, with the curves `loss/training`,
/// `loss/training_epoch`, `loss/validation`, `gradient_norm`, `learning_rate` and `tokens_per_second` over the steps.
///
/// A fine-tuning that goes on begins another file, which tells TensorBoard to forget the points of the steps that are done
/// again. A failure, for example a full disk, does not stop the training; [`finish`](Self::finish) tells the first one.
#[derive(Debug)]
pub struct TensorBoard {
    folder: PathBuf,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    file: Option<fs_err::File>,
    step: usize,
    failed: Option<io::Error>,
}

impl TensorBoard {
    /// Creates the folder; the files in it come with the fine-tunings.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn create(folder: &Path) -> io::Result<Self> {
        fs_err::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            now: Mutex::default(),
        })
    }

    /// Closes the files.
    ///
    /// # Errors
    ///
    /// The first failure to write.
    pub fn finish(self) -> io::Result<()> {
        let now = self
            .now
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        now.failed.map_or(Ok(()), Err)
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, name: &str, step: usize) {
        let mut now = self.now();
        now.step = step;
        let folder = self.folder.join(name);
        let file = fs_err::create_dir_all(&folder).and_then(|()| new_file(&folder));
        now.file = match file {
            Ok(file) => Some(file),
            Err(error) => {
                now.note(error);
                None
            }
        };
        now.write(0, What::FileVersion);
        now.write(step + 1, What::Restart);
    }
}

impl Now {
    fn note(&mut self, error: io::Error) {
        self.failed.get_or_insert(error);
    }

    fn write(&mut self, step: usize, what: What<'_>) {
        let event = Event {
            wall_time: since_1970(),
            step: step as u64,
            what,
        };
        let written = self
            .file
            .as_mut()
            .map_or(Ok(()), |file| file.write_all(&framed(&event.bytes())));
        if let Err(error) = written {
            self.note(error);
        }
    }

    fn scalars(&mut self, scalars: &[(&str, f64)]) {
        #[expect(clippy::cast_possible_truncation, reason = "curves are drawn in f32")]
        let scalars: Vec<(&str, f32)> = scalars
            .iter()
            .map(|(tag, value)| (*tag, *value as f32))
            .collect();
        self.write(self.step, What::Scalars(&scalars));
    }

    fn step(&mut self, report: &StepReport) {
        self.step = report.step;
        self.scalars(&[
            ("loss/training", report.loss),
            ("gradient_norm", report.gradient_norm),
            ("learning_rate", report.learning_rate),
            ("tokens_per_second", report.tokens_per_second()),
        ]);
    }
}

impl Monitor for TensorBoard {
    fn epoch(&self, report: EpochReport) {
        let mut scalars = vec![("loss/training_epoch", report.training_loss)];
        scalars.extend(report.validation_loss.map(|loss| ("loss/validation", loss)));
        self.now().scalars(&scalars);
    }

    fn event(&self, event: &TrainingEvent<'_>) {
        match event {
            TrainingEvent::Begins { name, step, .. } => self.begin(name, *step),
            TrainingEvent::Step(report) => self.now().step(report),
            TrainingEvent::StoppedEarly { .. }
            | TrainingEvent::Checkpoint { .. }
            | TrainingEvent::CheckpointFailed { .. }
            | TrainingEvent::CheckpointDamaged { .. }
            | TrainingEvent::Skipped { .. }
            | TrainingEvent::KeptPretrained { .. } => {}
        }
    }
}

/// A file of a name that is not taken, and sorts behind those that are: TensorBoard reads them in that order.
fn new_file(folder: &Path) -> io::Result<fs_err::File> {
    let seconds = since_1970();
    let mut number = 0;
    loop {
        let name = format!("events.out.tfevents.{seconds:010.0}.{number:04}.upturn");
        let mut options = fs_err::OpenOptions::new();
        match options.write(true).create_new(true).open(folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            file => return file,
        }
    }
}

/// The time of a point is for people who look at it; nothing is computed from it.
fn since_1970() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |time| time.as_secs_f64())
}

#[cfg(test)]
mod tests;
