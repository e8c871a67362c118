//! Where the truth is expected: [`VennAbers`].

use serde::{Deserialize, Serialize};

/// What was seen at one score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Step {
    score: f64,
    /// Weight of the examples won.
    won: f64,
    /// Weight of all examples.
    all: f64,
}

/// The inductive Venn-Abers predictor of Vovk & Petej, "Venn-Abers predictors" (2014), section 4.
///
/// The score in question is put among the calibration scores, once as lost and once as won; isotonic regression then
/// gives two probabilities `p0 <= p1`. If examples are exchangeable, one of the two is calibrated whatever the scores
/// are worth. Examples of one group are not independent, so they share the weight 1; the paper's have weight 1 each.
///
/// Law: `0 <= p0 <= p1 <= 1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VennAbers {
    /// Scores rising, no two equal.
    steps: Vec<Step>,
}

/// One scored example whose outcome is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Higher speaks for won.
    pub score: f64,
    /// How it ended.
    pub won: bool,
    /// How much it counts, above 0.
    pub weight: f64,
}

impl VennAbers {
    /// Keeps the examples, which need no order.
    pub fn fit(examples: impl IntoIterator<Item = Scored>) -> Self {
        let mut sorted: Vec<Scored> = examples.into_iter().collect();
        sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
        let mut steps: Vec<Step> = Vec::with_capacity(sorted.len());
        for Scored { score, won, weight } in sorted {
            add(&mut steps, score, won, weight);
        }
        Self { steps }
    }

    /// `p0` and `p1` of a score: `(0, 1)` if nothing was seen.
    pub fn bounds(&self, score: f64) -> (f64, f64) {
        (self.fitted(score, false), self.fitted(score, true))
    }

    /// The isotonic fit at `score`, with `score` itself among the examples as `won`.
    fn fitted(&self, score: f64, won: bool) -> f64 {
        let before = self.steps.partition_point(|step| step.score < score);
        let (lower, upper) = self.steps.split_at(before);
        let mut blocks = Blocks::default();
        for step in lower {
            blocks.push(*step, false);
        }
        let mut own = vec![];
        let rest = match upper.split_first() {
            Some((same, rest)) if same.score <= score => {
                own.push(*same);
                rest
            }
            _ => upper,
        };
        add(&mut own, score, won, 1.0);
        for step in own {
            blocks.push(step, true);
        }
        for step in rest {
            blocks.push(*step, false);
        }
        blocks.own()
    }
}

/// Adds an example to the last step if it has the same score, else as a new step.
fn add(steps: &mut Vec<Step>, score: f64, won: bool, weight: f64) {
    let wins = if won { weight } else { 0.0 };
    match steps.last_mut() {
        // 0 and -0 are one score.
        Some(last) if last.score >= score => {
            last.won += wins;
            last.all += weight;
        }
        _ => steps.push(Step {
            score,
            won: wins,
            all: weight,
        }),
    }
}

/// Pool adjacent violators: shares of won that never fall, each block with whether it holds the score in question.
#[derive(Default)]
struct Blocks(Vec<(f64, f64, bool)>);

impl Blocks {
    fn push(&mut self, step: Step, own: bool) {
        let mut block = (step.won, step.all, own);
        while let Some(&(won, all, held)) = self.0.last() {
            // won / all >= block.won / block.all, without dividing
            if won * block.1 < block.0 * all {
                break;
            }
            block = (block.0 + won, block.1 + all, block.2 || held);
            self.0.pop();
        }
        self.0.push(block);
    }

    fn own(&self) -> f64 {
        let own = self.0.iter().find(|(_, _, own)| *own);
        own.map_or(0.5, |(won, all, _)| (won / all).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scored(pairs: &[(f64, bool)]) -> VennAbers {
        VennAbers::fit(pairs.iter().map(|&(score, won)| Scored {
            score,
            won,
            weight: 1.0,
        }))
    }

    /// `max over a <= i of min over b >= i of mean(a..=b)`: isotonic regression by its definition.
    fn oracle(pairs: &[(f64, bool)], score: f64, won: bool) -> f64 {
        let mut all: Vec<(f64, f64)> = pairs
            .iter()
            .map(|&(s, w)| (s, f64::from(u8::from(w))))
            .collect();
        all.push((score, f64::from(u8::from(won))));
        let mean = |low: f64, high: f64| {
            let inside: Vec<f64> = all
                .iter()
                .filter(|(s, _)| (low..=high).contains(s))
                .map(|&(_, w)| w)
                .collect();
            inside.iter().sum::<f64>() / inside.len() as f64
        };
        let scores: Vec<f64> = all.iter().map(|&(s, _)| s).collect();
        let lows = scores.iter().filter(|&&s| s <= score);
        lows.map(|&low| {
            let highs = scores.iter().filter(|&&s| s >= score);
            highs.map(|&high| mean(low, high)).fold(1.0, f64::min)
        })
        .fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn bounds_are_those_of_the_definition(
            pairs in prop::collection::vec((-4i8..5, any::<bool>()), 0..25),
            score in -5i8..6,
        ) {
            let pairs: Vec<_> = pairs.iter().map(|&(s, w)| (f64::from(s), w)).collect();
            let score = f64::from(score) / 2.0;
            let (low, high) = scored(&pairs).bounds(score);
            prop_assert!((low - oracle(&pairs, score, false)).abs() < 1e-12);
            prop_assert!((high - oracle(&pairs, score, true)).abs() < 1e-12);
            prop_assert!(0.0 <= low && low <= high && high <= 1.0);
        }

        #[test]
        fn a_higher_score_never_has_lower_bounds(
            pairs in prop::collection::vec((-4.0f64..4.0, any::<bool>()), 1..40),
            a in -5.0f64..5.0,
            b in -5.0f64..5.0,
        ) {
            let fitted = scored(&pairs);
            let (low, high) = (fitted.bounds(a.min(b)), fitted.bounds(a.max(b)));
            prop_assert!(low.0 <= high.0 + 1e-12 && low.1 <= high.1 + 1e-12);
        }
    }

    #[test]
    fn more_examples_narrow_the_interval() {
        let few = [(0.0, false), (1.0, true)].repeat(3);
        let many = [(0.0, false), (1.0, true)].repeat(300);
        let width = |pairs: &[(f64, bool)]| {
            let (low, high) = scored(pairs).bounds(1.0);
            high - low
        };
        assert!(width(&many) < width(&few) / 10.0);
    }
}
