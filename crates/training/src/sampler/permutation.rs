//! An order of very many things that is never written down: [`Permutation`].

/// A pseudo-random order of `0..size` in constant memory: a four-round Feistel network over the next power of 4, walked on
/// until it lands within (Black & Rogaway 2002, "Ciphers with arbitrary finite domains", sections 4 and 5).
///
/// Law: every number below `size` is the value of exactly one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Permutation {
    size: u64,
    /// Bits of each half.
    half: u32,
    key: u64,
}

const ROUNDS: u64 = 4;

impl Permutation {
    /// An order of its own for each key.
    pub(super) fn new(size: u64, key: u64) -> Self {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        Self {
            size,
            half: bits.div_ceil(2).max(1),
            key,
        }
    }

    /// What stands at `place`, which counts modulo the size. `None` only where nothing is ordered.
    ///
    /// Takes fewer than four walks on average, as the network's domain is less than four times the size.
    pub(super) fn at(self, place: u64) -> Option<u64> {
        let mut at = place.checked_rem(self.size)?;
        loop {
            at = self.network(at);
            if at < self.size {
                return Some(at);
            }
        }
    }

    fn network(self, value: u64) -> u64 {
        let mask = (1u64 << self.half) - 1;
        let (mut left, mut right) = (value >> self.half, value & mask);
        for round in 0..ROUNDS {
            let noise = mixed(self.key ^ round.rotate_right(8), right) & mask;
            (left, right) = (right, left ^ noise);
        }
        left << self.half | right
    }
}

/// Two numbers to one without visible relation: `SplitMix64`'s finaliser (Steele, Lea & Flood 2014) over each.
pub(super) const fn mixed(a: u64, b: u64) -> u64 {
    finalised(finalised(a).wrapping_add(b))
}

const fn finalised(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_number_stands_at_exactly_one_place(size in 1u64..3000, key: u64) {
            let order = Permutation::new(size, key);
            let mut all: Vec<u64> = (0..size).map(|at| order.at(at).unwrap()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..size).collect::<Vec<_>>());
            prop_assert_eq!(order.at(size), order.at(0));
        }
    }

    #[test]
    fn an_order_looks_random_and_keys_differ() {
        let size = 10_000;
        let [one, other] = [1, 2].map(|key| Permutation::new(size, key));
        let at = |order: Permutation, place| order.at(place).unwrap();
        let same = (0..size).filter(|&place| at(one, place) == at(other, place));
        assert!(
            same.count() < 10,
            "two random orders agree at one place on average"
        );
        // A run of neighbours has their mean where the values are uniform: 5,000 ± 5 × 2,887 / √1,000.
        let mean = (0..1000).map(|place| at(one, place)).sum::<u64>() / 1000;
        assert!((4_543..5_457).contains(&mean), "{mean}");
        let rising = (1..size).filter(|&place| at(one, place) > at(one, place - 1));
        assert!((4_700..5_300).contains(&rising.count()));
    }

    #[test]
    fn nothing_has_no_order_and_the_largest_has() {
        assert_eq!(Permutation::new(0, 3).at(5), None);
        assert!(Permutation::new(u64::MAX >> 1, 3).at(5).is_some());
    }
}
