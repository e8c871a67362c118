//! What each side last offered, against what was asked: [`LastOffers`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Prefix, Speaker, TurnRange};
use upturn_predict::Offer;

/// The last amount that each side named, as a share of the amount that the deal is about.
///
/// - **Unit, range.** Shares of the deal's amount (`amount` of the metadata: the price asked), from 0.4 to 1.2; a number beyond
///   is taken for something else than an offer.
/// - **`None`** (of the whole). The deal's amount is not known, or not above 0; of a side, it has named none.
/// - **Source.** Ours; what it tells of the outcome stands in LOG.md of the crate `training`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LastOffers {
    /// The buyer's.
    pub buyer: Option<LastOffer>,
    /// The seller's.
    pub seller: Option<LastOffer>,
}

/// An offer that was not followed by another of its side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LastOffer {
    /// The turn that names it.
    pub turns: TurnRange,
    /// It, as a share of the deal's amount.
    pub share: f64,
}

impl LastOffers {
    pub(crate) fn of(prefix: Prefix<'_>) -> Option<Self> {
        Some(Self::among(&Offer::all(prefix)?))
    }

    /// The last ones of offers in their order.
    pub(crate) fn among(offers: &[Offer]) -> Self {
        let last = |side: Speaker| {
            let last = offers.iter().rfind(|offer| offer.speaker == side)?;
            Some(LastOffer {
                turns: TurnRange {
                    start: last.turn,
                    end: last.turn + 1,
                },
                share: last.share,
            })
        };
        Self {
            buyer: last(Speaker::Buyer),
            seller: last(Speaker::Seller),
        }
    }
}
