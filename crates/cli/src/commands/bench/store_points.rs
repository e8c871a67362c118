//! Points to measure a store with: [`Points`].

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use upturn::{
    ConversationId, Document, DocumentKind, DocumentMetadata, Embedding, Outcome, Point, TurnRange,
};

use crate::failure::Failure;

/// Directions that vectors really have: text embeddings of a trade lie near few of the many that there are.
const DIRECTIONS: usize = 32;
/// Points of a cluster: what is said in calls of one trade is said again and again.
const CLUSTER: usize = 100;
/// How far the points of a cluster lie apart, in multiples of how far the clusters do.
const SPREAD: f32 = 0.6;
/// What is added in every dimension.
const NOISE: f32 = 0.02;
/// Moments of a call.
const MOMENTS: usize = 8;
/// Sellers; each has 1 % of the calls.
pub(super) const REPS: usize = 100;
/// Words of a moment, and different words that there are.
const WORDS: (usize, usize) = (90, 5_000);

/// A source of points and queries; the same seed gives the same ones.
///
/// A vector is `W (c + 0.6 z) + 0.02 n`, of unit length: `c` the centre of its cluster and `z` in 32 directions, `n` in all, each
/// number uniform with mean 0 and variance 1. Words are drawn by Zipf's law.
#[derive(Debug)]
pub(super) struct Points {
    dice: ChaCha8Rng,
    dimension: usize,
    directions: Vec<Vec<f32>>,
    centres: Vec<Vec<f32>>,
    next: usize,
}

impl Points {
    pub(super) fn new(points: usize, dimension: usize, seed: u64) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let directions = many(&mut dice, DIRECTIONS, dimension);
        let centres = many(&mut dice, points.div_ceil(CLUSTER).max(1), DIRECTIONS);
        Self {
            dice,
            dimension,
            directions,
            centres,
            next: 0,
        }
    }

    /// A vector of the same origin as the points'.
    ///
    /// # Errors
    ///
    /// Never in practice: the numbers are not all zero.
    pub(super) fn embedding(&mut self) -> Result<Embedding, Failure> {
        let at = self.dice.random_range(0..self.centres.len());
        let mut sum = vec![0f32; self.dimension];
        let centre = self.centres.get(at).into_iter().flatten();
        for (centre, direction) in centre.zip(&self.directions) {
            let weight = centre + SPREAD * number(&mut self.dice);
            for (sum, value) in sum.iter_mut().zip(direction) {
                *sum += weight * value;
            }
        }
        let scale = NOISE * (DIRECTIONS as f32).sqrt();
        for sum in &mut sum {
            *sum += scale * number(&mut self.dice);
        }
        Ok(Embedding::normalized(sum)?)
    }

    /// The next `count` points.
    ///
    /// # Errors
    ///
    /// As [`embedding`](Self::embedding).
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<Point>, Failure> {
        (0..count).map(|_| self.point()).collect()
    }

    fn point(&mut self) -> Result<Point, Failure> {
        let (call, moment) = (self.next / MOMENTS, self.next % MOMENTS);
        self.next += 1;
        let turns = TurnRange {
            start: moment * 4,
            end: moment * 4 + 4,
        };
        let outcome = if call.is_multiple_of(3) {
            Outcome::Won
        } else {
            Outcome::Lost
        };
        let metadata = DocumentMetadata {
            kind: DocumentKind::Moment,
            conversation: ConversationId::new(format!("call-{call:08}"))?,
            turns,
            account: format!("account {}", call / 2),
            outcome: Some(outcome),
            rep: Some(rep(call % REPS)),
            stage: Some("demo".to_owned()),
            industry: None,
            amount: Some((call % 977) as f64 * 100.0),
            date: None,
            language: Some("en".to_owned()),
        };
        let document = Document {
            page_content: self.text(),
            metadata,
        };
        Ok(Point {
            document,
            embedding: self.embedding()?,
        })
    }

    fn text(&mut self) -> String {
        let (length, different) = WORDS;
        let words = (0..length).map(|_| {
            // Zipf's law: the logarithm of the rank is uniform.
            let rank = (different as f64).powf(self.dice.random::<f64>());
            format!("w{rank:.0}")
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The seller of every hundredth call.
pub(super) fn rep(number: usize) -> String {
    format!("rep {number}")
}

fn many(dice: &mut ChaCha8Rng, rows: usize, columns: usize) -> Vec<Vec<f32>> {
    let mut row = || (0..columns).map(|_| number(dice)).collect();
    (0..rows).map(|_| row()).collect()
}

/// Uniform with mean 0 and variance 1.
fn number(dice: &mut ChaCha8Rng) -> f32 {
    (dice.random::<f32>() - 0.5) * 12f32.sqrt()
}
