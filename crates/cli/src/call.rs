//! One call from a file or from standard input: [`CallArgs`].

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use upturn::datasets::{ReadOptions, read_one};
use upturn::{Conversation, Prefix};

use crate::error::CliError;
use crate::failure::Failure;
use crate::printer::Printer;

/// Which call, and how much of it.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// File with one conversation in JSON, or `-` for standard input.
    #[arg(long, value_name = "FILE|-")]
    call: PathBuf,
    /// Use the first N turns only, of a call that goes on; as many as there are for one that was not over yet. By default the
    /// call is over.
    #[arg(long, value_name = "N")]
    turns: Option<usize>,
}

impl CallArgs {
    /// Reads the call.
    ///
    /// # Errors
    ///
    /// [`CliError::NoCall`], [`CliError::Call`], or why the input is no usable conversation.
    pub(crate) fn read(&self) -> Result<Conversation, Failure> {
        read_call(&self.call)
    }

    /// The turns that are known: of a call that is over, unless only the first of them are asked for; says so where fewer were
    /// said than asked for.
    pub(crate) fn prefix<'a>(&self, call: &'a Conversation, printer: Printer) -> Prefix<'a> {
        let Some(asked) = self.turns else {
            return call.whole();
        };
        let said = call.turns().len();
        if asked > said || asked == 0 {
            let used = if asked == 0 {
                "the first is"
            } else {
                "all are"
            };
            printer.note(&format!("the call has {said} turns, {used} used"));
        }
        Prefix::first(call, asked)
    }
}

/// The call in a file, or for `-` on standard input.
///
/// # Errors
///
/// [`CliError::NoCall`], [`CliError::Call`], or why the input is no usable conversation.
pub(crate) fn read_call(path: &Path) -> Result<Conversation, Failure> {
    let options = ReadOptions::default();
    if path == Path::new("-") {
        return Ok(read_one(io::stdin().lock(), "standard input", &options)?);
    }
    let file = fs_err::File::open(path).map_err(|source| CliError::call(path, source))?;
    let name = path.display().to_string();
    Ok(read_one(BufReader::new(file), &name, &options)?)
}
