//! Another try after a failure that may pass: [`WithRetry`].

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, TryFutureExt as _};

use super::Runnable;
use crate::first_piece::from_first_piece;
use crate::{ChainError, Retries, Run};

/// A step that is tried again after transient failures, called `step, again`.
///
/// # Laws
///
/// - **Bounded.** There are at most as many tries as [`Retries`] says; the error is the last one's.
/// - **Transient.** A failure that does not pass, and a cancelled run, are not tried again.
/// - **Stream.** The pieces are those of one try: a failure behind a first piece is not tried again.
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
        run.step(&self.name, self.retries.run(once)).boxed()
    }

    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<Output, ChainError>> {
        let begin = move || from_first_piece(self.inner.stream(input.clone(), run));
        let pieces = self.retries.run(begin).try_flatten_stream();
        run.stream_step(&self.name, pieces)
    }
}
