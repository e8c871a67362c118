//! A step whose output is changed: [`Map`].

use std::fmt;
use std::marker::PhantomData;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::Runnable;
use crate::{ChainError, Run};

/// A step whose output is changed by a plain function, called `step | map`. A stream is one piece: the function takes the whole.
///
/// # Laws
///
/// - **Identity.** The function that changes nothing changes nothing.
pub struct Map<Inner, Function, Old> {
    name: String,
    inner: Inner,
    function: Function,
    old: PhantomData<fn() -> Old>,
}

impl<Inner, Function, Old: Send + 'static> Map<Inner, Function, Old> {
    pub(super) fn new<Input: Send + 'static>(inner: Inner, function: Function) -> Self
    where
        Inner: Runnable<Input, Old>,
    {
        Self {
            name: format!("{} | map", inner.name()),
            inner,
            function,
            old: PhantomData,
        }
    }
}

impl<Inner: fmt::Debug, Function, Old> fmt::Debug for Map<Inner, Function, Old> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Map").field(&self.inner).finish()
    }
}

impl<Input, Old, New, Inner, Function> Runnable<Input, New> for Map<Inner, Function, Old>
where
    Input: Send + 'static,
    Old: Send + 'static,
    New: Send + 'static,
    Inner: Runnable<Input, Old>,
    Function: Fn(Old) -> New + Send + Sync,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(&'a self, input: Input, run: &'a Run) -> BoxFuture<'a, Result<New, ChainError>> {
        let work = async move {
            let old = self.inner.invoke(input, run).await?;
            run.check()?;
            Ok((self.function)(old))
        };
        run.step(&self.name, work).boxed()
    }
}
