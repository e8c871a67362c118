//! Several who watch: [`Monitors`].

use super::{EpochReport, Monitor, TrainingEvent};

/// Tells each of them everything; the run stops if one of them wants it to.
pub struct Monitors<'a>(pub Vec<&'a dyn Monitor>);

impl std::fmt::Debug for Monitors<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Monitors({})", self.0.len())
    }
}

impl Monitor for Monitors<'_> {
    fn stage(&self, name: &str, steps: u64) {
        self.0.iter().for_each(|one| one.stage(name, steps));
    }

    fn step(&self, loss: Option<f64>) {
        self.0.iter().for_each(|one| one.step(loss));
    }

    fn epoch(&self, report: EpochReport) {
        self.0.iter().for_each(|one| one.epoch(report));
    }

    fn event(&self, event: &TrainingEvent<'_>) {
        self.0.iter().for_each(|one| one.event(event));
    }

    fn stopped(&self) -> bool {
        self.0.iter().any(|one| one.stopped())
    }
}
