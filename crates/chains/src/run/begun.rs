//! A step that has begun: [`Begun`].

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tracing::{Instrument as _, Span};

use super::place::Place;
use super::{Run, StepEvent, StepState};
use crate::ChainError;

/// A step that has begun. Its end is told when it is dropped: as a failure, unless it is [`done`](Self::done).
pub(crate) struct Begun<'a> {
    run: &'a Run,
    name: &'a str,
    parent: Option<u64>,
    place: Place,
    span: Span,
    end: StepState,
}

impl<'a> Begun<'a> {
    pub(super) fn new(run: &'a Run, name: &'a str) -> Self {
        let begun = Self {
            run,
            name,
            parent: Place::around(&run.steps),
            place: Place::next(&run.steps),
            span: tracing::info_span!("step", name),
            end: StepState::Failed,
        };
        begun.tell(StepState::Started);
        begun
    }

    /// Does work of the step, which fails where it panics or the run is cancelled.
    pub(super) async fn guard<T>(
        &self,
        work: impl Future<Output = Result<T, ChainError>>,
    ) -> Result<T, ChainError> {
        self.run.check()?;
        let work = self.within(AssertUnwindSafe(work).catch_unwind());
        match self.run.cancelled.run_until_cancelled(work).await {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(ChainError::Panicked {
                step: self.name.to_owned(),
            }),
            None => Err(ChainError::Cancelled),
        }
    }

    /// Does work of the step, inside its span; the steps of that work know it as their parent.
    pub(crate) fn within<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        self.place.within(work).instrument(self.span.clone())
    }

    /// It has its output.
    pub(crate) const fn done(&mut self) {
        self.end = StepState::Done;
    }

    fn tell(&self, state: StepState) {
        self.run.tell(|| StepEvent {
            id: self.place.id,
            parent: self.parent,
            step: self.name.to_owned(),
            state,
        });
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.tell(self.end);
    }
}
