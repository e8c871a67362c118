//! A step that must not take long: [`WithTimeout`].

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::Runnable;
use crate::{ChainError, Run};

/// A step that fails where it takes longer than a limit, called `step, in time`. What a [`blocking_step`](crate::blocking_step)
/// has begun goes on in its thread; nobody waits for it.
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
            invoked.unwrap_or_else(|_| {
                Err(ChainError::TimedOut {
                    step: self.step.clone(),
                    limit: self.limit,
                })
            })
        };
        run.step(&self.name, work).boxed()
    }
}
