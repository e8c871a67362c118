//! Fields whose values are numbers: [`Quantity`] and [`LearntQuantity`].

use serde::{Deserialize, Serialize};
use upturn_core::Metadata;

use super::spread::{Law, Spread};

/// A field of the metadata that is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Quantity {
    Amount,
    Contacts,
    DaysInStage,
    DaysSinceBuyer,
}

impl Quantity {
    pub(super) const ALL: [Self; 4] = [
        Self::Amount,
        Self::Contacts,
        Self::DaysInStage,
        Self::DaysSinceBuyer,
    ];

    /// The word used in files.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Contacts => Metadata::CONTACTS,
            Self::DaysInStage => Metadata::DAYS_IN_STAGE,
            Self::DaysSinceBuyer => Metadata::DAYS_SINCE_BUYER,
        }
    }

    /// `ln(1 + abs(x))`: amounts, people and days are skewed alike. None where it is missing or not finite.
    fn of(self, metadata: &Metadata) -> Option<f64> {
        let number = match self {
            Self::Amount => metadata.amount,
            Self::Contacts | Self::DaysInStage | Self::DaysSinceBuyer => {
                metadata.number(self.as_str())
            }
        };
        number
            .filter(|number| number.is_finite())
            .map(|number| number.abs().ln_1p())
    }
}

/// What is learnt of a [`Quantity`]; numbers are logarithms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LearntQuantity {
    quantity: Quantity,
    mean: f64,
    least: f64,
    most: f64,
    /// Whether it tells something that the number is missing.
    missing: bool,
}

impl LearntQuantity {
    /// Columns of a quantity.
    pub(super) const WIDTH: usize = 2;

    /// What the conversations teach; none where the law lets nothing be learnt, or the number is always the same.
    pub(super) fn fit(quantity: Quantity, calls: &[(&Metadata, bool)], law: Law) -> Option<Self> {
        let (mut known, mut absent) = (Spread::default(), Spread::default());
        let (mut sum, mut least, mut most) = (0.0, f64::INFINITY, f64::NEG_INFINITY);
        for (metadata, won) in calls {
            let Some(number) = quantity.of(metadata) else {
                absent.add(*won);
                continue;
            };
            known.add(*won);
            sum += number;
            least = number.min(least);
            most = number.max(most);
        }
        let missing = law.tells(absent);
        (law.admits(known) && (missing || least < most)).then(|| Self {
            quantity,
            mean: sum / known.all() as f64,
            least,
            most,
            missing,
        })
    }

    /// The number less its mean, 0 where it is missing; and 1 where it is missing and that tells something.
    pub(super) fn columns(&self, metadata: &Metadata) -> [f64; Self::WIDTH] {
        match self.quantity.of(metadata) {
            Some(number) => [number.clamp(self.least, self.most) - self.mean, 0.0],
            None => [0.0, f64::from(u8::from(self.missing))],
        }
    }
}
