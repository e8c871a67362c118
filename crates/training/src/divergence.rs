//! By what a training is known to have gone astray: [`Divergence`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// How many times as large as at the start what learns of an encoder may become.
///
/// Ordinary trainings stay below 2. A step of AdamW moves each number by about the learning rate, whatever the gradient
/// is, so that a training gets this far only by steps as large as the weights themselves; layers that scale what they are
/// given to one size may still say finite numbers then, and know nothing any more.
const GROWTH: f64 = 100.0;

/// How many times as near to each other as the pre-trained encoder's vectors may become.
///
/// Every loss here drives some vectors apart, so that ordinary trainings spread them more; an encoder that steps too large
/// have broken says the same of every text, but for rounding.
const NEARNESS: f64 = 100.0;

/// What is seen of a training that learns nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Divergence {
    /// The loss, its gradients, the weights or the vectors are no finite numbers.
    NotFinite,
    /// The weights are finite, and more than a hundred times as large as before the first step: the Euclidean norm of all
    /// that learn but the head.
    Growth,
    /// The vectors of different calls lie more than a hundred times as near to each other as before the first step.
    Alike,
}

impl Divergence {
    /// What is to be said of weights that had this norm `before` the first step and have it `now`.
    pub(crate) fn of_weights(before: f64, now: f64) -> Option<Self> {
        if !now.is_finite() {
            Some(Self::NotFinite)
        } else if now > GROWTH * before {
            Some(Self::Growth)
        } else {
            None
        }
    }

    /// What is to be said of vectors that had this mean distance `before` the first step and have it `now`.
    pub(crate) fn of_vectors(before: f64, now: f64) -> Option<Self> {
        if !now.is_finite() {
            Some(Self::NotFinite)
        } else if now * NEARNESS < before {
            Some(Self::Alike)
        } else {
            None
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => {
                f.write_str("the loss, its gradients, the weights or the vectors are not finite")
            }
            Self::Growth => write!(f, "the weights grew to more than {GROWTH} times their size"),
            Self::Alike => f.write_str("the vectors of all calls came out alike"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_lost_beyond_a_hundred_times_their_size_or_as_no_numbers() {
        for (now, why) in [
            (0.7, None),
            (700.0, None),
            (701.0, Some(Divergence::Growth)),
            (f64::INFINITY, Some(Divergence::NotFinite)),
            (f64::NAN, Some(Divergence::NotFinite)),
        ] {
            assert_eq!(Divergence::of_weights(7.0, now), why, "{now}");
        }
    }

    #[test]
    fn vectors_are_lost_where_they_came_a_hundred_times_as_near_or_as_no_numbers() {
        for (now, why) in [
            (0.9, None),
            (0.0031, None),
            (0.0029, Some(Divergence::Alike)),
            (-1e-7, Some(Divergence::Alike)),
            (f64::NAN, Some(Divergence::NotFinite)),
        ] {
            assert_eq!(Divergence::of_vectors(0.3, now), why, "{now}");
        }
        assert_eq!(Divergence::of_vectors(0.0, 0.0), None);
    }
}
