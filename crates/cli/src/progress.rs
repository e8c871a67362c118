//! Bars on standard error: [`Progress`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use upturn::datasets::IngestMonitor;
use upturn::encoder::pull::{PullError, PullProgress, PullSource, PullStage};
use upturn::training::{EpochReport, Monitor, TrainingEvent};

use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::training_events::{Rate, Tone, sentence};

const COUNTED: &str = "{msg} {wide_bar} {human_pos}/{human_len} {eta}";
const BYTES: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {eta}";
const RATE: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";

/// Shows how far a longer work is, on one bar at a time.
///
/// The bar is hidden when standard error is no terminal, and when the user wants no bars or wants to hear more: then
/// each stage and epoch is a line instead.
#[derive(Debug)]
pub(crate) struct Progress {
    printer: Printer,
    interrupt: Interrupt,
    hidden: bool,
    now: Mutex<Now>,
    checkpoint_failed: AtomicBool,
}

/// The bar at hand, and the work it is part of.
#[derive(Debug, Default)]
struct Now {
    within: String,
    stage: String,
    rate: Rate,
    bar: Option<ProgressBar>,
}

impl Now {
    /// A new bar instead of the old one.
    fn start(&mut self, bar: ProgressBar, template: &str, stage: &str) {
        self.clear();
        self.stage = if self.within.is_empty() {
            stage.to_owned()
        } else {
            format!("{}: {stage}", self.within)
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(self.stage.clone());
        self.rate = Rate::default();
        self.bar = Some(bar);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Progress {
    /// Nothing is shown until a stage begins.
    pub(crate) fn new(printer: Printer, interrupt: Interrupt, no_bars: bool) -> Self {
        Self {
            printer,
            interrupt,
            hidden: no_bars || printer.is_verbose(),
            now: Mutex::default(),
            checkpoint_failed: AtomicBool::new(false),
        }
    }

    /// Whether some checkpoint could not be written, so that a part of the training may have to be done again.
    pub(crate) fn checkpoint_failed(&self) -> bool {
        self.checkpoint_failed.load(Ordering::Relaxed)
    }

    /// Names the larger work of which the next stages are part (`fold 2 of 5`); empty for none.
    pub(crate) fn within(&self, name: &str) {
        name.clone_into(&mut self.now().within);
    }

    /// Takes the bar away, so that something can be printed.
    pub(crate) fn clear(&self) {
        self.now().clear();
    }

    /// Goes on by some steps.
    pub(crate) fn advance(&self, steps: usize) {
        if let Some(bar) = &self.now().bar {
            bar.inc(steps as u64);
        }
    }

    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, length: Option<u64>, template: &str, stage: &str) {
        let target = if self.hidden {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let mut now = self.now();
        now.start(
            ProgressBar::with_draw_target(length, target),
            template,
            stage,
        );
        self.printer.detail(&now.stage);
    }
}

impl Monitor for Progress {
    fn stage(&self, name: &str, steps: u64) {
        self.start(Some(steps), COUNTED, name);
    }

    fn step(&self, loss: Option<f64>) {
        let now = self.now();
        if let Some(bar) = &now.bar {
            bar.inc(1);
            if let Some(loss) = loss {
                bar.set_message(format!("{}, loss {loss:.3}{}", now.stage, now.rate));
            }
        }
    }

    fn epoch(&self, report: EpochReport) {
        self.clear();
        self.printer.detail(&epoch(report));
    }

    fn event(&self, event: &TrainingEvent<'_>) {
        if let TrainingEvent::Step(report) = event {
            self.now().rate.add(report);
        }
        if let TrainingEvent::CheckpointFailed { .. } = event {
            self.checkpoint_failed.store(true, Ordering::Relaxed);
        }
        let Some((tone, sentence)) = sentence(event) else {
            return;
        };
        match tone {
            Tone::Detail => self.printer.detail(&sentence),
            Tone::Note => {
                self.clear();
                self.printer.note(&sentence);
            }
            Tone::Warning => {
                self.clear();
                self.printer.warning(&sentence);
            }
        }
    }

    fn stopped(&self) -> bool {
        self.interrupt.is_set()
    }
}

/// `epoch 1: training loss 0.652, validation loss 0.660`.
fn epoch(
    EpochReport {
        epoch,
        training_loss,
        validation_loss,
    }: EpochReport,
) -> String {
    let validation = validation_loss
        .map(|loss| format!(", validation loss {loss:.3}"))
        .unwrap_or_default();
    format!("epoch {epoch}: training loss {training_loss:.3}{validation}")
}

impl PullProgress for Progress {
    fn stage(&self, stage: PullStage) {
        self.start(None, BYTES, &stage.to_string());
    }

    fn advanced(&self, done: u64, total: Option<u64>) {
        if let Some(bar) = &self.now().bar {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
        }
    }

    fn failed(&self, source: PullSource, error: &PullError) {
        self.clear();
        self.printer
            .detail(&format!("the model could not be had {source}: {error}"));
    }
}

impl IngestMonitor for Progress {
    fn stage(&self, name: &str, bytes: Option<u64>) {
        self.start(bytes, RATE, name);
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.now().bar {
            bar.inc(bytes);
        }
    }

    fn stopped(&self) -> bool {
        self.interrupt.is_set()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use upturn::training::TrainingError;

    use super::*;
    use crate::environment::Environment;
    use crate::printer::Format;

    #[test]
    fn a_checkpoint_that_failed_is_remembered() {
        let printer = Printer::new(Format::Text, false, &Environment::default());
        let progress = Progress::new(printer, Interrupt::default(), true);
        assert!(!progress.checkpoint_failed());
        let error = TrainingError::Checkpoint {
            path: "model.training".into(),
            source: io::ErrorKind::StorageFull.into(),
        };
        progress.event(&TrainingEvent::CheckpointFailed { error: &error });
        assert!(progress.checkpoint_failed());
    }

    #[test]
    fn an_epoch_without_validation_calls_says_nothing_of_them() {
        let report = EpochReport {
            epoch: 2,
            training_loss: 0.6519,
            validation_loss: None,
        };
        assert_eq!(epoch(report), "epoch 2: training loss 0.652");
        let validated = EpochReport {
            validation_loss: Some(0.7),
            ..report
        };
        assert_eq!(
            epoch(validated),
            "epoch 2: training loss 0.652, validation loss 0.700"
        );
    }
}
