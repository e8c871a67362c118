//! A step from a request as one from the request's JSON: [`JsonStep`].

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use upturn_chains::{ChainError, Run, Runnable};
use upturn_core::{Diagnostic, ErrorKind};

/// A step whose input is read from JSON.
pub(crate) struct JsonStep<Input, Output>(pub(crate) Arc<dyn Runnable<Input, Output>>);

impl<Input, Output> fmt::Debug for JsonStep<Input, Output> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonStep").field(&self.0).finish()
    }
}

/// An input that is not what the step takes.
#[derive(Debug, thiserror::Error)]
#[error("`input` is not what it takes: {0}")]
struct NoRequest(serde_json::Error);

impl Diagnostic for NoRequest {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }
}

impl<Input, Output> Runnable<String, Output> for JsonStep<Input, Output>
where
    Input: DeserializeOwned + Send + 'static,
    Output: Send + 'static,
{
    fn name(&self) -> &str {
        self.0.name()
    }

    fn invoke<'a>(
        &'a self,
        input: String,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Output, ChainError>> {
        match serde_json::from_str(&input) {
            Ok(request) => self.0.invoke(request, run),
            Err(error) => {
                let refused = ChainError::step(self.name(), NoRequest(error));
                Box::pin(async move { Err(refused) })
            }
        }
    }
}
