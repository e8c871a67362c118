//! Where what is asynchronous is waited for: [`wait`].

use crate::error::CliError;
use crate::failure::Failure;

/// Drives a future to its end on this thread. What still waits for input then is left to the end of the program.
///
/// # Errors
///
/// [`CliError::Runtime`], or the future's own.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::Runtime)?;
    let answer = runtime.block_on(work);
    runtime.shutdown_background();
    answer
}
