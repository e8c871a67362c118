//! Work whose panics are errors: [`blocking`] and [`caught`].

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use upturn_core::{Diagnostic, ErrorKind};

/// Work ended in a panic. What it said is not kept: it may be a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work panicked")]
pub struct Panicked;

impl Diagnostic for Panicked {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
}

/// Runs synchronous work where it holds up no other task: on tokio's threads for it, or in place outside of tokio.
///
/// Work that began goes on to its end even where nobody waits for it any more.
///
/// # Errors
///
/// [`Panicked`].
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    match Handle::try_current() {
        Ok(tokio) => tokio.spawn_blocking(work).await.map_err(|_| Panicked),
        Err(_) => std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked),
    }
}

/// Waits for work of somebody else's.
///
/// # Errors
///
/// [`Panicked`].
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|_| Panicked)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn sum() -> i32 {
        1 + 1
    }

    #[test]
    fn outside_of_tokio_work_is_done_in_place() {
        assert_eq!(blocking(sum).now_or_never(), Some(Ok(2)));
        let panics = blocking(|| -> i32 { panic!("what a buyer said") });
        assert_eq!(panics.now_or_never(), Some(Err(Panicked)));
    }

    #[test]
    fn within_tokio_work_is_done_on_a_thread_for_it() {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let own = std::thread::current().id();
        let other = tokio.block_on(blocking(|| std::thread::current().id()));
        assert!(other.is_ok_and(|other| other != own));
        let panics = tokio.block_on(blocking(|| -> i32 { panic!("what a buyer said") }));
        assert_eq!(panics, Err(Panicked));
    }

    #[test]
    fn a_panic_of_a_future_is_an_error_that_repeats_nothing() {
        let panics = caught(async { panic!("what a buyer said") });
        let error = panics.now_or_never().unwrap().map(|(): ()| ()).unwrap_err();
        assert_eq!(error.to_string(), "the work panicked");
    }
}
