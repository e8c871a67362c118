//! How often calls are won, where a combination is fitted to a part of them: [`BaseRate`].

use crate::OutOfFold;

/// How many of the calls that all parts learnt from were won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaseRate {
    /// Those won.
    pub won: usize,
    /// All of them.
    pub calls: usize,
}

impl BaseRate {
    fn of(examples: &[OutOfFold]) -> Self {
        Self {
            won: examples.iter().filter(|example| example.won).count(),
            calls: examples.len(),
        }
    }

    /// `(won + 1) / (calls + 2)`, Laplace's rule of succession.
    fn share(self) -> f64 {
        (self.won as f64 + 1.0) / (self.calls as f64 + 2.0)
    }
}

/// From the base rate of the examples to that of all calls, which so few examples know less well: the prior correction of
/// King and Zeng, "Logistic regression in rare events data" (2001), equations 7 and 8.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Correction {
    /// What is added to every logit.
    pub(super) shift: f64,
    /// What a won example weighs, and a lost one.
    pub(super) weights: (f64, f64),
}

impl Correction {
    /// None: the examples are all there are.
    pub(super) const NONE: Self = Self {
        shift: 0.0,
        weights: (1.0, 1.0),
    };

    /// # Laws
    ///
    /// - The weighted examples have the base rate of all calls.
    /// - Of examples with that base rate already nothing is corrected.
    pub(super) fn new(examples: &[OutOfFold], all: BaseRate) -> Self {
        let (known, all) = (BaseRate::of(examples).share(), all.share());
        let weights = (all / known, (1.0 - all) / (1.0 - known));
        Self {
            shift: (weights.0 / weights.1).ln(),
            weights,
        }
    }

    /// What an example weighs.
    pub(super) const fn weight(self, won: bool) -> f64 {
        if won { self.weights.0 } else { self.weights.1 }
    }
}
