//! Outcomes over time: [`Months`].

use std::collections::BTreeMap;

use upturn_core::{Date, Outcome};

use super::content::Group;
use super::tally::Tally;

/// Most periods that a card lists; beyond it they become longer.
const MOST: usize = 36;

/// Counts calls by month; there are at most 240,000 months.
#[derive(Debug, Default)]
pub(crate) struct Months {
    months: BTreeMap<(i16, i8), Tally>,
}

impl Months {
    pub(crate) fn add(&mut self, date: Date, outcome: Option<Outcome>) {
        self.months
            .entry((date.year(), date.month()))
            .or_default()
            .add(outcome);
    }

    /// The periods in which there are calls, rising: months, or quarters, years, centuries where there are more than 36.
    pub(crate) fn into_periods(self) -> Vec<Group> {
        let month = |(year, month): (i16, i8)| format!("{year:04}-{month:02}");
        let quarter = |(year, month): (i16, i8)| format!("{year:04} Q{}", (month - 1) / 3 + 1);
        let year = |(year, _): (i16, i8)| format!("{year:04}");
        let names: [&dyn Fn((i16, i8)) -> String; 3] = [&month, &quarter, &year];
        for name in names {
            let periods = self.periods(name);
            if periods.len() <= MOST {
                return periods;
            }
        }
        self.periods(&|(year, _)| format!("{:04}s", year.div_euclid(1_000) * 1_000))
    }

    fn periods(&self, name: &dyn Fn((i16, i8)) -> String) -> Vec<Group> {
        let mut periods: Vec<(String, Tally)> = Vec::new();
        for (month, tally) in &self.months {
            let name = name(*month);
            match periods.last_mut() {
                Some((last, sum)) if *last == name => *sum = sum.plus(*tally),
                _ => periods.push((name, *tally)),
            }
        }
        periods
            .into_iter()
            .map(|(label, tally)| Group::new(label, tally))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_times_are_told_in_longer_periods() {
        let labels = |years: i16, step: usize| {
            let mut months = Months::default();
            for at in (0..years * 12).step_by(step) {
                months.add(
                    Date::constant(2000 + at / 12, i8::try_from(at % 12 + 1).unwrap(), 1),
                    None,
                );
            }
            let periods = months.into_periods();
            (periods[0].label.clone(), periods.len())
        };
        assert_eq!(labels(3, 1), ("2000-01".to_owned(), 36));
        assert_eq!(labels(4, 1), ("2000 Q1".to_owned(), 16));
        assert_eq!(labels(20, 1), ("2000".to_owned(), 20));
        assert_eq!(labels(200, 1), ("2000s".to_owned(), 1));
    }

    proptest! {
        #[test]
        fn no_call_is_lost_between_the_periods(dates in prop::collection::vec((-9999i16..=9999, 1i8..=12), 0..200)) {
            let mut months = Months::default();
            for (year, month) in &dates {
                months.add(Date::constant(*year, *month, 1), Some(Outcome::Won));
            }
            let periods = months.into_periods();
            prop_assert!(periods.len() <= MOST);
            prop_assert_eq!(periods.iter().map(|group| group.calls.won).sum::<u64>(), dates.len() as u64);
        }
    }
}
