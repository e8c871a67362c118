//! Ctrl-C: [`Interrupt`].

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::CliError;
use crate::failure::INTERRUPTED;
use crate::printer::Printer;

/// Whether the user asked the program to stop.
///
/// Until [`watch`](Self::watch) is called, Ctrl-C ends the program as it ends any other. Afterwards the first one is
/// noted, for the command to end cleanly, and the second ends the program at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Watches from now on; once in a program's life.
    ///
    /// # Errors
    ///
    /// [`CliError::Interrupt`] if the system refuses.
    pub(crate) fn watch(&self, printer: Printer) -> Result<(), CliError> {
        let noted = Arc::clone(&self.0);
        ctrlc::set_handler(move || {
            if noted.swap(true, Ordering::SeqCst) {
                process::exit(i32::from(INTERRUPTED));
            }
            printer.note("stopping; Ctrl-C again ends at once");
        })?;
        Ok(())
    }

    /// Whether the user asked.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
