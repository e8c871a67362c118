//! Steps side by side on the same input: [`Both`] and [`All`].

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, try_join, try_join_all};

use super::Runnable;
use crate::{ChainError, Run};

/// Two steps side by side on the same input, called `one & other`. The first failure ends both. A stream is one piece: both outputs.
#[derive(Debug)]
pub struct Both<One, Other> {
    name: String,
    one: One,
    other: Other,
}

impl<One, Other> Both<One, Other> {
    pub(super) fn new<Input, First, Second>(one: One, other: Other) -> Self
    where
        Input: Send + 'static,
        First: Send + 'static,
        Second: Send + 'static,
        One: Runnable<Input, First>,
        Other: Runnable<Input, Second>,
    {
        Self {
            name: format!("{} & {}", one.name(), other.name()),
            one,
            other,
        }
    }
}

impl<Input, First, Second, One, Other> Runnable<Input, (First, Second)> for Both<One, Other>
where
    Input: Clone + Send + 'static,
    First: Send + 'static,
    Second: Send + 'static,
    One: Runnable<Input, First>,
    Other: Runnable<Input, Second>,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<(First, Second), ChainError>> {
        let work = async move {
            let one = self.one.invoke(input.clone(), run);
            try_join(one, self.other.invoke(input, run)).await
        };
        run.step(&self.name, work).boxed()
    }
}

/// Any number of steps side by side on the same input; their outputs in the order of the steps. The first failure ends all. A stream
/// is one piece: all outputs.
///
/// Steps of different types go in as `Box<dyn Runnable<Input, Output>>`.
#[derive(Debug)]
pub struct All<Each> {
    name: String,
    steps: Vec<Each>,
}

impl<Each> All<Each> {
    /// These steps, called `name`.
    pub fn new(name: impl Into<String>, steps: Vec<Each>) -> Self {
        Self {
            name: name.into(),
            steps,
        }
    }
}

impl<Input, Output, Each> Runnable<Input, Vec<Output>> for All<Each>
where
    Input: Clone + Send + 'static,
    Output: Send + 'static,
    Each: Runnable<Input, Output>,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Vec<Output>, ChainError>> {
        let work = async move {
            let steps = self.steps.iter();
            let invoked: Vec<_> = steps.map(|step| step.invoke(input.clone(), run)).collect();
            drop(input);
            try_join_all(invoked).await
        };
        run.step(&self.name, work).boxed()
    }
}
