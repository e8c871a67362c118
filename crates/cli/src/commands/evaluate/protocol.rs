//! How a report was made: [`EvaluateArgs::protocol_of`].

use std::ffi::OsString;

use upturn::eval::Protocol;

use super::{EvaluateArgs, known_share};
use crate::machine::machine;
use crate::today::today;

impl EvaluateArgs {
    /// How the report was made.
    pub(super) fn protocol_of(
        &self,
        folds: Option<u64>,
        seeds: Vec<u64>,
        seconds: Option<f64>,
    ) -> Protocol {
        Protocol {
            command: Some(quoted(undisturbed(std::env::args_os()))),
            data: Some(self.data.data.display().to_string()),
            folds,
            seeds,
            seconds,
            machine: Some(machine()),
            made_on: Some(today().to_string()),
            notes: self
                .known_share
                .then(|| known_share::TOLD.to_owned())
                .into_iter()
                .collect(),
        }
    }
}

/// The words of a run that was never interrupted, which gives the same.
fn undisturbed(words: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    words.filter(|word| word != "--resume" && word != "--restart")
}

/// A command line as a POSIX shell takes it.
fn quoted(words: impl Iterator<Item = OsString>) -> String {
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    shell_words::join(words)
}

#[cfg(test)]
mod tests {
    use super::{quoted, undisturbed};

    #[test]
    fn a_shell_reads_the_command_back_as_it_was() {
        let words = ["upturn", "evaluate", "--data", "my calls/it's $5.jsonl", ""];
        let line = quoted(words.iter().map(Into::into));
        assert_eq!(shell_words::split(&line).unwrap(), words);
        assert!(line.starts_with("upturn evaluate --data "), "{line}");
    }

    #[test]
    fn how_a_run_went_on_is_no_part_of_its_command() {
        let words = ["upturn", "evaluate", "--resume", "--epochs", "2"];
        let line = quoted(undisturbed(words.iter().map(Into::into)));
        assert_eq!(line, "upturn evaluate --epochs 2");
    }
}
