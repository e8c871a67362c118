//! Lengths in bounded memory: [`LogHistogram`] and what a card keeps of it, [`Length`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Buckets between a number and its double; a bucket is 4.4 % wide, so its middle is off by at most 2.2 %.
const PER_OCTAVE: i32 = 16;
/// Most bars of a chart.
const MOST_BARS: usize = 20;

/// Counts of positive numbers in buckets of equal ratio; zero has its own.
#[derive(Debug, Default)]
pub(crate) struct LogHistogram {
    buckets: BTreeMap<i32, u64>,
    zeros: u64,
    sum: f64,
    least: f64,
    most: f64,
}

/// How long the calls are in one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Length {
    /// What is counted: `turns`, `words` or `minutes`.
    pub unit: String,
    /// Calls of which it is known.
    pub calls: u64,
    /// Mean; 0 if there is no call.
    pub mean: f64,
    /// The shortest.
    pub least: f64,
    /// 5 % of the calls are shorter; this and the next four are off by at most 2.2 %.
    pub p5: f64,
    /// A quarter of the calls is shorter.
    pub p25: f64,
    /// Half of the calls are shorter.
    pub median: f64,
    /// Three quarters of the calls are shorter.
    pub p75: f64,
    /// 95 % of the calls are shorter.
    pub p95: f64,
    /// The longest.
    pub most: f64,
    /// How many calls have which length, rising, without a gap; each bar's end is the same multiple of its start.
    pub bars: Vec<HistogramBar>,
}

/// Calls with a length from `from` up to but without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HistogramBar {
    /// Start.
    pub from: f64,
    /// End.
    pub to: f64,
    /// Calls.
    pub calls: u64,
}

impl LogHistogram {
    /// Counts a number; what is no finite number from 0 counts as 0.
    pub(crate) fn add(&mut self, number: f64) {
        let number = if number.is_finite() {
            number.max(0.0)
        } else {
            0.0
        };
        self.least = if self.count() == 0 {
            number
        } else {
            self.least.min(number)
        };
        self.most = self.most.max(number);
        self.sum += number;
        if number > 0.0 {
            *self.buckets.entry(bucket(number)).or_default() += 1;
        } else {
            self.zeros += 1;
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.zeros + self.buckets.values().sum::<u64>()
    }

    pub(crate) fn into_length(self, unit: &str) -> Length {
        let calls = self.count();
        Length {
            unit: unit.to_owned(),
            calls,
            mean: self.sum / calls.max(1) as f64,
            least: self.least,
            p5: self.quantile(0.05),
            p25: self.quantile(0.25),
            median: self.quantile(0.5),
            p75: self.quantile(0.75),
            p95: self.quantile(0.95),
            most: self.most,
            bars: self.bars(),
        }
    }

    /// The number that the given share of all does not exceed: the middle of its bucket.
    fn quantile(&self, share: f64) -> f64 {
        let rank = (share * self.count() as f64).ceil().max(1.0);
        let mut seen = self.zeros as f64;
        if seen >= rank {
            return 0.0;
        }
        for (bucket, count) in &self.buckets {
            seen += *count as f64;
            if seen >= rank {
                return edge(f64::from(*bucket) + 0.5).clamp(self.least, self.most);
            }
        }
        self.most
    }

    /// Bars as narrow as their number allows; zeros stand in the first.
    fn bars(&self) -> Vec<HistogramBar> {
        let (first, last) = match (
            self.buckets.first_key_value(),
            self.buckets.last_key_value(),
        ) {
            (Some((first, _)), Some((last, _))) => (*first, *last),
            _ if self.zeros > 0 => {
                return vec![HistogramBar {
                    from: 0.0,
                    to: 1.0,
                    calls: self.zeros,
                }];
            }
            _ => return Vec::new(),
        };
        let bars = |width: i32| first.div_euclid(width)..=last.div_euclid(width);
        let mut width = PER_OCTAVE / 2;
        while bars(width).count() > MOST_BARS {
            width *= 2;
        }
        let mut made: Vec<HistogramBar> = bars(width)
            .map(|bar| HistogramBar {
                from: edge(f64::from(bar * width)),
                to: edge(f64::from((bar + 1) * width)),
                calls: self
                    .buckets
                    .range(bar * width..(bar + 1) * width)
                    .map(|(_, count)| count)
                    .sum(),
            })
            .collect();
        if let Some(bar) = made.first_mut().filter(|_| self.zeros > 0) {
            bar.from = 0.0;
            bar.calls += self.zeros;
        }
        made
    }
}

/// Where a bucket starts.
fn edge(bucket: f64) -> f64 {
    (bucket / f64::from(PER_OCTAVE)).exp2()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a finite number has a logarithm below 1100"
)]
fn bucket(number: f64) -> i32 {
    (number.log2() * f64::from(PER_OCTAVE)).floor() as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn length(numbers: &[f64]) -> Length {
        let mut histogram = LogHistogram::default();
        for number in numbers {
            histogram.add(*number);
        }
        histogram.into_length("words")
    }

    #[test]
    fn nothing_and_nonsense_have_a_length() {
        assert_eq!((length(&[]).calls, length(&[]).bars), (0, Vec::new()));
        let odd = length(&[f64::NAN, f64::INFINITY, -3.0, 0.0]);
        assert_eq!((odd.calls, odd.most, odd.bars[0].calls), (4, 0.0, 4));
    }

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_sorted_numbers_within_their_error(numbers in prop::collection::vec(0u32..100_000, 1..200)) {
            let mut numbers: Vec<f64> = numbers.into_iter().map(f64::from).collect();
            let length = length(&numbers);
            numbers.sort_by(f64::total_cmp);
            for (percent, ours) in [(5, length.p5), (25, length.p25), (50, length.median), (75, length.p75), (95, length.p95)] {
                let rank = (percent * numbers.len()).div_ceil(100);
                let exact = numbers[rank - 1];
                prop_assert!((ours - exact).abs() <= 0.0221 * exact, "{percent} %: {ours} is not {exact}");
            }
            prop_assert_eq!((length.least, length.most), (numbers[0], *numbers.last().unwrap()));
        }

        #[test]
        fn no_call_is_lost_between_the_bars(numbers in prop::collection::vec(prop_oneof![Just(0.0), 0.0f64..9.0, 0.0f64..1e19], 0..200)) {
            let length = length(&numbers);
            prop_assert!(length.bars.len() <= MOST_BARS);
            prop_assert_eq!(length.bars.iter().map(|bar| bar.calls).sum::<u64>(), numbers.len() as u64);
            for pair in length.bars.windows(2) {
                prop_assert!((pair[0].to - pair[1].from).abs() <= 1e-9 * pair[0].to);
            }
        }
    }
}
