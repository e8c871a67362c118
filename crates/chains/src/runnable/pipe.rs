//! One step after another: [`Pipe`].

use std::fmt;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, TryFutureExt as _};

use super::Runnable;
use crate::{ChainError, Run};

/// One step after another, called `first | second`.
///
/// # Laws
///
/// - **Associative.** `a.pipe(b).pipe(c)` and `a.pipe(b.pipe(c))` give the same.
/// - **Stream.** Its pieces are those of the second step.
pub struct Pipe<First, Second, Middle> {
    name: String,
    first: First,
    second: Second,
    middle: PhantomData<fn() -> Middle>,
}

impl<First, Second, Middle: Send + 'static> Pipe<First, Second, Middle> {
    pub(super) fn new<Input, Output>(first: First, second: Second) -> Self
    where
        Input: Send + 'static,
        Output: Send + 'static,
        First: Runnable<Input, Middle>,
        Second: Runnable<Middle, Output>,
    {
        Self {
            name: format!("{} | {}", first.name(), second.name()),
            first,
            second,
            middle: PhantomData,
        }
    }
}

impl<First: fmt::Debug, Second: fmt::Debug, Middle> fmt::Debug for Pipe<First, Second, Middle> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Pipe");
        shown.field(&self.first).field(&self.second).finish()
    }
}

impl<Input, Middle, Output, First, Second> Runnable<Input, Output> for Pipe<First, Second, Middle>
where
    Input: Send + 'static,
    Middle: Send + 'static,
    Output: Send + 'static,
    First: Runnable<Input, Middle>,
    Second: Runnable<Middle, Output>,
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
            let middle = self.first.invoke(input, run).await?;
            run.check()?;
            self.second.invoke(middle, run).await
        };
        run.step(&self.name, work).boxed()
    }

    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<Output, ChainError>> {
        let begin = async move {
            let middle = self.first.invoke(input, run).await?;
            run.check()?;
            Ok(self.second.stream(middle, run))
        };
        run.stream_step(&self.name, begin.try_flatten_stream())
    }
}
