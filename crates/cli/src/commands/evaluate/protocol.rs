//! How a report was made: [`EvaluateArgs::protocol_of`].

use std::ffi::OsString;

use upturn::eval::Protocol;
use upturn::training::TrainingConfig;

use super::provenance::Provenance;
use super::{EvaluateArgs, known_share};
use crate::machine::machine;
use crate::today::today;

impl EvaluateArgs {
    /// How a report on folds was made.
    pub(super) fn protocol_of_folds(
        &self,
        folds: usize,
        config: &TrainingConfig,
        provenance: &Provenance,
        seconds: f64,
    ) -> Protocol {
        Protocol {
            folds: Some(folds as u64),
            recipe: config.recipe.map(|choice| choice.to_string()),
            // Settings hold numbers, words and lists: they are JSON.
            settings: serde_json::to_value(config).ok(),
            seconds: Some(seconds),
            ..self.protocol_of(vec![self.seed()], provenance)
        }
    }

    /// How any report was made.
    pub(super) fn protocol_of(&self, seeds: Vec<u64>, provenance: &Provenance) -> Protocol {
        Protocol {
            program: Some(provenance.program()),
            encoder: provenance.encoder(),
            data_fingerprint: Some(provenance.data_fingerprint().to_owned()),
            command: Some(quoted(undisturbed(std::env::args_os()))),
            data: Some(self.data.data.display().to_string()),
            seeds,
            machine: Some(machine()),
            made_on: Some(today().to_string()),
            notes: self
                .known_share
                .then(|| known_share::TOLD.to_owned())
                .into_iter()
                .collect(),
            ..Protocol::default()
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
