//! Within which step the code that asks runs: [`Place`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static HERE: Place;
}

/// A step of a run.
#[derive(Clone)]
pub(super) struct Place {
    run: Arc<AtomicU64>,
    pub(super) id: u64,
}

impl Place {
    /// The next step of the run that counts by `run`.
    pub(super) fn next(run: &Arc<AtomicU64>) -> Self {
        Self {
            run: Arc::clone(run),
            id: run.fetch_add(1, Ordering::Relaxed) + 1,
        }
    }

    /// The step of that run in which this is called. A run that is used within a step of another one is on its own.
    pub(super) fn around(run: &Arc<AtomicU64>) -> Option<u64> {
        let here = HERE.try_with(Self::clone).ok()?;
        Arc::ptr_eq(&here.run, run).then_some(here.id)
    }

    /// Does work here.
    pub(super) fn within<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        HERE.scope(self.clone(), work)
    }
}
