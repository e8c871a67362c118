//! How much a tool says: [`Listed`] and [`bounded`].

use schemars::JsonSchema;
use serde::Serialize;

/// Bytes of an answer as JSON at most: some 4,000 tokens.
pub const MOST_BYTES: usize = 16 * 1024;

/// The first entries of a list, most important first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Listed<T> {
    /// Whole entries, most important first.
    pub entries: Vec<T>,
    /// How many more there are that did not fit.
    pub left_out: usize,
}

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
            left_out: 0,
        }
    }
}

/// A list that can be made shorter.
pub(crate) trait Shorten {
    /// Bytes of its entries as JSON.
    fn bytes(&self) -> usize;

    /// Leaves the last entry out; `false` if there is none.
    fn leave_last_out(&mut self) -> bool;
}

impl<T: Serialize> Shorten for Listed<T> {
    fn bytes(&self) -> usize {
        if self.entries.is_empty() {
            0
        } else {
            bytes(&self.entries)
        }
    }

    fn leave_last_out(&mut self) -> bool {
        let left = self.entries.pop();
        self.left_out += usize::from(left.is_some());
        left.is_some()
    }
}

/// An answer with lists.
pub(crate) trait Bounded: Serialize {
    /// All of its lists.
    fn lists(&mut self) -> Vec<&mut dyn Shorten>;
}

/// The same in [`MOST_BYTES`]: of the longest list the last entry is left out until the answer fits.
///
/// What stands outside of lists is far below the bound: texts are shortened, ids have 512 bytes.
pub(crate) fn bounded<T: Bounded>(mut answer: T) -> T {
    while bytes(&answer) > MOST_BYTES {
        let lists = answer.lists().into_iter();
        let longest = lists.max_by_key(|list| list.bytes());
        if !longest.is_some_and(Shorten::leave_last_out) {
            break;
        }
    }
    answer
}

/// Bytes as the JSON value that a tool answers: a score has twice as many digits there as in its type.
fn bytes<T: Serialize>(value: &T) -> usize {
    serde_json::to_value(value).map_or(0, |json| json.to_string().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Two {
        long: Listed<String>,
        short: Listed<u8>,
    }

    impl Bounded for Two {
        fn lists(&mut self) -> Vec<&mut dyn Shorten> {
            vec![&mut self.long, &mut self.short]
        }
    }

    #[test]
    fn the_longest_list_is_shortened_by_whole_entries_and_says_by_how_many() {
        let two = Two {
            long: std::iter::repeat_n("x".repeat(997), 40).collect(),
            short: (0..9).collect(),
        };
        let fits = bounded(two);
        assert!(bytes(&fits) <= MOST_BYTES);
        assert_eq!((fits.long.entries.len(), fits.long.left_out), (16, 24));
        assert_eq!((fits.short.entries.len(), fits.short.left_out), (9, 0));
    }

    /// As the answer of [`Tool`](upturn_chains::Tool) is written.
    #[test]
    fn scores_are_counted_as_long_as_they_are_written() {
        #[derive(Serialize)]
        struct Scores(Listed<f32>);

        impl Bounded for Scores {
            fn lists(&mut self) -> Vec<&mut dyn Shorten> {
                vec![&mut self.0]
            }
        }

        let fits = bounded(Scores(
            (0..1_500).map(|at| 1.0 / (at as f32 + 3.0)).collect(),
        ));
        let written = serde_json::to_value(fits).unwrap().to_string();
        assert!(written.len() <= MOST_BYTES, "{}", written.len());
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let two = Two {
            long: Listed::from_iter(["a".to_owned()]),
            short: Listed::from_iter([]),
        };
        assert_eq!(bounded(two).long.entries, ["a"]);
    }
}
