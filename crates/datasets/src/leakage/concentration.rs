//! Whether something stands almost only in one class: [`Concentration`] and the test behind it.

use serde::{Deserialize, Serialize};
use upturn_core::Outcome;

/// How many accounts have a won call, and how many a lost one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// Accounts with at least one won call.
    pub won: u32,
    /// Accounts with at least one lost call.
    pub lost: u32,
}

/// How something that occurs almost only in one class is spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Concentration {
    /// The class it stands for.
    pub outcome: Outcome,
    /// Accounts with it, by class.
    pub accounts: Accounts,
    /// Share of the accounts with a won call that have it there, 0 to 1.
    pub share_won: f64,
    /// Share of the accounts with a lost call that have it there, 0 to 1.
    pub share_lost: f64,
    /// One-sided p value of Fisher's exact test, before the correction for the number of tests.
    pub p_value: f64,
}

/// From when on a concentration counts, significance apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bar {
    /// Least share of the class in which it stands, in percent.
    pub(crate) percent: u32,
    /// How many times the other class's share that must be; both counts are raised by a half and both sizes by one
    /// first, so that none is zero.
    pub(crate) ratio: f64,
}

impl Bar {
    /// For words of any kind. What people honestly say at the end stays far below: over the public corpora the highest
    /// ratio at this share is 6.3 (`have a deal` in `craigslist-bargain`, 16.6 % of won and 2.3 % of lost listings), and
    /// the templates of `leaky-simulations` reach 180 (2026-11-22, by lowering the ratio in
    /// `tests/leaks_in_corpora.rs`).
    pub(crate) const ANY: Self = Self {
        percent: 15,
        ratio: 20.0,
    };
    /// For words that name an outcome, outside of what was said.
    pub(crate) const LABEL: Self = Self {
        percent: 5,
        ratio: 4.0,
    };
}

/// Chance of one false alarm among all words of a family.
const FAMILY_ERROR: f64 = 0.01;

impl Accounts {
    /// Both classes together.
    pub(crate) fn total(self) -> u32 {
        self.won.saturating_add(self.lost)
    }

    /// Adds one to a class.
    pub(crate) fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Won => &mut self.won,
            Outcome::Lost => &mut self.lost,
        };
        *count = count.saturating_add(1);
    }

    /// The least number of accounts, over both classes, with which something can reach so many percent of one class. It
    /// does not look at the classes of what is tested, so choosing by it keeps the test valid.
    pub(crate) fn least(self, percent: u32) -> u32 {
        self.won
            .min(self.lost)
            .saturating_mul(percent)
            .div_ceil(100)
            .max(1)
    }
}

/// Fisher's exact test over fixed numbers of accounts.
#[derive(Debug)]
pub(crate) struct Fisher {
    units: Accounts,
    /// Logarithms of the factorials from 0 to all accounts.
    ln_factorials: Vec<f64>,
}

impl Fisher {
    pub(crate) fn new(units: Accounts) -> Self {
        let mut sum = 0.0;
        let mut ln_factorials = vec![0.0];
        ln_factorials.extend((1..=units.total()).map(|n| {
            sum += f64::from(n).ln();
            sum
        }));
        Self {
            units,
            ln_factorials,
        }
    }

    /// The concentration of something that so many accounts have, if it passes the bar and the corrected test.
    pub(crate) fn concentration(
        &self,
        with: Accounts,
        bar: Bar,
        tests: usize,
    ) -> Option<Concentration> {
        let all = self.units;
        let share = |with: u32, all: u32| f64::from(with) / f64::from(all.max(1));
        let (share_won, share_lost) = (share(with.won, all.won), share(with.lost, all.lost));
        let outcome = if share_won >= share_lost {
            Outcome::Won
        } else {
            Outcome::Lost
        };
        let raised = |with: u32, all: u32| (f64::from(with) + 0.5) / (f64::from(all) + 1.0);
        let ratio = raised(with.won, all.won) / raised(with.lost, all.lost);
        let passes = 100.0 * share_won.max(share_lost) >= f64::from(bar.percent)
            && ratio.max(ratio.recip()) >= bar.ratio;
        let p_value = if passes {
            self.p_value(with, outcome)
        } else {
            1.0
        };
        (p_value * tests.max(1) as f64 <= FAMILY_ERROR).then_some(Concentration {
            outcome,
            accounts: with,
            share_won,
            share_lost,
            p_value,
        })
    }

    /// Chance that, of so many accounts drawn blindly, at least as many stand in the class.
    fn p_value(&self, with: Accounts, outcome: Outcome) -> f64 {
        let (hits, class) = match outcome {
            Outcome::Won => (with.won, self.units.won),
            Outcome::Lost => (with.lost, self.units.lost),
        };
        let (drawn, all) = (with.total(), self.units.total());
        let whole = self.ln_choose(all, drawn);
        let chance = |hits: u32| {
            self.ln_choose(class, hits) + self.ln_choose(all - class, drawn - hits) - whole
        };
        let tail = (hits..=class.min(drawn)).filter(|hits| drawn - hits <= all - class);
        tail.map(|hits| chance(hits).exp()).sum::<f64>().min(1.0)
    }

    fn ln_choose(&self, from: u32, chosen: u32) -> f64 {
        let ln = |n: u32| {
            let found = usize::try_from(n)
                .ok()
                .and_then(|n| self.ln_factorials.get(n));
            found.copied().unwrap_or(f64::INFINITY)
        };
        ln(from) - ln(chosen) - ln(from.saturating_sub(chosen))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_lady_tasting_tea_is_right_by_chance_once_in_seventy() {
        // Fisher (1935): eight cups, four of each kind, all told apart.
        let fisher = Fisher::new(Accounts { won: 4, lost: 4 });
        let chance = |won, lost| fisher.p_value(Accounts { won, lost }, Outcome::Won);
        assert!((chance(4, 0) - 1.0 / 70.0).abs() < 1e-12);
        assert!((chance(3, 1) - 17.0 / 70.0).abs() < 1e-12);
    }

    #[test]
    fn size_share_and_significance_are_all_needed() {
        let at = |all: u32, won, lost, tests| {
            let units = Accounts {
                won: all,
                lost: all,
            };
            Fisher::new(units).concentration(Accounts { won, lost }, Bar::ANY, tests)
        };
        let found = at(100, 0, 60, 1000).map(|c| (c.outcome, c.share_lost));
        assert_eq!(found, Some((Outcome::Lost, 0.6)));
        assert_eq!(at(100, 10, 0, 1), None, "share");
        assert_eq!(at(100, 60, 5, 1), None, "ratio");
        assert!(at(10, 10, 0, 1_000).is_some());
        assert_eq!(at(10, 10, 0, 10_000), None, "significance");
    }

    proptest! {
        #[test]
        fn p_values_are_the_tails_of_the_hypergeometric(won in 1u32..9, lost in 1u32..9, subset: u32) {
            // The naive oracle: all subsets of the accounts of the same size.
            let all = won + lost;
            let chosen = subset & ((1 << all) - 1);
            let hits = |set: u32| (set & ((1 << won) - 1)).count_ones();
            let same_size: Vec<u32> = (0..1 << all).filter(|set: &u32| set.count_ones() == chosen.count_ones()).collect();
            let as_many = same_size.iter().filter(|set| hits(**set) >= hits(chosen)).count();
            let with = Accounts { won: hits(chosen), lost: chosen.count_ones() - hits(chosen) };
            let ours = Fisher::new(Accounts { won, lost }).p_value(with, Outcome::Won);
            prop_assert!((ours - as_many as f64 / same_size.len() as f64).abs() < 1e-9);
        }
    }
}
