//! Segments and persons as people read them.

use std::fmt;

use upturn::predict::{RankedPerson, SegmentFit, Share};

use super::{CheckedSegment, Persons, SegmentReport};
use crate::numbers::{count, percent};
use crate::table::Table;

/// Segments and persons that are shown one by one.
const MOST: usize = 30;

fn within(share: &Share) -> String {
    format!("[{:.1} %, {:.1} %]", 100.0 * share.low, 100.0 * share.high)
}

impl CheckedSegment {
    /// `too high, beyond chance`.
    pub(super) fn verdict(&self) -> String {
        let fit = self.check.fit;
        match fit {
            SegmentFit::Fits => fit.to_string(),
            SegmentFit::TooHigh | SegmentFit::TooLow if self.beyond_chance => {
                format!("{fit}, beyond chance")
            }
            SegmentFit::TooHigh | SegmentFit::TooLow => format!("{fit}, may be chance"),
        }
    }
}

impl SegmentReport {
    /// Those with the most calls, in the order of their names.
    fn shown(&self) -> Vec<&CheckedSegment> {
        let calls = |segment: &&CheckedSegment| std::cmp::Reverse(segment.check.won.calls);
        let mut shown: Vec<&CheckedSegment> = self.segments.iter().collect();
        shown.sort_by_key(calls);
        shown.truncate(MOST);
        shown.sort_by(|a, b| a.check.segment.cmp(&b.check.segment));
        shown
    }

    fn table(&self) -> Table<7> {
        let mut table = Table::new([
            &self.field,
            "calls",
            "accounts",
            "predicted",
            "won",
            "95 % interval",
            "predicted is",
        ]);
        for segment in self.shown() {
            let check = &segment.check;
            table.row([
                check.segment.clone(),
                count(check.won.calls),
                count(check.won.groups),
                percent(check.probability),
                percent(check.won.value),
                within(&check.won),
                segment.verdict(),
            ]);
        }
        table
    }
}

impl fmt::Display for SegmentReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Whether probabilities hold by `{}`, {:.0} % of the turns known\n\n{}",
            self.field,
            100.0 * self.prefix,
            self.table()
        )?;
        let more = self.segments.len().saturating_sub(MOST);
        if more > 0 {
            writeln!(f, "and {more} with fewer calls: `--format json` has all")?;
        }
        if self.without > 0 {
            writeln!(f, "{} calls say no `{}`", count(self.without), self.field)?;
        }
        writeln!(
            f,
            "\n\"Beyond chance\" allows for looking at {} (Holm); \"fits\" with few accounts shows little: look at the interval.",
            match self.segments.len() {
                1 => "one segment".to_owned(),
                many => format!("{many} segments"),
            }
        )?;
        self.persons
            .iter()
            .try_for_each(|persons| write!(f, "\n{persons}"))
    }
}

impl Persons {
    fn table(&self) -> Table<6> {
        let mut table = Table::new([
            "person",
            "calls",
            "won",
            "95 % interval",
            "expected",
            "surely above",
        ]);
        for RankedPerson {
            person,
            won,
            expected,
            above,
        } in self.ranked.iter().take(MOST)
        {
            table.row([
                person.clone(),
                count(won.calls),
                percent(won.value),
                within(won),
                percent(*expected),
                format!("{:+.1} %", 100.0 * above),
            ]);
        }
        table
    }
}

impl fmt::Display for Persons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.ranked.is_empty() {
            writeln!(
                f,
                "Persons by how much more they won than was expected of their calls with {:.0} % of the turns known\n\n{}",
                100.0 * self.prefix,
                self.table()
            )?;
            let more = self.ranked.len().saturating_sub(MOST);
            if more > 0 {
                writeln!(f, "and {more} after them: `--format json` has all")?;
            }
            writeln!(
                f,
                "\n\"Surely above\" is the lower end of the interval less what was expected. What a person had done by then is part of \
                what was expected."
            )?;
        }
        if !self.not_ranked.is_empty() {
            let named = self.not_ranked.iter().take(MOST);
            let named: Vec<String> = named
                .map(|one| format!("{} ({})", one.person, one.got))
                .collect();
            let more = self.not_ranked.len().saturating_sub(MOST);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            writeln!(
                f,
                "not ranked, with fewer than {} calls: {}{more}",
                self.least_calls,
                named.join(", ")
            )?;
        }
        Ok(())
    }
}
