//! Records that could not be used, counted, with the first of them: [`Rejections`].

use crate::Rejected;

/// How many records were rejected, and the first [`SHOWN`](Self::SHOWN) of them.
///
/// Law: memory does not grow with the number of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejections {
    shown: Vec<Rejected>,
    count: u64,
}

impl Rejections {
    /// Records that are kept to be shown; the others are counted.
    pub const SHOWN: usize = 20;

    /// Counts a record, and keeps it if it is one of the first.
    pub(crate) fn add(&mut self, rejected: Rejected) {
        self.count += 1;
        if self.shown.len() < Self::SHOWN {
            self.shown.push(rejected);
        }
    }

    /// All of them.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The first of them, in the order of the input.
    pub fn shown(&self) -> &[Rejected] {
        &self.shown
    }

    /// How many more there are than are shown.
    pub fn more(&self) -> u64 {
        self.count - self.shown.len() as u64
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl From<Vec<Rejected>> for Rejections {
    fn from(rejected: Vec<Rejected>) -> Self {
        let mut all = Self::default();
        for one in rejected {
            all.add(one);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Counted, RejectReason};

    #[test]
    fn every_record_is_counted_and_the_first_are_kept() {
        let rejected = |line| Rejected {
            file: "calls.jsonl".into(),
            line,
            counted: Counted::Lines,
            reason: RejectReason::EmptyFile,
        };
        let all = Rejections::from((1..=1_000).map(rejected).collect::<Vec<_>>());
        let lines: Vec<u64> = all.shown().iter().map(|one| one.line).collect();
        assert_eq!((all.count(), all.more()), (1_000, 980));
        assert_eq!(lines, (1..=20).collect::<Vec<u64>>());
        assert!(!all.is_empty() && Rejections::default().is_empty());
    }
}
