//! When a collection that could not be opened is tried again: [`Reopening`].

/// Turns between two tries, at most: opening may take seconds, and a call is not to wait for it with every turn.
const LONGEST: usize = 16;

/// Turns until the next try, twice as many after each.
#[derive(Debug)]
pub(super) struct Reopening {
    next: usize,
    wait: usize,
}

impl Default for Reopening {
    /// The first try was at the beginning.
    fn default() -> Self {
        Self { next: 1, wait: 1 }
    }
}

impl Reopening {
    /// Whether to try now, after so many turns; whoever is told so does.
    pub(super) fn is_due(&mut self, turns: usize) -> bool {
        if turns < self.next {
            return false;
        }
        self.wait = (2 * self.wait).min(LONGEST);
        self.next = turns + self.wait;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Reopening;

    #[test]
    fn tries_become_rare() {
        let mut reopening = Reopening::default();
        let due: Vec<usize> = (0..64).filter(|turns| reopening.is_due(*turns)).collect();
        assert_eq!(due, [1, 3, 7, 15, 31, 47, 63]);
    }
}
