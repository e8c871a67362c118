//! Another try after a failure that may pass: [`WithRetry`].

use std::num::NonZeroUsize;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::Runnable;
use crate::{ChainError, Run};

/// How often to try, and how long to wait between tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    tries: NonZeroUsize,
    first_wait: Duration,
    longest_wait: Duration,
}

impl Retries {
    /// At most this many tries, the first one included; half a second before the second, at most 30 seconds before any.
    pub const fn new(tries: NonZeroUsize) -> Self {
        Self {
            tries,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
        }
    }

    /// Waits about this long before the second try, and twice as long before each next one. Half a second by default.
    #[must_use]
    pub const fn with_first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Lets the waits grow to this, and gives up where a provider wants a longer one. 30 seconds by default.
    #[must_use]
    pub const fn with_longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Up to as long again is added to each wait, so that those who failed together do not come back together.
    fn waits(self) -> ExponentialBuilder {
        ExponentialBuilder::new()
            .with_min_delay(self.first_wait)
            .with_max_delay(self.longest_wait)
            .with_max_times(self.tries.get() - 1)
            .with_jitter()
    }

    /// The wait after an error: what the provider asks for, where that is longer.
    fn wait(self, error: &ChainError, wait: Option<Duration>) -> Option<Duration> {
        let asked = error.retry_after().unwrap_or_default();
        wait.filter(|_| asked <= self.longest_wait)
            .map(|wait| wait.max(asked))
    }
}

impl Default for Retries {
    /// Three tries.
    fn default() -> Self {
        Self::new(const { NonZeroUsize::MIN.saturating_add(2) })
    }
}

/// A step that is tried again after transient failures, called `step, again`.
///
/// # Laws
///
/// - **Bounded.** There are at most as many tries as [`Retries`] says; the error is the last one's.
/// - **Transient.** A failure that does not pass, and a cancelled run, are not tried again.
#[derive(Debug)]
pub struct WithRetry<Inner> {
    name: String,
    inner: Inner,
    retries: Retries,
}

impl<Inner> WithRetry<Inner> {
    pub(super) fn new<Input, Output>(inner: Inner, retries: Retries) -> Self
    where
        Input: Send + 'static,
        Output: Send + 'static,
        Inner: Runnable<Input, Output>,
    {
        Self {
            name: format!("{}, again", inner.name()),
            inner,
            retries,
        }
    }
}

impl<Input, Output, Inner> Runnable<Input, Output> for WithRetry<Inner>
where
    Input: Clone + Send + 'static,
    Output: Send + 'static,
    Inner: Runnable<Input, Output>,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Output, ChainError>> {
        let once = move || self.inner.invoke(input.clone(), run);
        let work = once
            .retry(self.retries.waits())
            .when(ChainError::is_transient)
            .adjust(|error, wait| self.retries.wait(error, wait));
        run.step(&self.name, work).boxed()
    }
}
