//! A model that gives values, as a step: [`ParsedStep`].

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::{OutputParser, Parsed, ask_parsed};
use crate::{ChainError, ChatModel, ChatRequest, Run, Runnable};

/// A model that is asked for a value, and once more where its answer can't be read ([`ask_parsed`]), as a step called `model | parse`.
///
/// From whatever makes a [`ChatRequest`], as [`ChatStep`](crate::ChatStep) is. A stream is one piece: a value is read from a whole answer.
pub struct ParsedStep<Parser, Input> {
    name: String,
    model: Arc<dyn ChatModel>,
    parser: Parser,
    input: PhantomData<fn(Input)>,
}

impl<Parser, Input> ParsedStep<Parser, Input> {
    /// Asks this model, and reads its answers so.
    pub fn new(model: Arc<dyn ChatModel>, parser: Parser) -> Self {
        Self {
            name: format!("{} | parse", model.name()),
            model,
            parser,
            input: PhantomData,
        }
    }
}

impl<Parser: fmt::Debug, Input> fmt::Debug for ParsedStep<Parser, Input> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("ParsedStep");
        shown.field(&self.model).field(&self.parser).finish()
    }
}

impl<T, Parser, Input> Runnable<Input, Parsed<T>> for ParsedStep<Parser, Input>
where
    T: Send + 'static,
    Parser: OutputParser<T>,
    Input: Into<ChatRequest> + Send + 'static,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn invoke<'a>(
        &'a self,
        input: Input,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<Parsed<T>, ChainError>> {
        let work = ask_parsed(&*self.model, input.into(), &self.parser, run);
        run.step(&self.name, work).boxed()
    }
}
