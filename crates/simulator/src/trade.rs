//! What is being sold: [`Trade`].

use std::fmt;
use std::str::FromStr;

use crate::SimulatorError;

/// A trade whose conversations can be simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trade {
    /// Business software, sold to companies.
    Software,
    /// Insurance, sold to households and small firms.
    Insurance,
    /// Homes, sold to persons.
    RealEstate,
}

impl Trade {
    /// Every trade, in the order in which they take turns.
    pub const ALL: [Self; 3] = [Self::Software, Self::Insurance, Self::RealEstate];

    /// The word used in ids, metadata and on the command line: `software`, `insurance` or `real-estate`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Insurance => "insurance",
            Self::RealEstate => "real-estate",
        }
    }
}

impl fmt::Display for Trade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Trade {
    type Err = SimulatorError;

    /// Reads what [`as_str`](Self::as_str) writes.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::UnknownTrade`] for any other word.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|trade| trade.as_str() == word)
            .ok_or_else(|| SimulatorError::UnknownTrade {
                got: word.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::{Diagnostic, ErrorKind};

    use super::Trade;
    use crate::SimulatorError;

    #[test]
    fn every_trade_is_read_back_from_its_word() {
        for trade in Trade::ALL {
            assert_eq!(trade.as_str().parse(), Ok(trade));
        }
    }

    #[test]
    fn an_unknown_trade_is_named_and_the_known_ones_are_hinted() {
        let error: SimulatorError = "cars".parse::<Trade>().unwrap_err();
        assert_eq!(error.to_string(), "`cars` is no trade");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("real-estate"))
        );
    }
}
