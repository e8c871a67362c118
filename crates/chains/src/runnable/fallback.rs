//! A step for when another fails: [`WithFallback`].

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, TryFutureExt as _};

use super::Runnable;
use crate::first_piece::from_first_piece;
use crate::{ChainError, Run};

/// A step, and another that takes the input where the first fails, called `first else other`.
///
/// # Laws
///
/// - **Cancelled.** A cancelled run falls back to nothing.
/// - **Last word.** Where both fail, the error is the second one's.
/// - **Stream.** The pieces are those of the one or the other: a failure behind the first piece of the first is not fallen back from.
#[derive(Debug)]
pub struct WithFallback<First, Other> {
    name: String,
    first: First,
    other: Other,
}

impl<First, Other> WithFallback<First, Other> {
    pub(super) fn new<Input, Output>(first: First, other: Other) -> Self
    where
        Input: Send + 'static,
        Output: Send + 'static,
        First: Runnable<Input, Output>,
        Other: Runnable<Input, Output>,
    {
        Self {
            name: format!("{} else {}", first.name(), other.name()),
            first,
            other,
        }
    }
}

impl<Input, Output, First, Other> Runnable<Input, Output> for WithFallback<First, Other>
where
    Input: Clone + Send + 'static,
    Output: Send + 'static,
    First: Runnable<Input, Output>,
    Other: Runnable<Input, Output>,
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
            match self.first.invoke(input.clone(), run).await {
                Ok(output) => Ok(output),
                Err(ChainError::Cancelled) => Err(ChainError::Cancelled),
                Err(_) => {
                    run.check()?;
                    self.other.invoke(input, run).await
                }
            }
        };
        run.step(&self.name, work).boxed()
    }

    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<Output, ChainError>> {
        let begin = async move {
            let first = self.first.stream(input.clone(), run);
            match from_first_piece(first).await {
                Err(error) if !matches!(error, ChainError::Cancelled) => {
                    run.check()?;
                    Ok(self.other.stream(input, run))
                }
                begun => begun,
            }
        };
        run.stream_step(&self.name, begin.try_flatten_stream())
    }
}
