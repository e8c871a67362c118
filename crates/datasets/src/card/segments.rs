//! Outcomes by the values of a field in bounded memory: [`SegmentCounter`].

use std::collections::BTreeMap;

use upturn_core::Outcome;

use super::content::{Group, Segment};
use super::tally::Tally;

/// Values counted apart, the first ones that occur.
const MOST_VALUES: usize = 1_000;
/// Longest value shown, in characters.
const LONGEST: usize = 80;

/// Counts calls by the value of one field.
#[derive(Debug, Default)]
pub(crate) struct SegmentCounter {
    values: BTreeMap<String, Tally>,
    beyond: Tally,
    absent: Tally,
}

impl SegmentCounter {
    pub(crate) fn add(&mut self, value: Option<&str>, outcome: Option<Outcome>) {
        let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
            return self.absent.add(outcome);
        };
        let value: String = value.chars().take(LONGEST).collect();
        if let Some(tally) = self.values.get_mut(&value) {
            tally.add(outcome);
        } else if self.values.len() < MOST_VALUES {
            self.values.entry(value).or_default().add(outcome);
        } else {
            self.beyond.add(outcome);
        }
    }

    /// The most frequent values and all others in one.
    pub(crate) fn into_segment(self, name: &str, top: usize) -> Segment {
        let mut values: Vec<_> = self.values.into_iter().collect();
        let distinct = values.len() as u64;
        values.sort_by(|(a, in_a), (b, in_b)| in_b.total().cmp(&in_a.total()).then(a.cmp(b)));
        let rest = values.split_off(top.min(values.len()));
        Segment {
            name: name.to_owned(),
            values: values
                .into_iter()
                .map(|(label, tally)| Group::new(label, tally))
                .collect(),
            distinct,
            others: rest
                .into_iter()
                .fold(self.beyond, |sum, (_, tally)| sum.plus(tally)),
            absent: self.absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_call_is_in_a_value_among_the_others_or_absent(
            calls in prop::collection::vec((0u16..2000, 0u8..3), 0..300), copies in 1usize..12, top in 0usize..9,
        ) {
            let mut counter = SegmentCounter::default();
            let mut expected = Tally::default();
            for (value, outcome) in calls.iter().cycle().take(calls.len() * copies) {
                let outcome = [Some(Outcome::Won), Some(Outcome::Lost), None][usize::from(*outcome)];
                let value = value.to_string();
                counter.add((value != "0").then_some(&value), outcome);
                expected.add(outcome);
            }
            let segment = counter.into_segment("rep", top);
            prop_assert!(segment.values.len() <= top);
            let all = segment.values.iter().fold(segment.others.plus(segment.absent), |sum, group| sum.plus(group.calls));
            prop_assert_eq!(all, expected);
        }
    }

    #[test]
    fn more_values_than_are_counted_apart_go_to_the_others() {
        let mut counter = SegmentCounter::default();
        (0..5_000).for_each(|at| counter.add(Some(&format!("v{at}")), None));
        let segment = counter.into_segment("rep", 3);
        assert_eq!((segment.distinct, segment.others.open), (1_000, 4_997));
    }
}
