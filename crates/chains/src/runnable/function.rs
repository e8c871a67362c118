//! A function as a step: [`step`] and [`blocking_step`].

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::task::spawn_blocking;

use super::Runnable;
use crate::{ChainError, Run};

/// An asynchronous function as a step.
pub const fn step<Function>(name: &'static str, function: Function) -> Step<Function> {
    Step { name, function }
}

/// A function that computes or waits, as a step: it runs where it holds up nobody, on a thread of tokio's for such work.
pub fn blocking_step<Function>(name: &'static str, function: Function) -> BlockingStep<Function> {
    let function = Arc::new(function);
    BlockingStep { name, function }
}

/// What [`step`] makes.
pub struct Step<Function> {
    name: &'static str,
    function: Function,
}

impl<Function> fmt::Debug for Step<Function> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Step").field(&self.name).finish()
    }
}

impl<Input, Output, Function, Answer> Runnable<Input, Output> for Step<Function>
where
    Input: Send + 'static,
    Output: Send + 'static,
    Function: Fn(Input) -> Answer + Send + Sync,
    Answer: Future<Output = Result<Output, ChainError>> + Send + 'static,
{
    fn name(&self) -> &str {
        self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Output, ChainError>> {
        let work = async move { (self.function)(input).await };
        run.step(self.name, work).boxed()
    }
}

/// What [`blocking_step`] makes.
///
/// # Laws
///
/// - **Cancelled.** The run ends at once; the function itself goes on to its end, and what it gives is dropped.
pub struct BlockingStep<Function> {
    name: &'static str,
    function: Arc<Function>,
}

impl<Function> fmt::Debug for BlockingStep<Function> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingStep").field(&self.name).finish()
    }
}

impl<Input, Output, Function> Runnable<Input, Output> for BlockingStep<Function>
where
    Input: Send + 'static,
    Output: Send + 'static,
    Function: Fn(Input) -> Result<Output, ChainError> + Send + Sync + 'static,
{
    fn name(&self) -> &str {
        self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Output, ChainError>> {
        let work = async move {
            let function = Arc::clone(&self.function);
            let span = tracing::Span::current();
            let worked = spawn_blocking(move || span.in_scope(|| function(input))).await;
            worked.unwrap_or_else(|error| Err(unfinished(self.name, &error)))
        };
        run.step(self.name, work).boxed()
    }
}

/// A thread that gave nothing: its function panicked, or the program ends.
fn unfinished(step: &str, error: &tokio::task::JoinError) -> ChainError {
    if error.is_panic() {
        ChainError::Panicked {
            step: step.to_owned(),
        }
    } else {
        ChainError::Cancelled
    }
}
