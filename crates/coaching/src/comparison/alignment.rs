//! Two calls side by side: [`Likeness`].

use upturn_core::{Embedding, EncodedMoment, Point, TurnRange};

use super::{AlignedMoments, Parting};

/// A moment of a call and where it lies.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    turns: TurnRange,
    embedding: &'a Embedding,
    text: &'a str,
}

impl<'a> From<&'a EncodedMoment> for Placed<'a> {
    fn from(encoded: &'a EncodedMoment) -> Self {
        Self {
            turns: encoded.moment.turns,
            embedding: &encoded.embedding,
            text: &encoded.moment.text,
        }
    }
}

impl<'a> From<&'a Point> for Placed<'a> {
    fn from(point: &'a Point) -> Self {
        Self {
            turns: point.document.metadata.turns,
            embedding: &point.embedding,
            text: &point.document.page_content,
        }
    }
}

/// Cosines between the moments of two calls.
pub(super) struct Likeness<'a> {
    here: Vec<Placed<'a>>,
    there: Vec<Placed<'a>>,
    /// The mean over all pairs: what is above it is more alike than these two calls are anyway.
    usual: f32,
}

impl<'a> Likeness<'a> {
    pub(super) fn new<H, T>(here: &'a [H], there: &'a [T]) -> Self
    where
        Placed<'a>: From<&'a H> + From<&'a T>,
    {
        let here: Vec<Placed<'a>> = here.iter().map(Placed::from).collect();
        let there: Vec<Placed<'a>> = there.iter().map(Placed::from).collect();
        let pairs = here.iter().flat_map(|one| {
            let cosines = there
                .iter()
                .map(|other| one.embedding.cosine(other.embedding));
            cosines.map(f64::from)
        });
        let count = (here.len() * there.len()).max(1);
        let mean = pairs.sum::<f64>() / count as f64;
        #[expect(clippy::cast_possible_truncation, reason = "a mean of single numbers")]
        let usual = mean as f32;
        Self { here, there, usual }
    }

    fn cosine(&self, here: usize, there: usize) -> Option<f32> {
        let (one, other) = (self.here.get(here)?, self.there.get(there)?);
        Some(one.embedding.cosine(other.embedding))
    }

    fn pair(&self, here: usize, there: usize) -> Option<AlignedMoments> {
        Some(AlignedMoments {
            here: self.here.get(here)?.turns,
            there: self.there.get(there)?.turns,
            score: self.cosine(here, there)?,
        })
    }

    /// The pairs, in order, whose cosines lie above the usual by most in sum: global alignment without a price for gaps
    /// (Needleman and Wunsch 1970).
    pub(super) fn aligned(&self) -> Vec<AlignedMoments> {
        let (rows, columns) = (self.here.len(), self.there.len());
        let width = columns + 1;
        let mut best = vec![0.0_f32; (rows + 1) * width];
        let at = |best: &[f32], row: usize, column: usize| {
            best.get(row * width + column).copied().unwrap_or(0.0)
        };
        for row in 1..=rows {
            for column in 1..=columns {
                let gain = self.gain(row - 1, column - 1);
                let value = (at(&best, row - 1, column - 1) + gain)
                    .max(at(&best, row - 1, column))
                    .max(at(&best, row, column - 1));
                if let Some(cell) = best.get_mut(row * width + column) {
                    *cell = value;
                }
            }
        }
        let (mut row, mut column) = (rows, columns);
        let mut pairs = Vec::new();
        while row > 0 && column > 0 {
            let value = at(&best, row, column);
            if value.to_bits() == at(&best, row - 1, column).to_bits() {
                row -= 1;
            } else if value.to_bits() == at(&best, row, column - 1).to_bits() {
                column -= 1;
            } else {
                (row, column) = (row - 1, column - 1);
                pairs.extend(self.pair(row, column));
            }
        }
        pairs.reverse();
        pairs
    }

    /// The two moments that are most alike; the earlier ones if several are.
    pub(super) fn most_alike(&self) -> Option<AlignedMoments> {
        let rows = 0..self.here.len();
        let pairs = rows
            .flat_map(|row| (0..self.there.len()).filter_map(move |column| self.pair(row, column)));
        pairs.reduce(|best, pair| if pair.score > best.score { pair } else { best })
    }

    fn gain(&self, here: usize, there: usize) -> f32 {
        self.cosine(here, there)
            .map_or(0.0, |cosine| (cosine - self.usual).max(0.0))
    }

    /// Both go on side by side from the pair that is most alike, and part at the first pair that is less alike than usual;
    /// none if one of them is over before.
    pub(super) fn parted(&self, alike: AlignedMoments) -> Option<Parting> {
        let mut here = self.here.iter().position(|one| one.turns == alike.here)?;
        let mut there = self.there.iter().position(|one| one.turns == alike.there)?;
        loop {
            (here, there) = (here + 1, there + 1);
            let pair = self.pair(here, there)?;
            if pair.score < self.usual {
                return Some(Parting {
                    here: pair.here,
                    there: pair.there,
                    score: pair.score,
                    text: self.there.get(there)?.text.to_owned(),
                });
            }
        }
    }
}
