//! A step from an input to an output: [`Runnable`]; how steps compose: [`RunnableExt`]; a function as a step: [`step`] and
//! [`blocking_step`].

mod branch;
mod cache;
mod extension;
mod fallback;
mod function;
mod map;
mod parallel;
mod pipe;
mod recent;
mod retry;
mod shared;
mod timeout;

pub use branch::Branch;
pub use cache::WithCache;
pub use extension::RunnableExt;
pub use fallback::WithFallback;
pub use function::{BlockingStep, Step, blocking_step, step};
pub use map::Map;
pub use parallel::{All, Both};
pub use pipe::Pipe;
pub use retry::WithRetry;
pub use timeout::WithTimeout;

use std::fmt;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};

use crate::{ChainError, Run};

/// A step from an input to an output, LangChain's word.
///
/// # Laws
///
/// - **Cancelled.** Once the run is cancelled, `invoke` ends with [`ChainError::Cancelled`] at its next step.
/// - **Batch.** `batch` gives for each input what `invoke` gives, in the order of the inputs.
/// - **Stream.** The items of `stream`, laid together as the step documents, are what `invoke` gives. Nothing follows an error.
/// - **Told.** Either way the step is told, traced and cancelled: work of `invoke` goes through [`Run::step`], the pieces of a `stream`
///   of one's own through [`Run::stream_step`].
pub trait Runnable<Input, Output>: fmt::Debug + Send + Sync
where
    Input: Send + 'static,
    Output: Send + 'static,
{
    /// What the step is called in events and errors.
    fn name(&self) -> &str;

    /// One input to its output.
    ///
    /// # Errors
    ///
    /// [`ChainError`] with the step's own reason.
    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Output, ChainError>>;

    /// Each input to its output, at most `at_once` (at least 1) side by side.
    fn batch<'a>(
        &'a self,
        inputs: Vec<Input>,
        at_once: usize,
        run: &'a Run,
    ) -> BoxFuture<'a, Vec<Result<Output, ChainError>>> {
        let invoked = stream::iter(inputs).map(move |input| self.invoke(input, run));
        Box::pin(invoked.buffered(at_once.max(1)).collect())
    }

    /// The output piece by piece; by default whole, as one piece.
    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<Output, ChainError>> {
        Box::pin(stream::once(self.invoke(input, run)))
    }
}
