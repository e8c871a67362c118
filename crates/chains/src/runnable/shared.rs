//! Pointers to steps are steps.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::Runnable;
use crate::{ChainError, Run};

macro_rules! pointer {
    ($pointer:ident) => {
        impl<Input, Output, R> Runnable<Input, Output> for $pointer<R>
        where
            Input: Send + 'static,
            Output: Send + 'static,
            R: Runnable<Input, Output> + ?Sized,
        {
            fn name(&self) -> &str {
                (**self).name()
            }

            fn invoke<'a>(
                &'a self,
                input: Input,
                run: &'a Run,
            ) -> BoxFuture<'a, Result<Output, ChainError>> {
                (**self).invoke(input, run)
            }

            fn batch<'a>(
                &'a self,
                inputs: Vec<Input>,
                at_once: usize,
                run: &'a Run,
            ) -> BoxFuture<'a, Vec<Result<Output, ChainError>>> {
                (**self).batch(inputs, at_once, run)
            }

            fn stream<'a>(
                &'a self,
                input: Input,
                run: &'a Run,
            ) -> BoxStream<'a, Result<Output, ChainError>> {
                (**self).stream(input, run)
            }
        }
    };
}

pointer!(Arc);
pointer!(Box);
