//! One step or another: [`Branch`].

use std::fmt;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::Runnable;
use crate::{ChainError, Run};

/// One step where a predicate holds of the input, and another where not, called `then or otherwise`.
///
/// # Laws
///
/// - **Stream.** Its pieces are those of the step that is chosen.
pub struct Branch<Predicate, Then, Otherwise> {
    name: String,
    predicate: Predicate,
    then: Then,
    otherwise: Otherwise,
}

impl<Predicate, Then, Otherwise> Branch<Predicate, Then, Otherwise> {
    /// `then` where the predicate holds, `otherwise` where not.
    pub fn new<Input, Output>(predicate: Predicate, then: Then, otherwise: Otherwise) -> Self
    where
        Input: Send + 'static,
        Output: Send + 'static,
        Predicate: Fn(&Input) -> bool,
        Then: Runnable<Input, Output>,
        Otherwise: Runnable<Input, Output>,
    {
        Self {
            name: format!("{} or {}", then.name(), otherwise.name()),
            predicate,
            then,
            otherwise,
        }
    }
}

impl<Predicate, Then, Otherwise> fmt::Debug for Branch<Predicate, Then, Otherwise>
where
    Then: fmt::Debug,
    Otherwise: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Branch");
        shown.field(&self.then).field(&self.otherwise).finish()
    }
}

impl<Input, Output, Predicate, Then, Otherwise> Runnable<Input, Output>
    for Branch<Predicate, Then, Otherwise>
where
    Input: Send + 'static,
    Output: Send + 'static,
    Predicate: Fn(&Input) -> bool + Send + Sync,
    Then: Runnable<Input, Output>,
    Otherwise: Runnable<Input, Output>,
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
            let chosen = if (self.predicate)(&input) {
                self.then.invoke(input, run)
            } else {
                self.otherwise.invoke(input, run)
            };
            chosen.await
        };
        run.step(&self.name, work).boxed()
    }

    fn stream<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxStream<'a, Result<Output, ChainError>> {
        let begin = async move {
            if (self.predicate)(&input) {
                self.then.stream(input, run)
            } else {
                self.otherwise.stream(input, run)
            }
        };
        run.stream_step(&self.name, begin.flatten_stream())
    }
}
