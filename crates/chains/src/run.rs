//! One use of a chain: [`Run`].

mod begun;
mod event;
mod place;
mod stream;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::Stream;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use self::begun::Begun;
pub use self::event::{StepEvent, StepState};
use crate::ChainError;

/// Who hears of steps.
type Listener = Arc<dyn Fn(StepEvent) + Send + Sync>;

/// One use of a chain: what cancels it and who hears of its steps. Copies are the same run.
#[derive(Clone, Default)]
pub struct Run {
    cancelled: CancellationToken,
    listeners: Vec<Listener>,
    /// How many have started.
    steps: Arc<AtomicU64>,
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

    /// Tells this listener, too, of each step. It must be quick: steps wait for it.
    #[must_use]
    pub fn with_listener(mut self, listener: impl Fn(StepEvent) + Send + Sync + 'static) -> Self {
        self.listeners.push(Arc::new(listener));
        self
    }

    /// The run, and what is told of its steps from now on, for a user interface that goes at its own pace.
    ///
    /// No step waits for whoever reads; what was not read yet is kept. The stream ends when every copy of the run is gone.
    ///
    /// ```
    /// use futures_util::StreamExt as _;
    /// use upturn_chains::{ChainError, Run, Runnable, RunnableExt, StepState, step};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let double = || step("double", async |it: u32| Ok::<_, ChainError>(it * 2));
    /// let chain = double().parallel(double());
    /// let (run, mut events) = Run::new().with_events();
    /// let working = tokio::spawn(async move { chain.invoke(4, &run).await });
    /// let mut started = Vec::new();
    /// while let Some(event) = events.next().await {
    ///     if event.state == StepState::Started {
    ///         started.push((event.id, event.parent, event.step));
    ///     }
    /// }
    /// let expected = [(1, None, "double & double"), (2, Some(1), "double"), (3, Some(1), "double")];
    /// assert_eq!(started, expected.map(|(id, parent, step)| (id, parent, step.to_owned())));
    /// assert_eq!(working.await??, (8, 8));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_events(self) -> (Self, BoxStream<'static, StepEvent>) {
        let (tell, mut told) = mpsc::unbounded_channel();
        let run = self.with_listener(move |event| {
            // Whoever does not read any more does not miss it.
            let _ = tell.send(event);
        });
        let events = futures_util::stream::poll_fn(move |context| told.poll_recv(context));
        (run, events.boxed())
    }

    /// The token that cancels it.
    pub const fn cancellation(&self) -> &CancellationToken {
        &self.cancelled
    }

    /// Runs one step: told when it starts and ends, cut short when the run is cancelled, inside a span `step` that holds its name
    /// alone. Its end is told even where whoever waits for it goes away. Steps that `work` itself runs, without giving them to
    /// another task, have it as their parent.
    ///
    /// # Errors
    ///
    /// [`ChainError::Cancelled`], [`ChainError::Panicked`], or what the step says.
    pub async fn step<T>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, ChainError>>,
    ) -> Result<T, ChainError> {
        let mut step = self.begin(name);
        // On the heap: what wraps it would hold it again and again, and steps stand within steps.
        let result = step.guard(Box::pin(work)).await;
        if result.is_ok() {
            step.done();
        }
        result
    }

    /// Runs one step piece by piece: told when its first piece is asked for and when it ends, cut short between two pieces and
    /// within one when the run is cancelled, inside the same span as [`step`](Self::step) while a piece is made. A stream that is
    /// dropped before its end has failed.
    ///
    /// Errors are those of [`step`](Self::step), and nothing follows one.
    pub fn stream_step<'a, T: Send + 'a>(
        &'a self,
        name: &'a str,
        pieces: impl Stream<Item = Result<T, ChainError>> + Send + 'a,
    ) -> BoxStream<'a, Result<T, ChainError>> {
        stream::pieces(self, name, pieces)
    }

    /// A step that begins now.
    pub(crate) fn begin<'a>(&'a self, name: &'a str) -> Begun<'a> {
        Begun::new(self, name)
    }

    fn tell(&self, event: impl Fn() -> StepEvent) {
        for listener in &self.listeners {
            listener(event());
        }
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

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("cancelled", &self.cancelled.is_cancelled())
            .field("listeners", &self.listeners.len())
            .field("steps", &self.steps)
            .finish()
    }
}
