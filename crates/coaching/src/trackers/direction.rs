//! In which direction the examples lie: [`Direction`].

use upturn_core::Embedding;

/// The sum of some vectors, from which a part can be taken away again.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    sum: Vec<f64>,
    count: usize,
}

impl Sum {
    pub(super) fn of<'a>(vectors: impl IntoIterator<Item = &'a Embedding>) -> Self {
        let mut sum = Self::default();
        for vector in vectors {
            let numbers = vector.as_slice();
            sum.sum.resize(numbers.len().max(sum.sum.len()), 0.0);
            for (slot, value) in sum.sum.iter_mut().zip(numbers) {
                *slot += f64::from(*value);
            }
            sum.count += 1;
        }
        sum
    }

    /// The sum without a part of it.
    pub(super) fn without(&self, part: &Self) -> Self {
        let mut rest = self.clone();
        for (slot, value) in rest.sum.iter_mut().zip(&part.sum) {
            *slot -= value;
        }
        rest.count = self.count.saturating_sub(part.count);
        rest
    }

    /// The mean at this place; `None` if nothing is left.
    fn mean(&self, at: usize) -> Option<f64> {
        (self.count > 0).then(|| self.sum.get(at).copied().unwrap_or_default() / self.count as f64)
    }
}

/// The unit vector from the mean of the others to the mean of the examples.
///
/// Rocchio's classifier (1971, "Relevance feedback in information retrieval"; Manning, Raghavan and Schütze 2008, section
/// 14.2) and, with equal variance in all directions, Fisher's. Counter-examples weigh as much as the whole background.
///
/// Measured in Python on sentences of Persuasion for Good (even dialogues, 10 sentences a label, 100 of background, MiniLM):
/// average precision 0.35; mean of the examples alone 0.30, nearest example 0.26, logistic regression 0.36.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Direction(Vec<f64>);

impl Direction {
    pub(super) fn from(background: &Sum, counter_examples: &Sum, examples: &Sum) -> Self {
        let others = |at| match (background.mean(at), counter_examples.mean(at)) {
            (Some(background), Some(counter)) => f64::midpoint(background, counter),
            (background, counter) => background.or(counter).unwrap_or_default(),
        };
        let along = |at| examples.mean(at).unwrap_or_default() - others(at);
        let mut direction: Vec<_> = (0..examples.sum.len()).map(along).collect();
        let norm = direction.iter().map(|it| it * it).sum::<f64>().sqrt();
        if norm > 0.0 {
            for it in &mut direction {
                *it /= norm;
            }
        }
        Self(direction)
    }

    /// How far a sentence lies in this direction; ranks only.
    pub(super) fn score(&self, sentence: &Embedding) -> f64 {
        let numbers = sentence.as_slice().iter();
        self.0
            .iter()
            .zip(numbers)
            .map(|(a, b)| a * f64::from(*b))
            .sum()
    }
}
