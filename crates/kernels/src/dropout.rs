//! Noise that is computed where it is needed, not stored: [`Dropout`].

use crate::Compute;
use crate::level::{Fma, Kernel};
use crate::math::{LANES, Lanes};

/// Drops a share of the values and scales the rest by `1 / (1 − share)` (Srivastava et al. 2014).
///
/// Counter-based in the sense of Salmon et al. (2011): whether the value at a place is dropped is a hash of the key and
/// the place, so the backward pass finds the same mask again without having kept it, in any order and on any number of
/// threads. The hash is the 32-bit finaliser of `MurmurHash3` with the key's halves mixed in before and between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    key: (u32, u32),
    /// Hashes below are dropped.
    limit: u32,
    keep: f32,
}

/// Numbers of a task.
const BLOCK: usize = 1 << 15;

impl Dropout {
    /// A mask of its own for each `key`. `None` for a share of 0.
    ///
    /// # Panics
    ///
    /// If `share` is not in `[0, 1)`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share below 1 of 2³² fits"
    )]
    pub fn new(share: f32, key: u64) -> Option<Self> {
        assert!((0.0..1.0).contains(&share), "a share below 1");
        let key = mix64(key);
        (share > 0.0).then(|| Self {
            key: (key as u32, (key >> 32) as u32),
            limit: (f64::from(share) * 4_294_967_296.0) as u32,
            keep: 1.0 / (1.0 - share),
        })
    }

    /// The same share with the mask of a part, such as one head of one sequence.
    #[expect(clippy::cast_possible_truncation, reason = "two halves of 64 bits")]
    #[must_use]
    pub fn part(self, part: u64) -> Self {
        let key = mix64((u64::from(self.key.0) | u64::from(self.key.1) << 32) ^ mix64(part));
        Self {
            key: (key as u32, (key >> 32) as u32),
            ..self
        }
    }

    /// What the value at `place` is multiplied by: 0 or `1 / (1 − share)`.
    #[inline(always)]
    pub fn factor(self, place: u32) -> f32 {
        if self.hash(place) < self.limit {
            0.0
        } else {
            self.keep
        }
    }

    /// Multiplies cells at places from `first` on by their factors.
    #[inline(always)]
    pub(crate) fn times(self, first: u32, cells: &mut [f32]) {
        let mut place = first;
        for cell in cells {
            *cell *= self.factor(place);
            place = place.wrapping_add(1);
        }
    }

    /// The share that is dropped, and what the rest is multiplied by.
    pub fn share_and_scale(self) -> (f64, f64) {
        let share = f64::from(self.limit) / 4_294_967_296.0;
        (share, f64::from(self.keep))
    }

    /// The factors of the first places.
    ///
    /// # Panics
    ///
    /// If there are more than 2³² of them.
    pub fn factors_of(self, places: usize) -> Vec<f32> {
        let mut factors = vec![1f32; places];
        drop(Compute::parallel(), self, &mut factors);
        factors
    }

    /// The factors of sixteen places.
    #[inline(always)]
    pub(crate) fn factors(self, first: u32) -> Lanes {
        let mut factors = [0f32; LANES];
        let mut place = first;
        for factor in &mut factors {
            *factor = self.factor(place);
            place = place.wrapping_add(1);
        }
        factors
    }

    #[inline(always)]
    fn hash(self, place: u32) -> u32 {
        let mut hash = place ^ self.key.0;
        hash ^= hash >> 16;
        hash = hash.wrapping_mul(0x85eb_ca6b);
        hash ^= (hash >> 13) ^ self.key.1;
        hash = hash.wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }
}

/// The finaliser of `SplitMix64` (Steele et al. 2014).
fn mix64(key: u64) -> u64 {
    let mut mixed = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Multiplies each value by its factor; the gradient too, because the derivative is that factor.
///
/// # Panics
///
/// If there are more than 2³² values.
pub fn drop(compute: Compute, dropout: Dropout, cells: &mut [f32]) {
    assert!(u32::try_from(cells.len()).is_ok());
    compute.each_block(cells, BLOCK, |at, cells| {
        drop_from(compute, dropout, at * BLOCK, cells);
    });
}

/// As [`drop`], for cells that begin at a place.
#[expect(clippy::cast_possible_truncation, reason = "asserted at the door")]
pub(crate) fn drop_from(compute: Compute, dropout: Dropout, first: usize, cells: &mut [f32]) {
    compute.level.run(Drop {
        dropout,
        first: first as u32,
        cells,
    });
}

struct Drop<'a> {
    dropout: Dropout,
    first: u32,
    cells: &'a mut [f32],
}

impl Kernel for Drop<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        self.dropout.times(self.first, self.cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(share: f32, key: u64, length: usize) -> Vec<f32> {
        let mut cells = vec![1f32; length];
        drop(
            Compute::parallel(),
            Dropout::new(share, key).unwrap(),
            &mut cells,
        );
        cells
    }

    #[test]
    fn it_drops_its_share_and_keeps_the_mean() {
        for key in 0..20 {
            let cells = mask(0.1, key, 100_000);
            let zeros = cells.iter().filter(|cell| **cell == 0.0).count();
            let mean = cells.iter().sum::<f32>() / 100_000.0;
            // Five standard deviations of a binomial.
            assert!((9_526..=10_474).contains(&zeros), "key {key}: {zeros}");
            assert!((mean - 1.0).abs() < 0.006, "{mean}");
        }
    }

    #[test]
    fn neighbours_rows_and_keys_are_independent() {
        let agree = |one: &[f32], other: &[f32]| {
            let same = one
                .iter()
                .zip(other)
                .filter(|(a, b)| a.to_bits() == b.to_bits())
                .count();
            same as f64 / one.len() as f64
        };
        let half = mask(0.5, 7, 200_000);
        for distance in [1, 2, 3, 16, 64, 384, 512, 1536, 65_536] {
            let share = agree(&half[..130_000], &half[distance..][..130_000]);
            assert!((share - 0.5).abs() < 0.007, "{distance}: {share}");
        }
        for key in [6, 8, 9, 1 << 32] {
            let share = agree(&half, &mask(0.5, key, 200_000));
            assert!((share - 0.5).abs() < 0.006, "key {key}: {share}");
        }
        let dropout = Dropout::new(0.5, 7).unwrap();
        let part = |part| -> Vec<f32> {
            (0..100_000)
                .map(|place| dropout.part(part).factor(place))
                .collect()
        };
        assert!((agree(&part(0), &part(1)) - 0.5).abs() < 0.008);
        assert!((agree(&part(0), &half[..100_000]) - 0.5).abs() < 0.008);
    }

    #[test]
    fn threads_and_levels_do_not_change_it() {
        let whole = mask(0.3, 5, 100_000);
        for level in crate::Level::here() {
            let mut cells = vec![1f32; 100_000];
            let dropout = Dropout::new(0.3, 5).unwrap();
            drop(Compute::serial().at(level), dropout, &mut cells);
            assert_eq!(cells, whole);
        }
    }

    #[test]
    fn nothing_is_dropped_for_a_share_of_nothing() {
        assert_eq!(Dropout::new(0.0, 1), None);
    }
}
