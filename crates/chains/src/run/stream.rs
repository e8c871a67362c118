//! A step that gives its output piece by piece: [`pieces`].

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};

use super::Run;
use super::begun::Begun;
use crate::ChainError;

/// What is left of a step. The pieces go first: what they hold ends before the step does.
struct Rest<'a, T> {
    pieces: BoxStream<'a, Result<T, ChainError>>,
    step: Begun<'a>,
}

/// [`Run::stream_step`].
pub(super) fn pieces<'a, T: Send + 'a>(
    run: &'a Run,
    name: &'a str,
    pieces: impl Stream<Item = Result<T, ChainError>> + Send + 'a,
) -> BoxStream<'a, Result<T, ChainError>> {
    let pieces = pieces.boxed();
    let begin = async move {
        let step = Begun::new(run, name);
        stream::unfold(Some(Rest { pieces, step }), next)
    };
    stream::once(begin).flatten().boxed()
}

/// The next piece, and the rest behind it; there is none behind an error.
async fn next<T>(
    rest: Option<Rest<'_, T>>,
) -> Option<(Result<T, ChainError>, Option<Rest<'_, T>>)> {
    let mut rest = rest?;
    let piece = async { rest.pieces.next().await.transpose() };
    match rest.step.guard(piece).await {
        Ok(Some(piece)) => Some((Ok(piece), Some(rest))),
        Ok(None) => {
            rest.step.done();
            None
        }
        Err(error) => Some((Err(error), None)),
    }
}
