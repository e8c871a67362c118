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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts what it is told, and stops after so much of it.
    struct Counts(AtomicUsize, usize);

    impl Counts {
        fn more(&self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    impl Monitor for Counts {
        fn stage(&self, _name: &str, _steps: u64) {
            self.more();
        }

        fn step(&self, _loss: Option<f64>) {
            self.more();
        }

        fn epoch(&self, _report: EpochReport) {
            self.more();
        }

        fn event(&self, _event: &TrainingEvent<'_>) {
            self.more();
        }

        fn stopped(&self) -> bool {
            self.0.load(Ordering::SeqCst) >= self.1
        }
    }

    #[test]
    fn each_hears_everything_and_one_is_enough_to_stop() {
        let (patient, impatient) = (
            Counts(AtomicUsize::new(0), 9),
            Counts(AtomicUsize::new(0), 4),
        );
        let both = Monitors(vec![&patient, &impatient]);
        both.stage("a stage", 2);
        both.step(None);
        both.epoch(EpochReport {
            epoch: 1,
            training_loss: 0.5,
            validation_loss: None,
        });
        assert!(!both.stopped());
        both.event(&TrainingEvent::Skipped { name: "fold-1" });
        assert!(both.stopped());
        assert_eq!(patient.0.load(Ordering::SeqCst), 4);
    }
}
