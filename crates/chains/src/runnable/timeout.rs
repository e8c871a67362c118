//! A step that must not take long: [`WithTimeout`].

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::{Instant, timeout, timeout_at};

use super::Runnable;
use crate::{ChainError, Run};

/// A step that fails where it takes longer than a limit, called `step, in time`. What a [`blocking_step`](crate::blocking_step)
/// has begun goes on in its thread; nobody waits for it.
///
/// # Laws
///
/// - **Stream.** The limit is for the whole, from when the first piece is asked for until the last one is there, and whoever reads
///   slowly uses it up as well. The pieces that came in time are told before the failure.
#[derive(Debug)]
pub struct WithTimeout<Inner> {
    name: String,
    inner: Inner,
    step: String,
    limit: Duration,
}

impl<Inner> WithTimeout<Inner> {
    pub(super) fn new<Input, Output>(inner: Inner, limit: Duration) -> Self
    where
        Input: Send + 'static,
        Output: Send + 'static,
        Inner: Runnable<Input, Output>,
    {
        let step = inner.name().to_owned();
        Self {
            name: format!("{step}, in time"),
            inner,
            step,
            limit,
        }
    }

    fn timed_out(&self) -> ChainError {
        ChainError::TimedOut {
            step: self.step.clone(),
            limit: self.limit,
        }
    }
}

impl<Input, Output, Inner> Runnable<Input, Output> for WithTimeout<Inner>
where
    Input: Send + 'static,
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
        let work = async move {
            let invoked = timeout(self.limit, self.inner.invoke(input, run)).await;
            invoked.unwrap_or_else(|_| Err(self.timed_out()))
        };
        run.step(&self.name, work).boxed()
    }

    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<Output, ChainError>> {
        let begin = async move {
            let deadline = Instant::now() + self.limit;
            let pieces = self.inner.stream(input, run);
            stream::unfold(pieces, move |mut pieces| async move {
                let next = timeout_at(deadline, pieces.next()).await;
                let piece = next.unwrap_or_else(|_| Some(Err(self.timed_out())))?;
                Some((piece, pieces))
            })
        };
        run.stream_step(&self.name, begin.flatten_stream())
    }
}
