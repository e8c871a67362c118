//! What a tracker learns from: [`Samples`].

use std::ops::Range;

use upturn_core::Embedding;

use super::direction::{Direction, Sum};

/// In how many parts the background is left out: one sentence of hundreds changes nothing.
const PARTS: usize = 10;

/// What a sentence is to a tracker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Example,
    CounterExample,
    Background,
}

const CLASSES: [Class; 3] = [Class::Background, Class::CounterExample, Class::Example];

#[derive(Debug, Clone, Copy)]
struct Sample<'a> {
    vector: &'a Embedding,
    class: Class,
    part: usize,
}

/// Sentences of one class each, in parts that are left out together: every example and counter-example alone, the
/// background in ten.
#[derive(Debug, Clone)]
pub(super) struct Samples<'a> {
    samples: Vec<Sample<'a>>,
    parts: usize,
}

/// The score of a sentence, by a direction that has not seen it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LeftOut {
    pub(super) class: Class,
    pub(super) score: f64,
}

impl<'a> Samples<'a> {
    pub(super) fn new(
        examples: &'a [Embedding],
        counter_examples: &'a [Embedding],
        background: impl Iterator<Item = &'a Embedding>,
    ) -> Self {
        let examples = examples.iter().map(|vector| (vector, Class::Example));
        let counters = counter_examples.iter();
        let counters = counters.map(|vector| (vector, Class::CounterExample));
        let sample = |(part, (vector, class))| Sample {
            vector,
            class,
            part,
        };
        let mut samples: Vec<_> = examples.chain(counters).enumerate().map(sample).collect();
        let first = samples.len();
        samples.extend(background.enumerate().map(|(at, vector)| Sample {
            vector,
            class: Class::Background,
            part: first + at % PARTS,
        }));
        Self {
            samples,
            parts: first + PARTS,
        }
    }

    pub(super) fn parts(&self) -> Range<usize> {
        0..self.parts
    }

    /// All but a part.
    pub(super) fn without(&self, part: usize) -> Self {
        let samples = self.samples.iter().filter(|sample| sample.part != part);
        Self {
            samples: samples.copied().collect(),
            parts: self.parts,
        }
    }

    /// The direction of all.
    pub(super) fn direction(&self) -> Direction {
        let [background, counters, examples] = self.sums(None);
        Direction::from(&background, &counters, &examples)
    }

    /// Each sentence of a part, scored by a direction.
    pub(super) fn scored(&self, part: usize, direction: &Direction) -> Vec<LeftOut> {
        let own = self.samples.iter().filter(|sample| sample.part == part);
        own.map(|sample| LeftOut {
            class: sample.class,
            score: direction.score(sample.vector),
        })
        .collect()
    }

    /// Each sentence, scored by the direction of all parts but its own.
    pub(super) fn left_out(&self) -> Vec<LeftOut> {
        let all = self.sums(None);
        self.parts()
            .flat_map(|part| {
                let own = self.sums(Some(part));
                let mut rest = all.iter().zip(&own).map(|(all, own)| all.without(own));
                let mut next = || rest.next().unwrap_or_default();
                let (background, counters, examples) = (next(), next(), next());
                self.scored(part, &Direction::from(&background, &counters, &examples))
            })
            .collect()
    }

    /// The sums of a part, or of all, in the order of [`CLASSES`].
    fn sums(&self, part: Option<usize>) -> [Sum; 3] {
        CLASSES.map(|class| {
            let own = self.samples.iter().filter(|sample| {
                sample.class == class && part.is_none_or(|part| sample.part == part)
            });
            Sum::of(own.map(|sample| sample.vector))
        })
    }
}
