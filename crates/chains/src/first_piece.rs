//! A stream that is only taken once it tells something: [`from_first_piece`].

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};

/// The stream from its first piece on; where an error comes first, the error, and the stream is gone.
pub(crate) async fn from_first_piece<'a, T: Send + 'a, E: Send + 'a>(
    mut pieces: BoxStream<'a, Result<T, E>>,
) -> Result<BoxStream<'a, Result<T, E>>, E> {
    let first = pieces.next().await.transpose()?;
    Ok(stream::iter(first.map(Ok)).chain(pieces).boxed())
}
