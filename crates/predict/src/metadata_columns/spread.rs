//! Whether a value foretells an outcome or names it: [`Law`].

/// Among how many conversations of each outcome something stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spread {
    won: usize,
    lost: usize,
}

impl Spread {
    pub(super) const fn add(&mut self, won: bool) {
        if won {
            self.won += 1;
        } else {
            self.lost += 1;
        }
    }

    pub(super) const fn all(self) -> usize {
        self.won + self.lost
    }
}

/// What may be learnt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Law {
    /// How many conversations there are.
    pub(super) conversations: usize,
    /// In how many of them something must stand.
    pub(super) least: usize,
}

impl Law {
    /// Whether it stands in enough conversations, and among both outcomes.
    pub(super) const fn admits(self, spread: Spread) -> bool {
        spread.all() >= self.least && spread.won > 0 && spread.lost > 0
    }

    /// Whether besides that it parts conversations from each other.
    pub(super) const fn tells(self, spread: Spread) -> bool {
        self.admits(spread) && spread.all() < self.conversations
    }
}
