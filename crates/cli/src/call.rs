//! One call from a file or from standard input: [`CallArgs`].

use std::io::{self, BufReader};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use upturn::datasets::{ReadOptions, read_one};
use upturn::{Conversation, Prefix, Turn};

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
    #[arg(long, value_name = "N", value_parser = turns)]
    turns: Option<NonZeroUsize>,
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
        if let Some(turn) = out_of_order(call.turns()) {
            warn_of_order(turn, printer);
        }
        let Some(asked) = self.turns else {
            return call.whole();
        };
        let said = call.turns().len();
        if asked.get() > said {
            printer.note(&format!("the call has {said} turns, all are used"));
        }
        Prefix::first(call, asked.get())
    }
}

/// Says that a turn, counted from 1, began before the one in front of it.
pub(crate) fn warn_of_order(turn: usize, printer: Printer) {
    printer.warning(&format!(
        "turn {turn} began before the turn in front of it; turns are taken in the order they stand in"
    ));
}

/// A number of turns that something can be said of.
fn turns(typed: &str) -> Result<NonZeroUsize, String> {
    let number: usize = typed
        .parse()
        .map_err(|_| "it is no whole number of turns".to_owned())?;
    NonZeroUsize::new(number)
        .ok_or_else(|| "before the first turn there is nothing to go by: 1 is the least".to_owned())
}

/// The first turn, from 1, that began before the last one in front of it that has a time.
fn out_of_order(turns: &[Turn]) -> Option<usize> {
    let mut last = 0;
    let begun = |(at, turn): (usize, &Turn)| turn.start_ms.map(|start| (at + 1, start));
    let mut begun = turns.iter().enumerate().filter_map(begun);
    let found = begun.find(|&(_, start)| {
        let before = start < last;
        last = start;
        before
    });
    found.map(|(turn, _)| turn)
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

#[cfg(test)]
mod tests {
    use upturn::Speaker;

    use super::*;

    #[test]
    fn the_first_turn_that_began_before_the_one_in_front_of_it_is_found() {
        let turns = |starts: &[Option<u64>]| -> Vec<Turn> {
            let turn = |start: &Option<u64>| Turn {
                start_ms: *start,
                ..Turn::new(Speaker::Buyer, "well")
            };
            starts.iter().map(turn).collect()
        };
        assert_eq!(
            out_of_order(&turns(&[None, Some(5), Some(5), None, Some(9)])),
            None
        );
        assert_eq!(
            out_of_order(&turns(&[Some(5), None, Some(1), Some(0)])),
            Some(3)
        );
        assert_eq!(out_of_order(&[]), None);
    }
}
