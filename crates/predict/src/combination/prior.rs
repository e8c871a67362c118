//! A combination of few examples that starts from one of many: [`Combination::fit_beside`].

use super::{Combination, Correction};
use crate::blend::BlendPrior;
use crate::{BaseRate, Calibration, CalibrationChoice, OutOfFold, PredictError, PredictorConfig};

/// What a combination of many examples knows.
pub(super) struct Prior {
    blend: BlendPrior,
    of: Combination,
}

impl Prior {
    fn fit(generic: &[OutOfFold], config: &PredictorConfig) -> Result<Self, PredictError> {
        let of = Combination::fit(generic, config)?;
        let (logits, won): (Vec<_>, Vec<_>) = generic
            .iter()
            .map(|example| (example.logits, example.won))
            .unzip();
        Ok(Self {
            blend: BlendPrior::new(of.blend(), &logits, &won)?,
            of,
        })
    }

    pub(super) const fn blend(&self) -> &BlendPrior {
        &self.blend
    }

    /// How the many are calibrated, and what that was chosen from.
    pub(super) fn calibration(&self) -> (Calibration, Option<CalibrationChoice>) {
        (self.of.calibration.clone(), self.of.choice.clone())
    }
}

impl Combination {
    /// As [`fit_part`](Self::fit_part), where the parts said something of many more examples before the encoder learnt.
    ///
    /// An encoder that has learnt from a call can't be asked about it, so that its examples are few; of the encoder as it came
    /// there are `generic` ones of every call. Weights are drawn to those of a combination of these, the more the better that does
    /// for groups not fitted to, and its calibration is taken as it is. Interval, sets and doubts are of the examples alone:
    /// they promise something of what is predicted now.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit), for either kind of examples.
    pub fn fit_beside(
        examples: &[OutOfFold],
        generic: &[OutOfFold],
        all: BaseRate,
        config: &PredictorConfig,
    ) -> Result<Self, PredictError> {
        let prior = Prior::fit(generic, config)?;
        let correction = Correction::new(examples, all);
        Self::corrected(examples, correction, Some(&prior), config)
    }
}

#[cfg(test)]
mod tests;
