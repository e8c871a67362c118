//! What is asked of the simulator: [`SimulatorConfig`].

use std::ops::RangeInclusive;

use crate::Trade;

/// How many conversations, of which trade, how long, and from which seed.
///
/// ```
/// use upturn_simulator::{SimulatorConfig, Trade, simulate};
///
/// let config = SimulatorConfig::new(2).with_seed(7).with_trade(Some(Trade::Insurance));
/// let ids: Vec<String> = simulate(&config).map(|call| call.conversation.id().to_string()).collect();
/// assert_eq!(ids, ["insurance-000000", "insurance-000001"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatorConfig {
    /// Number of conversations.
    pub calls: usize,
    /// Source of all randomness: the same seed gives the same bytes.
    pub seed: u64,
    /// The trade; with `None` all three take turns.
    pub trade: Option<Trade>,
    /// Shortest and longest conversation in turns; never beyond [`LIMITS`](Self::LIMITS).
    pub turns: RangeInclusive<usize>,
}

impl SimulatorConfig {
    /// The shortest and the longest conversation by default, in turns.
    pub const TURNS: RangeInclusive<usize> = 6..=80;

    /// The shortest and the longest conversation that can be simulated, in turns; 100 turns are some 2,000 words.
    pub const LIMITS: RangeInclusive<usize> = 6..=400;

    /// Asks for a number of conversations with everything else at its default.
    pub const fn new(calls: usize) -> Self {
        Self {
            calls,
            seed: 0,
            trade: None,
            turns: Self::TURNS,
        }
    }

    /// Draws everything from this seed. 0 by default.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Keeps to one trade. `None`, all three in turn, by default.
    #[must_use]
    pub const fn with_trade(mut self, trade: Option<Trade>) -> Self {
        self.trade = trade;
        self
    }

    /// Bounds the length in turns; bounds outside [`LIMITS`](Self::LIMITS) are moved to its ends, and a range that runs
    /// backwards is turned around. `6..=80` by default.
    #[must_use]
    pub fn with_turns(mut self, turns: RangeInclusive<usize>) -> Self {
        let clamp = |bound: usize| bound.clamp(*Self::LIMITS.start(), *Self::LIMITS.end());
        let (one, other) = (clamp(*turns.start()), clamp(*turns.end()));
        self.turns = one.min(other)..=one.max(other);
        self
    }

    /// The length bounds within [`LIMITS`](Self::LIMITS), however the field was set.
    pub(crate) fn bounds(&self) -> (usize, usize) {
        let turns = self.clone().with_turns(self.turns.clone()).turns;
        (*turns.start(), *turns.end())
    }
}

impl Default for SimulatorConfig {
    /// A thousand conversations.
    fn default() -> Self {
        Self::new(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::SimulatorConfig;

    #[test]
    fn lengths_beyond_the_limits_are_moved_to_them() {
        let bounded = |turns| SimulatorConfig::default().with_turns(turns).turns;
        assert_eq!(bounded(1..=500), 6..=400);
        assert_eq!(bounded(410..=420), 400..=400);
        assert_eq!(bounded(90..=95), 90..=95);
        let (longest, shortest) = (20, 10);
        assert_eq!(
            SimulatorConfig::default()
                .with_turns(longest..=shortest)
                .turns,
            10..=20
        );
    }
}
