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
    /// Use the first N turns only, as if the call were still going on. All by default.
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

    /// The turns that are known; says so where fewer were said than asked for.
    pub(crate) fn prefix<'a>(&self, call: &'a Conversation, printer: Printer) -> Prefix<'a> {
        let said = call.turns().len();
        let asked = self.turns.unwrap_or(said);
        if asked > said || asked == 0 {
            printer.note(&format!(
                "the call has {said} turns, {} used",
                if asked == 0 {
                    "the first is"
                } else {
                    "all are"
                }
            ));
        }
        Prefix::first(call, asked)
    }

    /// The turns that are known of a call that is over, unless only the first of them are asked for.
    pub(crate) fn over<'a>(&self, call: &'a Conversation, printer: Printer) -> Prefix<'a> {
        match self.turns {
            None => call.whole(),
            Some(_) => self.prefix(call, printer),
        }
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
