//! Counts by outcome and the share that was won: [`Tally`], [`Rate`].

use serde::{Deserialize, Serialize};
use upturn_core::Outcome;

/// How many calls were won, lost, or are open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Won.
    pub won: u64,
    /// Lost.
    pub lost: u64,
    /// Without an outcome.
    pub open: u64,
}

/// A share with its 95 % interval after Wilson (Journal of the American Statistical Association 22, 1927).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// The share, 0 to 1.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Tally {
    /// Counts a call.
    pub(crate) fn add(&mut self, outcome: Option<Outcome>) {
        match outcome {
            Some(Outcome::Won) => self.won += 1,
            Some(Outcome::Lost) => self.lost += 1,
            None => self.open += 1,
        }
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            won: self.won + other.won,
            lost: self.lost + other.lost,
            open: self.open + other.open,
        }
    }

    /// All calls.
    pub fn total(self) -> u64 {
        self.won + self.lost + self.open
    }

    /// The share of the labelled calls that was won; `None` if none is labelled.
    pub fn rate(self) -> Option<Rate> {
        const Z: f64 = 1.959_964;
        let (won, all) = (self.won as f64, (self.won + self.lost) as f64);
        if all == 0.0 {
            return None;
        }
        let value = won / all;
        let centre = value + Z * Z / (2.0 * all);
        let half = Z * (value * (1.0 - value) / all + Z * Z / (4.0 * all * all)).sqrt();
        let whole = 1.0 + Z * Z / all;
        Some(Rate {
            value,
            low: ((centre - half) / whole).clamp(0.0, value),
            high: ((centre + half) / whole).clamp(value, 1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_interval_is_the_published_one() {
        // Newcombe (Statistics in Medicine 17, 1998), table I, method 3: 81 of 263 gives 0.2553 to 0.3662.
        let rate = Tally {
            won: 81,
            lost: 182,
            open: 9,
        }
        .rate()
        .unwrap();
        assert!((rate.low - 0.2553).abs() < 5e-5 && (rate.high - 0.3662).abs() < 5e-5);
        assert_eq!(Tally::default().rate(), None);
    }

    proptest! {
        #[test]
        fn the_interval_solves_its_equation(won in 0u64..500, lost in 0u64..500) {
            prop_assume!(won + lost > 0);
            let rate = Tally { won, lost, open: 0 }.rate().unwrap();
            prop_assert!(0.0 <= rate.low && rate.low <= rate.value && rate.value <= rate.high && rate.high <= 1.0);
            for end in [rate.low, rate.high] {
                // The ends are the shares from which the observed one is 1.96 standard errors away.
                let error = (end * (1.0 - end) / (won + lost) as f64).sqrt();
                prop_assert!(((rate.value - end).abs() - 1.959_964 * error).abs() < 1e-9);
            }
        }
    }
}
