//! What training has seen of each number of a row: [`Ranges`].

use serde::{Deserialize, Serialize};

/// The least and the largest value of each column.
///
/// A straight line goes on for ever: a call of ten hours would be lost, or won, by its length alone. So a number counts as
/// the nearest one that was learnt from.
///
/// Laws: rows that were taken stay as they are; columns that nothing was taken of, too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Ranges(Vec<(f64, f64)>);

impl Ranges {
    /// Takes a row of finite numbers.
    pub(crate) fn take(&mut self, row: &[f64]) {
        if self.0.is_empty() {
            self.0 = row.iter().map(|&value| (value, value)).collect();
        }
        for ((least, most), &value) in self.0.iter_mut().zip(row) {
            (*least, *most) = (least.min(value), most.max(value));
        }
    }

    /// A row with each number moved into its range.
    pub(crate) fn within(&self, row: &[f64]) -> Vec<f64> {
        let mut row = row.to_vec();
        for (value, &(least, most)) in row.iter_mut().zip(&self.0) {
            *value = value.max(least).min(most);
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_seen_stays_and_the_rest_goes_no_further(
            seen in prop::collection::vec(prop::array::uniform3(-1e6..1e6f64), 0..9),
            asked in prop::array::uniform3(-1e9..1e9f64),
        ) {
            let mut ranges = Ranges::default();
            for row in &seen {
                ranges.take(row);
            }
            for row in &seen {
                prop_assert_eq!(ranges.within(row), row.to_vec());
            }
            for (column, value) in ranges.within(&asked).into_iter().enumerate() {
                let values = || seen.iter().map(|row| row[column]);
                let inside = value >= values().fold(f64::INFINITY, f64::min) && value <= values().fold(f64::NEG_INFINITY, f64::max);
                let kept = value.to_bits() == asked[column].to_bits();
                let sound = if seen.is_empty() { kept } else { inside };
                prop_assert!(sound, "{}", value);
            }
        }
    }
}
