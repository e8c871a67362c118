//! From a sentence to the probability that it is meant: [`Matcher`].

use upturn_core::{Embedding, Probability};
use upturn_predict::{Platt, PredictError};

use super::direction::Direction;
use super::samples::{Class, LeftOut, Samples};

/// A direction and what a score along it is worth.
///
/// [`Platt`] is fitted to scores of sentences that were left out. The mix of examples and others says nothing of how often
/// the matter comes up in calls, so its intercept is moved to the expected `rate` (King and Zeng 2001, "Logistic regression
/// in rare events data", section 4.1).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matcher {
    direction: Direction,
    platt: Platt,
}

impl Matcher {
    pub(super) fn fit(samples: &Samples<'_>, rate: Probability) -> Result<Self, PredictError> {
        let left_out = samples.left_out();
        let scores: Vec<_> = left_out.iter().map(|it| it.score).collect();
        let meant: Vec<_> = left_out
            .iter()
            .map(|it| it.class == Class::Example)
            .collect();
        let mut platt = Platt::fit(&scores, &meant)?;
        let examples = meant.iter().filter(|&&meant| meant).count() as f64;
        let others = meant.len() as f64 - examples;
        platt.intercept += rate.logit() - (examples / others).ln();
        Ok(Self {
            direction: samples.direction(),
            platt,
        })
    }

    /// The probability that a sentence is meant.
    pub(super) fn probability(&self, sentence: &Embedding) -> Probability {
        self.of_score(self.direction.score(sentence))
    }

    fn of_score(&self, score: f64) -> Probability {
        Probability::from_logit(self.platt.logit(score))
    }

    /// Each sample's class and probability, by matchers that have seen neither it nor what is left out with it.
    pub(super) fn left_out(
        samples: &Samples<'_>,
        rate: Probability,
    ) -> Result<Vec<(Class, Probability)>, PredictError> {
        let mut all = Vec::new();
        for part in samples.parts() {
            let matcher = Self::fit(&samples.without(part), rate)?;
            let scored = samples.scored(part, &matcher.direction).into_iter();
            all.extend(scored.map(|LeftOut { class, score }| (class, matcher.of_score(score))));
        }
        Ok(all)
    }
}
