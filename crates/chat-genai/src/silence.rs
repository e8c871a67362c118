//! What is not logged: [`silently`].

use tracing::Dispatch;
use tracing::instrument::{WithDispatch, WithSubscriber as _};

/// The same without a trace: `genai` writes whole bodies of errors, which may repeat the question and the key, to the log.
pub(crate) fn silently<F: Future>(future: F) -> WithDispatch<F> {
    future.with_subscriber(Dispatch::none())
}
