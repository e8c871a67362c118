//! One use of a chain: [`Run`].

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::ChainError;

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It begins.
    Started,
    /// It has an output.
    Done,
    /// It has none.
    Failed,
}

/// What a user interface is told of a step. It holds neither input nor output: transcripts are personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepEvent {
    /// [`Runnable::name`](crate::Runnable::name).
    pub step: String,
    /// How far it is.
    pub state: StepState,
}

/// Who hears of steps.
type Listener = Arc<dyn Fn(StepEvent) + Send + Sync>;

/// One use of a chain: what cancels it and who hears of its steps. Copies are the same run.
#[derive(Clone, Default)]
pub struct Run {
    cancelled: CancellationToken,
    listener: Option<Listener>,
}

impl Run {
    /// Never cancelled, nobody listens.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled with this token.
    #[must_use]
    pub fn with_cancellation(mut self, token: CancellationToken) -> Self {
        self.cancelled = token;
        self
    }

    /// Tells of each step. The listener must be quick: steps wait for it.
    #[must_use]
    pub fn with_listener(mut self, listener: impl Fn(StepEvent) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// The token that cancels it.
    pub const fn cancellation(&self) -> &CancellationToken {
        &self.cancelled
    }

    /// Tells of a step.
    pub fn tell(&self, step: &str, state: StepState) {
        if let Some(listener) = &self.listener {
            listener(StepEvent {
                step: step.to_owned(),
                state,
            });
        }
    }

    /// Runs one step: told when it starts and ends, cut short when the run is cancelled, inside a span `step` that holds its name
    /// alone. Its end is told even where whoever waits for it goes away.
    ///
    /// # Errors
    ///
    /// [`ChainError::Cancelled`], [`ChainError::Panicked`], or what the step says.
    pub async fn step<T>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, ChainError>>,
    ) -> Result<T, ChainError> {
        let mut told = Told::start(self, name);
        let work = AssertUnwindSafe(work).catch_unwind();
        let work = work.instrument(tracing::info_span!("step", name));
        let result = match self.cancelled.run_until_cancelled(work).await {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(ChainError::Panicked {
                step: name.to_owned(),
            }),
            None => Err(ChainError::Cancelled),
        };
        if result.is_ok() {
            told.end = StepState::Done;
        }
        result
    }

    /// Fails once the run is cancelled: for what stands between two steps.
    pub(crate) fn check(&self) -> Result<(), ChainError> {
        if self.cancelled.is_cancelled() {
            Err(ChainError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// Tells how a step ends, when it is dropped.
struct Told<'a> {
    run: &'a Run,
    step: &'a str,
    end: StepState,
}

impl<'a> Told<'a> {
    fn start(run: &'a Run, step: &'a str) -> Self {
        run.tell(step, StepState::Started);
        let end = StepState::Failed;
        Self { run, step, end }
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.run.tell(self.step, self.end);
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("cancelled", &self.cancelled.is_cancelled())
            .field("has_listener", &self.listener.is_some())
            .finish()
    }
}
