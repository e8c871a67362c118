//! What every command is given besides its arguments: [`Context`].

use crate::environment::Environment;
use crate::error::CliError;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::progress::Progress;

/// The terminal and the environment.
#[derive(Debug)]
pub(crate) struct Context {
    /// Prints.
    pub(crate) printer: Printer,
    /// What the environment says.
    pub(crate) environment: Environment,
    /// Whether Ctrl-C was pressed, once it is watched.
    pub(crate) interrupt: Interrupt,
    /// Whether the user wants no bars.
    pub(crate) no_progress: bool,
}

impl Context {
    /// Shows how far a work is.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.printer, self.interrupt.clone(), self.no_progress)
    }

    /// From now on the first Ctrl-C is noted and the second ends the program.
    ///
    /// # Errors
    ///
    /// [`CliError::Interrupt`] if the system refuses.
    pub(crate) fn watch_interrupt(&self) -> Result<(), CliError> {
        self.interrupt.watch(self.printer)
    }

    /// The failure; after Ctrl-C an error becomes an interruption, and `state` says what stands now.
    pub(crate) fn unless_interrupted<'a, E: Into<Failure>>(
        &'a self,
        state: &'a str,
    ) -> impl Fn(E) -> Failure + 'a {
        move |error| match error.into() {
            Failure::Error { .. } if self.interrupt.is_set() => Failure::interrupted(state),
            failure @ (Failure::Error { .. }
            | Failure::Interrupted { .. }
            | Failure::ClosedPipe) => failure,
        }
    }
}
