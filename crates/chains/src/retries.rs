//! How often to try, and when: [`Retries`].

use std::num::NonZeroUsize;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};

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

    /// Tries until there is a value, an error that does not pass, or no try left; the error is the last one.
    pub(crate) async fn run<T, E: Passing, Try>(self, once: impl FnMut() -> Try) -> Result<T, E>
    where
        Try: Future<Output = Result<T, E>>,
    {
        once.retry(self.waits())
            .when(E::is_transient)
            .adjust(|error, wait| self.wait(error.retry_after(), wait))
            .await
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
    fn wait(self, asked: Option<Duration>, wait: Option<Duration>) -> Option<Duration> {
        let asked = asked.unwrap_or_default();
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

/// An error that may pass.
pub(crate) trait Passing {
    /// Whether the same try may succeed later.
    fn is_transient(&self) -> bool;

    /// When to try again, where a provider says it.
    fn retry_after(&self) -> Option<Duration>;
}

macro_rules! passing {
    ($error:ty) => {
        impl Passing for $error {
            fn is_transient(&self) -> bool {
                self.is_transient()
            }

            fn retry_after(&self) -> Option<Duration> {
                self.retry_after()
            }
        }
    };
}

passing!(crate::ChainError);
passing!(crate::ChatError);
