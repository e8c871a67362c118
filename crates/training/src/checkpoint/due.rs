//! When the next checkpoint is due: [`Due`].

use std::time::{Duration, Instant};

/// After some steps or some time, whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    steps: Option<usize>,
    every: Duration,
    step: usize,
    at: Instant,
}

impl Due {
    /// Counts from a step and from now.
    pub(crate) fn new(steps: Option<usize>, every: Duration, step: usize) -> Self {
        Self {
            steps,
            every,
            step,
            at: Instant::now(),
        }
    }

    /// Whether it is due after `step` steps.
    pub(crate) fn is_now(&self, step: usize) -> bool {
        let new = step.saturating_sub(self.step);
        new > 0 && (self.steps.is_some_and(|steps| new >= steps) || self.at.elapsed() >= self.every)
    }

    /// One was written after `step` steps, or could not be.
    pub(crate) fn done(&mut self, step: usize) {
        (self.step, self.at) = (step, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_due_after_the_steps_or_the_time() {
        let hour = Duration::from_hours(1);
        let mut due = Due::new(Some(3), hour, 4);
        assert!(!due.is_now(6) && due.is_now(7));
        due.done(7);
        assert!(!due.is_now(9) && due.is_now(10));
        assert!(!Due::new(None, hour, 0).is_now(1_000_000));
        assert!(Due::new(None, Duration::ZERO, 0).is_now(1));
        assert!(!Due::new(None, Duration::ZERO, 1).is_now(1));
    }
}
