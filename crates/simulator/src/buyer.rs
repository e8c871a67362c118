//! The buyer's latent state: six factors that drive what is said and decide how it ends.

use crate::chance::{Dice, happens, normal};
use crate::seller::Move;
use upturn_core::Probability;

/// What a buyer weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Factor {
    Need,
    Budget,
    Authority,
    Urgency,
    Trust,
    /// Freedom from other offers.
    Competitor,
}

impl Factor {
    /// Every factor.
    pub(crate) const ALL: [Self; 6] = [
        Self::Need,
        Self::Budget,
        Self::Authority,
        Self::Urgency,
        Self::Trust,
        Self::Competitor,
    ];

    /// How much a factor counts for the outcome, in logits per unit before [`GAIN`].
    const fn weight(self) -> f64 {
        match self {
            Self::Need | Self::Trust => 1.0,
            Self::Budget => 0.9,
            Self::Authority | Self::Urgency | Self::Competitor => 0.7,
        }
    }
}

/// How a factor shows in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// It speaks for us.
    Favourable,
    /// It is undecided.
    Open,
    /// It speaks against us.
    Adverse,
}

/// Logits per weighted unit of state: sets how far the true probabilities spread.
const GAIN: f64 = 1.0;

/// Logit of a buyer who is undecided on everything: sets the base rate.
const BIAS: f64 = -0.4;

/// From here on a factor shows as favourable, from the negative on as adverse.
const THRESHOLD: f64 = 0.2;

/// Standard deviation between what a buyer feels and what the buyer says.
const HEARING_NOISE: f64 = 0.18;

/// Weighted sum of the factors that the mood counts as one: about 1.5 standard deviations of a first state.
const MOOD_SCALE: f64 = 3.0;

/// Six factors, each in `[-1, 1]`; higher is better for the seller.
#[derive(Debug, Clone)]
pub(crate) struct BuyerState {
    need: f64,
    budget: f64,
    authority: f64,
    urgency: f64,
    trust: f64,
    competitor: f64,
}

impl BuyerState {
    /// A buyer before the first word: a common leaning plus each factor's own.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let leaning = 0.55 * normal(dice);
        let mut factor = || (leaning + 0.35 * normal(dice)).clamp(-1.0, 1.0);
        Self {
            need: factor(),
            budget: factor(),
            authority: factor(),
            urgency: factor(),
            trust: factor(),
            competitor: factor(),
        }
    }

    /// Where a factor stands.
    pub(crate) const fn get(&self, factor: Factor) -> f64 {
        match factor {
            Factor::Need => self.need,
            Factor::Budget => self.budget,
            Factor::Authority => self.authority,
            Factor::Urgency => self.urgency,
            Factor::Trust => self.trust,
            Factor::Competitor => self.competitor,
        }
    }

    /// Moves a factor, within its bounds.
    fn shift(&mut self, factor: Factor, by: f64) {
        let value = match factor {
            Factor::Need => &mut self.need,
            Factor::Budget => &mut self.budget,
            Factor::Authority => &mut self.authority,
            Factor::Urgency => &mut self.urgency,
            Factor::Trust => &mut self.trust,
            Factor::Competitor => &mut self.competitor,
        };
        *value = (*value + by).clamp(-1.0, 1.0);
    }

    /// Takes in what the seller did. `step` scales the effect, so that long conversations don't drift to the ends.
    pub(crate) fn hear(&mut self, done: Move, step: f64, dice: &mut Dice) {
        let (trust, topic) = match done {
            Move::Ask(factor) => (0.12, Some((factor, 0.10))),
            Move::Answer(factor) => (0.16, Some((factor, 0.34))),
            Move::NextStep(factor) => (0.06, Some((factor, 0.16))),
            Move::Lead(factor) => (-0.06, Some((factor, -0.06))),
            Move::BrushOff(factor) => (-0.22, Some((factor, -0.24))),
            Move::Pitch(factor) => (-0.10, Some((factor, -0.08))),
            Move::Pressure(factor) => (-0.24, Some((factor, -0.12))),
            Move::Aside => (0.0, None),
        };
        self.shift(Factor::Trust, step * (trust + 0.08 * normal(dice)));
        if let Some((factor, by)) = topic {
            self.shift(factor, step * (by + 0.10 * normal(dice)));
        }
    }

    /// The level at which a factor is put into words now.
    pub(crate) fn express(&self, factor: Factor, dice: &mut Dice) -> Level {
        Self::level(self.get(factor), dice)
    }

    /// The level at which the sale as a whole is put into words now.
    pub(crate) fn mood(&self, dice: &mut Dice) -> Level {
        Self::level(self.weighted_sum() / MOOD_SCALE, dice)
    }

    /// A value as it is put into words.
    fn level(value: f64, dice: &mut Dice) -> Level {
        let value = value + HEARING_NOISE * normal(dice);
        if value > THRESHOLD {
            Level::Favourable
        } else if value < -THRESHOLD {
            Level::Adverse
        } else {
            Level::Open
        }
    }

    /// The chance that a buyer in this state converts.
    pub(crate) fn win_probability(&self) -> Probability {
        Probability::from_logit(GAIN * self.weighted_sum() + BIAS)
    }

    fn weighted_sum(&self) -> f64 {
        Factor::ALL
            .into_iter()
            .map(|factor| factor.weight() * self.get(factor))
            .sum()
    }

    /// Whether the buyer converts: one draw of [`win_probability`](Self::win_probability).
    pub(crate) fn converts(&self, dice: &mut Dice) -> bool {
        happens(dice, self.win_probability().value())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        // With the same dice, so that chance can't hide the difference.
        #[test]
        fn answering_helps_where_brushing_off_harms(seed in any::<u64>()) {
            let start = BuyerState::draw(&mut Dice::seed_from_u64(seed));
            let mut gained = 0.0;
            for (at, factor) in (0..60).zip(Factor::ALL.into_iter().cycle()) {
                let after = |done: Move| {
                    let mut state = start.clone();
                    state.hear(done, 0.5, &mut Dice::seed_from_u64(seed.wrapping_add(at)));
                    state.win_probability().value()
                };
                let (answered, brushed_off) = (after(Move::Answer(factor)), after(Move::BrushOff(factor)));
                prop_assert!(answered >= brushed_off);
                gained += answered - brushed_off;
            }
            prop_assert!(gained > 0.0);
        }

        #[test]
        fn every_factor_stays_within_its_bounds(seed in any::<u64>(), step in 0.0f64..1.0) {
            let mut dice = Dice::seed_from_u64(seed);
            let mut state = BuyerState::draw(&mut dice);
            for at in 0..100 {
                let factor = Factor::ALL[at % Factor::ALL.len()];
                state.hear(if at % 3 == 0 { Move::BrushOff(factor) } else { Move::Answer(factor) }, step, &mut dice);
                for factor in Factor::ALL {
                    prop_assert!((-1.0..=1.0).contains(&state.get(factor)));
                }
            }
        }
    }
}
