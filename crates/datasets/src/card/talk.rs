//! Who speaks how much: [`Talk`].

use serde::{Deserialize, Serialize};
use upturn_core::{Outcome, Speaker};

/// Bars from a share of 0 to 1.
pub(crate) const BARS: usize = 20;

/// Words by side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWords {
    /// Of sellers.
    pub seller: u64,
    /// Of buyers.
    pub buyer: u64,
    /// Of all others.
    pub other: u64,
}

/// How the seller's share of the words of both sides is spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TalkShares {
    /// Calls in which a side says a word.
    pub calls: u64,
    /// Mean share, 0 to 1; `None` without calls.
    pub mean: Option<f64>,
    /// How many calls have a share from 0 to 0.05, from 0.05 to 0.1, and so on.
    pub bars: Vec<u64>,
}

/// Who speaks how much, in all and by outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Talk {
    /// All words.
    pub words: SpokenWords,
    /// Seller's shares in won calls.
    pub won: TalkShares,
    /// In lost calls.
    pub lost: TalkShares,
    /// In open calls.
    pub open: TalkShares,
}

impl SpokenWords {
    /// All of them.
    pub fn total(self) -> u64 {
        self.seller + self.buyer + self.other
    }

    pub(crate) fn add(&mut self, speaker: Speaker, words: u64) {
        match speaker {
            Speaker::Seller => self.seller += words,
            Speaker::Buyer => self.buyer += words,
            Speaker::Other => self.other += words,
        }
    }

    /// Shares of seller, buyer and others, which sum to 1; `None` if nothing was said.
    pub fn shares(self) -> Option<[f64; 3]> {
        let all = self.total() as f64;
        (all > 0.0).then(|| [self.seller, self.buyer, self.other].map(|words| words as f64 / all))
    }
}

impl Default for TalkShares {
    fn default() -> Self {
        Self {
            calls: 0,
            mean: None,
            bars: vec![0; BARS],
        }
    }
}

impl TalkShares {
    fn add(&mut self, share: f64) {
        self.calls += 1;
        let before = self.mean.unwrap_or(0.0);
        self.mean = Some(before + (share - before) / self.calls as f64);
        let is_in = |bar: &usize| share < (bar + 1) as f64 / BARS as f64;
        let bar = (0..BARS).find(is_in).unwrap_or(BARS - 1);
        if let Some(count) = self.bars.get_mut(bar) {
            *count += 1;
        }
    }
}

impl Talk {
    pub(crate) fn new() -> Self {
        Self {
            words: SpokenWords::default(),
            won: TalkShares::default(),
            lost: TalkShares::default(),
            open: TalkShares::default(),
        }
    }

    /// Counts the words of a call.
    pub(crate) fn add(&mut self, words: SpokenWords, outcome: Option<Outcome>) {
        self.words.seller += words.seller;
        self.words.buyer += words.buyer;
        self.words.other += words.other;
        let sides = words.seller + words.buyer;
        let shares = match outcome {
            Some(Outcome::Won) => &mut self.won,
            Some(Outcome::Lost) => &mut self.lost,
            None => &mut self.open,
        };
        if sides > 0 {
            shares.add(words.seller as f64 / sides as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_sum_to_one_and_every_call_has_a_bar(calls in prop::collection::vec((0u64..50, 0u64..50, 0u64..9), 0..60)) {
            let mut talk = Talk::new();
            for (seller, buyer, other) in &calls {
                talk.add(SpokenWords { seller: *seller, buyer: *buyer, other: *other }, Some(Outcome::Lost));
            }
            if let Some(shares) = talk.words.shares() {
                prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
            let spoken: Vec<f64> = calls.iter().filter(|c| c.0 + c.1 > 0).map(|c| c.0 as f64 / (c.0 + c.1) as f64).collect();
            prop_assert_eq!(talk.lost.bars.iter().sum::<u64>(), spoken.len() as u64);
            prop_assert_eq!(talk.lost.calls, spoken.len() as u64);
            if let Some(mean) = talk.lost.mean {
                prop_assert!((mean - spoken.iter().sum::<f64>() / spoken.len() as f64).abs() < 1e-9);
            }
        }
    }
}
