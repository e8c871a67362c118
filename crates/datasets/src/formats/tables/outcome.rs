//! How a call ended, in the words of a table: [`OutcomeWords`].

use upturn_core::Outcome;

use crate::{Quoted, RejectReason};

use super::ColumnMapping;
use super::cell::Cell;
use super::field::fold;

const WON: &[&str] = &[
    "won",
    "win",
    "closedwon",
    "dealwon",
    "converted",
    "conversion",
    "success",
    "successful",
    "accepted",
    "sold",
    "yes",
    "y",
    "true",
    "t",
    "1",
];
const LOST: &[&str] = &[
    "lost",
    "loss",
    "closedlost",
    "deallost",
    "notconverted",
    "failure",
    "failed",
    "rejected",
    "declined",
    "unsold",
    "no",
    "n",
    "false",
    "f",
    "0",
];
const OPEN: &[&str] = &[
    "open",
    "pending",
    "inprogress",
    "ongoing",
    "undecided",
    "unknown",
    "none",
    "null",
    "nan",
    "na",
    "",
];

/// The words of a table that mean an outcome, without case, spaces and signs.
#[derive(Debug)]
pub(crate) struct OutcomeWords {
    won: Vec<String>,
    lost: Vec<String>,
    open: Vec<String>,
}

impl OutcomeWords {
    /// The common words and those of the mapping, which go before.
    pub(crate) fn new(mapping: &ColumnMapping) -> Self {
        let folded = |words: &[String]| words.iter().map(|word| fold(word)).collect();
        Self {
            won: folded(&mapping.won),
            lost: folded(&mapping.lost),
            open: folded(&mapping.open),
        }
    }

    /// The outcome of a cell; `Ok(None)` if it is blank or not known yet.
    ///
    /// # Errors
    ///
    /// [`RejectReason::UnknownWord`] with the header of the column.
    pub(crate) fn outcome(
        &self,
        cell: &Cell,
        header: &str,
    ) -> Result<Option<Outcome>, RejectReason> {
        let Some(text) = cell.text() else {
            return Ok(None);
        };
        let word = match text.as_ref() {
            "1.0" => "1".to_owned(),
            "0.0" => "0".to_owned(),
            "-1" | "-1.0" => text.clone().into_owned(),
            text => fold(text),
        };
        let own = [
            (&self.won, Some(Outcome::Won)),
            (&self.lost, Some(Outcome::Lost)),
            (&self.open, None),
        ];
        if let Some((_, outcome)) = own.into_iter().find(|(words, _)| words.contains(&word)) {
            return Ok(outcome);
        }
        let common = [
            (WON, Some(Outcome::Won)),
            (LOST, Some(Outcome::Lost)),
            (OPEN, None),
        ];
        let found = common
            .into_iter()
            .find(|(words, _)| words.contains(&word.as_str()));
        found
            .map(|(_, outcome)| outcome)
            .ok_or_else(|| RejectReason::UnknownWord {
                field: header.to_owned(),
                got: Quoted::new(&text),
                allowed: &[
                    "won", "lost", "yes", "no", "true", "false", "1", "0", "open",
                ],
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &OutcomeWords, text: &str) -> Result<Option<Outcome>, String> {
        let outcome = words.outcome(&Cell::Text(text.to_owned()), "Result");
        outcome.map_err(|reason| reason.to_string())
    }

    #[test]
    fn common_words_need_no_mapping() {
        let words = OutcomeWords::new(&ColumnMapping::default());
        for (text, outcome) in [
            ("won", Some(Outcome::Won)),
            ("Closed Won", Some(Outcome::Won)),
            ("TRUE", Some(Outcome::Won)),
            ("1", Some(Outcome::Won)),
            ("1.0", Some(Outcome::Won)),
            ("closed_lost", Some(Outcome::Lost)),
            ("No", Some(Outcome::Lost)),
            ("0.0", Some(Outcome::Lost)),
            ("In progress", None),
            ("n/a", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(read(&words, text), Ok(outcome), "{text}");
        }
        assert_eq!(
            words.outcome(&Cell::Flag(false), ""),
            Ok(Some(Outcome::Lost))
        );
        assert_eq!(words.outcome(&Cell::Whole(1), ""), Ok(Some(Outcome::Won)));
        assert!(words.outcome(&Cell::Whole(-1), "").is_err());
        assert!(words.outcome(&Cell::Number(0.5), "").is_err());
    }

    #[test]
    fn a_word_of_the_mapping_goes_before_the_common_ones_and_any_other_is_refused() {
        let mapping = ColumnMapping {
            lost: vec!["Disqualified".to_owned(), "unknown".to_owned()],
            ..ColumnMapping::default()
        };
        let words = OutcomeWords::new(&mapping);
        assert_eq!(read(&words, "disqualified"), Ok(Some(Outcome::Lost)));
        assert_eq!(read(&words, "Unknown"), Ok(Some(Outcome::Lost)));
        let refused = read(&words, "my card is 4711").unwrap_err();
        assert!(
            refused.starts_with("unknown word of 15 characters in `Result`"),
            "{refused}"
        );
    }
}
