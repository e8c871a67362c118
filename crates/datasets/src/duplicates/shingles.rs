//! Runs of neighbouring words as numbers: [`Shingles`].

/// Longest shingle in words.
pub(crate) const LONGEST: usize = 8;
/// Base of the rolling hash: odd, so that nothing of a word is shifted out; 2⁶⁴ divided by the golden ratio.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Turns the hashes of words, one after the other, into hashes of shingles.
pub(crate) struct Shingles {
    /// Words of the running shingle, at the place of their number modulo its length.
    window: [u64; LONGEST],
    length: usize,
    place: usize,
    words: u64,
    rolling: u64,
    /// `BASE` to the power of the length, by which the oldest word has grown when it leaves.
    power: u64,
}

impl Shingles {
    /// Of so many words, at least 1 and at most [`LONGEST`].
    pub(crate) fn new(length: usize) -> Self {
        let length = length.clamp(1, LONGEST);
        Self {
            window: [0; LONGEST],
            length,
            place: 0,
            words: 0,
            rolling: 0,
            power: (0..length).fold(1, |power, _| BASE.wrapping_mul(power)),
        }
    }

    /// Adds a word; returns the hash of the shingle that ends with it, unless too few words came so far.
    pub(crate) fn push(&mut self, word: u64) -> Option<u64> {
        let leaving = match self.window.get_mut(self.place) {
            Some(oldest) => std::mem::replace(oldest, word),
            None => 0,
        };
        self.place = (self.place + 1) % self.length;
        self.words += 1;
        self.rolling = self
            .rolling
            .wrapping_mul(BASE)
            .wrapping_add(word)
            .wrapping_sub(leaving.wrapping_mul(self.power));
        (self.words >= self.length as u64).then(|| mixed(self.rolling))
    }

    /// How many shingles there were, equal ones counted again.
    pub(crate) fn count(&self) -> u64 {
        (self.words + 1).saturating_sub(self.length as u64)
    }
}

/// Spreads every bit over all others; a permutation of the numbers.
///
/// Source: `SplitMix64`, Steele, Lea & Flood 2014, with the constants of Stafford's variant 13.
pub(crate) const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(BASE);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_shingle_depends_on_its_own_words_alone(
            before in prop::collection::vec(any::<u64>(), 0..20), own in prop::collection::vec(any::<u64>(), 1..=LONGEST),
        ) {
            let last = |words: &mut dyn Iterator<Item = &u64>| {
                let mut shingles = Shingles::new(own.len());
                words.map(|word| shingles.push(*word)).last().flatten()
            };
            let alone = last(&mut own.iter());
            prop_assert!(alone.is_some());
            prop_assert_eq!(last(&mut before.iter().chain(&own)), alone);
        }
    }

    #[test]
    fn order_counts_and_too_few_words_are_no_shingle() {
        let all = |words: &[u64]| {
            let mut shingles = Shingles::new(3);
            let found: Vec<_> = words
                .iter()
                .filter_map(|word| shingles.push(*word))
                .collect();
            assert_eq!(shingles.count(), found.len() as u64);
            found
        };
        assert_eq!(all(&[1, 2]), Vec::<u64>::new());
        assert_ne!(all(&[1, 2, 3]), all(&[2, 1, 3]));
        assert_eq!(all(&[1, 2, 3, 1, 2, 3])[0], all(&[1, 2, 3, 1, 2, 3])[3]);
    }
}
