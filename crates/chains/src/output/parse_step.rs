//! A parser as a step: [`ParseStep`].

use std::fmt;
use std::marker::PhantomData;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::OutputParser;
use crate::{ChainError, Run, Runnable};

/// A parser as a step, called `parse`, from a text or an answer of a model ([`ChatStep`](crate::ChatStep)) to a value. The model is
/// not asked again where it can't be read: [`ParsedStep`](crate::ParsedStep) does that.
pub struct ParseStep<Parser, Text = String> {
    parser: Parser,
    text: PhantomData<fn(Text)>,
}

impl<Parser, Text> ParseStep<Parser, Text> {
    /// This parser.
    pub const fn new(parser: Parser) -> Self {
        let text = PhantomData;
        Self { parser, text }
    }
}

impl<Parser: Clone, Text> Clone for ParseStep<Parser, Text> {
    fn clone(&self) -> Self {
        Self::new(self.parser.clone())
    }
}

impl<Parser: fmt::Debug, Text> fmt::Debug for ParseStep<Parser, Text> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ParseStep").field(&self.parser).finish()
    }
}

impl<T, Parser, Text> Runnable<Text, T> for ParseStep<Parser, Text>
where
    T: Send + 'static,
    Text: Into<String> + Send + 'static,
    Parser: OutputParser<T>,
{
    fn name(&self) -> &'static str {
        "parse"
    }

    fn invoke<'a>(&'a self, text: Text, run: &'a Run) -> BoxFuture<'a, Result<T, ChainError>> {
        let work = async move { Ok(self.parser.parse(&text.into())?) };
        run.step("parse", work).boxed()
    }
}
