//! Two calls at hand: [`PairOfCalls`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::EncodedMoment;

use super::alignment::Likeness;
use super::{AlignedMoments, Parting};

/// Two calls side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairOfCalls {
    /// Which moments belong together, in order.
    pub aligned: Vec<AlignedMoments>,
    /// The two that are most alike; none if a call has no moment.
    pub alike: Option<AlignedMoments>,
    /// Where they part behind that; none if they do not as far as both go.
    pub parted: Option<Parting>,
}

impl PairOfCalls {
    /// Aligns the moments of one call with those of the other.
    pub fn of(here: &[EncodedMoment], there: &[EncodedMoment]) -> Self {
        let likeness = Likeness::new(here, there);
        let alike = likeness.most_alike();
        Self {
            aligned: likeness.aligned(),
            parted: alike.and_then(|alike| likeness.parted(alike)),
            alike,
        }
    }
}
