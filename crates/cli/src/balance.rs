//! That no record was lost, as numbers: [`Balance`].

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use upturn::datasets::{Rejections, SetAside};

use crate::error::CliError;

/// Records that a command read, and what became of them.
///
/// Law: read = written + set aside. Display: `44 read = 31 written + 13 set aside (8 broken, 5 repeated)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Balance {
    read: u64,
    written: u64,
    set_aside: BTreeMap<&'static str, u64>,
}

impl Balance {
    /// The balance of so many records read, so many written, and those that were not.
    ///
    /// Each is counted where it happens: `read` as records come in, `written` as they go out.
    ///
    /// # Errors
    ///
    /// [`CliError::Lost`] if it does not balance.
    pub(crate) fn new(
        read: u64,
        written: u64,
        rejected: &Rejections,
        set_aside: SetAside,
    ) -> Result<Self, CliError> {
        let counts = [
            ("broken", rejected.count()),
            ("repeated", set_aside.duplicates as u64),
            ("nothing-said", set_aside.nothing_said as u64),
        ];
        let set_aside: BTreeMap<_, _> = counts.into_iter().filter(|(_, n)| *n > 0).collect();
        check(read, written, set_aside.values().sum())?;
        Ok(Self {
            read,
            written,
            set_aside,
        })
    }
}

/// Read = written + set aside.
///
/// # Errors
///
/// [`CliError::Lost`] if not.
pub(crate) const fn check(read: u64, written: u64, set_aside: u64) -> Result<(), CliError> {
    if read == written + set_aside {
        return Ok(());
    }
    Err(CliError::Lost {
        read,
        written,
        set_aside,
    })
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            read,
            written,
            set_aside,
        } = self;
        let all: u64 = set_aside.values().sum();
        write!(f, "{read} read = {written} written + {all} set aside")?;
        let reasons: Vec<String> = set_aside
            .iter()
            .map(|(reason, number)| format!("{number} {reason}"))
            .collect();
        if reasons.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", reasons.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_aside_is_told_with_its_reasons() {
        let mut set_aside = SetAside::default();
        let balance = |read, set_aside| {
            let rejected = Rejections::default();
            Balance::new(read, 31, &rejected, set_aside).map(|balance| balance.to_string())
        };
        assert_eq!(
            balance(31, set_aside).unwrap(),
            "31 read = 31 written + 0 set aside"
        );
        assert!(balance(32, set_aside).is_err(), "a record is lost");
        assert!(balance(30, set_aside).is_err(), "a record too many");
        (set_aside.duplicates, set_aside.nothing_said) = (5, 8);
        assert_eq!(
            balance(44, set_aside).unwrap(),
            "44 read = 31 written + 13 set aside (8 nothing-said, 5 repeated)"
        );
    }
}
