//! Any rising curve: [`IsotonicCalibration`].

use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::platt::learnable;

/// A place on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Knot {
    score: f64,
    probability: f64,
}

/// The rising curve that is nearest to the outcomes: isotonic regression by pooling adjacent violators (Barlow et al.,
/// "Statistical inference under order restrictions", 1972), for calibration Zadrozny and Elkan, "Transforming classifier
/// scores into accurate multiclass probability estimates" (2002).
///
/// Between two knots the probability goes straight, beyond the outermost it stays, as in scikit-learn's
/// `IsotonicRegression(out_of_bounds="clip")`; the paper's curve is a flight of steps.
///
/// Law: since it learns from the targets of [`Platt`](crate::Platt), every probability lies between `1 / (lost + 2)` and
/// `(won + 1) / (won + 2)`, and so every logit is finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IsotonicCalibration {
    /// By rising score; the probabilities never fall.
    knots: Vec<Knot>,
}

/// Neighbouring examples with one probability.
#[derive(Clone, Copy)]
struct Block {
    first: f64,
    last: f64,
    sum: f64,
    count: f64,
}

impl Block {
    fn mean(self) -> f64 {
        self.sum / self.count
    }

    fn with(self, next: Self) -> Self {
        Self {
            first: self.first,
            last: next.last,
            sum: self.sum + next.sum,
            count: self.count + next.count,
        }
    }
}

impl IsotonicCalibration {
    /// Fits scores that were given by something that had not seen these outcomes.
    ///
    /// # Errors
    ///
    /// [`PredictError::Unpaired`], [`PredictError::OneOutcome`], or [`PredictError::NotFinite`].
    pub fn fit(scores: &[f64], won: &[bool]) -> Result<Self, PredictError> {
        let targets = learnable(scores, won)?;
        let mut examples: Vec<(f64, f64)> = scores.iter().copied().zip(targets).collect();
        examples.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut blocks: Vec<Block> = Vec::new();
        // 0 and -0 are one score.
        for tie in examples.chunk_by(|a, b| a.0 >= b.0) {
            let score = tie.first().map_or(0.0, |(score, _)| *score);
            let block = Block {
                first: score,
                last: score,
                sum: tie.iter().map(|(_, target)| target).sum(),
                count: tie.len() as f64,
            };
            pool(&mut blocks, block);
        }
        Ok(Self {
            knots: blocks.into_iter().flat_map(knots).collect(),
        })
    }

    /// The calibrated logit of a score.
    pub fn logit(&self, score: f64) -> f64 {
        let p = self.probability(score);
        (p / (1.0 - p)).ln()
    }

    fn probability(&self, score: f64) -> f64 {
        let after = self.knots.partition_point(|knot| knot.score <= score);
        let upper = self.knots.get(after);
        let lower = after.checked_sub(1).and_then(|at| self.knots.get(at));
        match (lower, upper) {
            (Some(lower), Some(upper)) => {
                let place = (score - lower.score) / (upper.score - lower.score);
                let rise = upper.probability - lower.probability;
                (lower.probability + place * rise).clamp(lower.probability, upper.probability)
            }
            (Some(end), None) | (None, Some(end)) => end.probability,
            (None, None) => 0.5,
        }
    }
}

/// Adds a block, and makes one of those whose means would fall.
fn pool(blocks: &mut Vec<Block>, mut block: Block) {
    while let Some(before) = blocks.pop_if(|before| before.mean() >= block.mean()) {
        block = before.with(block);
    }
    blocks.push(block);
}

/// The ends of a block, one if they are the same.
fn knots(block: Block) -> impl Iterator<Item = Knot> {
    let knot = move |score| Knot {
        score,
        probability: block.mean(),
    };
    let second = (block.first < block.last).then(|| knot(block.last));
    std::iter::once(knot(block.first)).chain(second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calibration::tests::{ASKED, OUTCOMES, SCORES};

    /// Python 3.11.7, numpy 2.4.6, scikit-learn 1.9.1, with `s`, `z`, `ask` as in `calibration/tests.rs`:
    /// `logit(IsotonicRegression(out_of_bounds="clip").fit(s, z).predict(ask))`.
    #[test]
    fn agrees_with_scikit_learn() -> Result<(), PredictError> {
        let expected = [
            [-1.945_91, -0.510_826, 0.125_163, 0.788_457, 1.945_91],
            [-1.098_612, -1.098_612, -0.510_826, 1.945_91, 1.945_91],
            [0.314_742; 5],
            [-0.149_94, -0.149_94, -0.149_94, 0.858_662, 2.079_442],
        ];
        for (outcomes, expected) in OUTCOMES.iter().zip(expected) {
            let curve = IsotonicCalibration::fit(&SCORES, outcomes)?;
            for (score, expected) in ASKED.into_iter().zip(expected) {
                let got = curve.logit(score);
                assert!((got - expected).abs() < 1e-6, "{got} {expected}");
            }
        }
        Ok(())
    }

    proptest! {
        /// `max over a <= i of min over b >= i of mean(a..=b)` at every example.
        #[test]
        fn at_an_example_it_is_the_regression_of_the_definition(
            examples in prop::collection::vec((-4i8..5, any::<bool>()), 2..25),
        ) {
            let (scores, won): (Vec<f64>, Vec<bool>) =
                examples.into_iter().map(|(score, won)| (f64::from(score), won)).unzip();
            prop_assume!(won.iter().any(|won| *won) && won.iter().any(|won| !won));
            let curve = IsotonicCalibration::fit(&scores, &won).unwrap();
            let targets = learnable(&scores, &won).unwrap();
            let mean = |low: f64, high: f64| {
                let inside = scores.iter().zip(&targets).filter(|(s, _)| (low..=high).contains(*s));
                let (count, sum) = inside.fold((0.0, 0.0), |(n, sum), (_, t)| (n + 1.0, sum + t));
                sum / count
            };
            for score in &scores {
                let lows = scores.iter().filter(|low| *low <= score);
                let expected = lows
                    .map(|low| {
                        let highs = scores.iter().filter(|high| *high >= score);
                        highs.map(|high| mean(*low, *high)).fold(1.0, f64::min)
                    })
                    .fold(0.0, f64::max);
                prop_assert!((curve.probability(*score) - expected).abs() < 1e-12);
            }
        }
    }
}
