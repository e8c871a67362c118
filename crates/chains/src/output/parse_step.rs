//! A parser as a step: [`ParseStep`].

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::OutputParser;
use crate::{ChainError, Run, Runnable};

/// A parser as a step, called `parse`.
#[derive(Debug, Clone)]
pub struct ParseStep<Parser>(Parser);

impl<Parser> ParseStep<Parser> {
    /// This parser.
    pub const fn new(parser: Parser) -> Self {
        Self(parser)
    }
}

impl<T, Parser> Runnable<String, T> for ParseStep<Parser>
where
    T: Send + 'static,
    Parser: OutputParser<T>,
{
    fn name(&self) -> &'static str {
        "parse"
    }

    fn invoke<'a>(&'a self, text: String, run: &'a Run) -> BoxFuture<'a, Result<T, ChainError>> {
        let work = async move { Ok(self.0.parse(&text)?) };
        run.step("parse", work).boxed()
    }
}
