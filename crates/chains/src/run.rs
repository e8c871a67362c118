//! One use of a chain: [`Run`].

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

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

    /// Runs one step: told when it starts and ends, cut short when the run is cancelled.
    ///
    /// # Errors
    ///
    /// [`ChainError::Cancelled`], or what the step says.
    pub async fn step<T>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, ChainError>>,
    ) -> Result<T, ChainError> {
        self.tell(name, StepState::Started);
        let worked = self.cancelled.run_until_cancelled(work).await;
        let result = worked.unwrap_or(Err(ChainError::Cancelled));
        let state = if result.is_ok() {
            StepState::Done
        } else {
            StepState::Failed
        };
        self.tell(name, state);
        result
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
