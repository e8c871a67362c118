//! Metrics as JSON Lines: [`JsonLines`].

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::kept_lines::{Position, kept};
use super::{EpochReport, Monitor, StepReport, TrainingEvent};

/// Writes a line for each step, epoch and early stop, each with a `type` and the name of its fine-tuning.
///
/// ```text
/// {"type":"begin","fine_tuning":"final","step":0,"steps":64}
/// {"type":"step","fine_tuning":"final","step":1,"epoch":1,"loss":0.69,"gradient_norm":0.8,"learning_rate":8e-6, …}
/// {"type":"epoch","fine_tuning":"final","step":32,"epoch":1,"training_loss":0.61,"validation_loss":0.63}
/// ```
///
/// Where a fine-tuning goes on from a checkpoint, the lines of the steps that are done again are removed first: but for
/// the times, the file is that of a run that was never interrupted. A failure, for example a full disk, does not stop the
/// training; [`finish`](Self::finish) tells the first one.
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    file: fs_err::File,
    name: String,
    step: usize,
    failed: Option<io::Error>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    r#type: &'static str,
    fine_tuning: &'a str,
    #[serde(flatten)]
    fields: Fields,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Fields {
    Begin {
        step: usize,
        steps: usize,
    },
    Step {
        #[serde(flatten)]
        report: StepReport,
        tokens_per_second: f64,
    },
    Epoch {
        step: usize,
        #[serde(flatten)]
        report: EpochReport,
    },
    EarlyStop {
        step: usize,
        epoch: usize,
        best_epoch: usize,
    },
}

impl JsonLines {
    /// Opens a file: a new run empties it, one that goes on adds to it.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn open(path: &Path, goes_on: bool) -> io::Result<Self> {
        let mut options = fs_err::OpenOptions::new();
        options.create(true).write(true);
        let file = if goes_on {
            options.append(true).open(path)?
        } else {
            options.truncate(true).open(path)?
        };
        Ok(Self {
            path: path.to_owned(),
            now: Mutex::new(Now {
                file,
                name: String::new(),
                step: 0,
                failed: None,
            }),
        })
    }

    /// Closes the file.
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

    fn begin(&self, name: &str, step: usize, steps: usize) {
        let mut now = self.now();
        (now.name, now.step) = (name.to_owned(), step);
        match kept(&self.path, Position { name, step }) {
            Ok(file) => now.file = file,
            Err(error) => now.note(error),
        }
        if step == 0 {
            now.line("begin", Fields::Begin { step, steps });
        }
    }
}

impl Now {
    fn note(&mut self, error: io::Error) {
        self.failed.get_or_insert(error);
    }

    fn line(&mut self, r#type: &'static str, fields: Fields) {
        let line = Line {
            r#type,
            fine_tuning: &self.name,
            fields,
        };
        let written = serde_json::to_vec(&line)
            .map_err(io::Error::from)
            .and_then(|mut bytes| {
                bytes.push(b'\n');
                self.file.write_all(&bytes)
            });
        if let Err(error) = written {
            self.note(error);
        }
    }
}

impl Monitor for JsonLines {
    fn epoch(&self, report: EpochReport) {
        let mut now = self.now();
        let step = now.step;
        now.line("epoch", Fields::Epoch { step, report });
    }

    fn event(&self, event: &TrainingEvent<'_>) {
        match *event {
            TrainingEvent::Begins { name, step, steps } => self.begin(name, step, steps),
            TrainingEvent::Step(report) => {
                let mut now = self.now();
                now.step = report.step;
                let tokens_per_second = report.tokens_per_second();
                now.line(
                    "step",
                    Fields::Step {
                        report,
                        tokens_per_second,
                    },
                );
            }
            TrainingEvent::StoppedEarly { epoch, best_epoch } => {
                let mut now = self.now();
                let step = now.step;
                let fields = Fields::EarlyStop {
                    step,
                    epoch,
                    best_epoch,
                };
                now.line("early_stop", fields);
            }
            TrainingEvent::Checkpoint { .. }
            | TrainingEvent::CheckpointFailed { .. }
            | TrainingEvent::CheckpointDamaged { .. }
            | TrainingEvent::Skipped { .. }
            | TrainingEvent::KeptPretrained { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests;
