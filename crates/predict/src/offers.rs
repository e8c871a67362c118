//! Where the amounts that each side names stand to that of the deal: [`Offers`].

use upturn_core::{Metadata, Prefix, Speaker};

use crate::amounts::named;

/// What a number lies between, as a share of the deal's amount, to be taken for an offer: a number of rooms, a year or a postcode
/// does not. Chosen among five on four fifths of the public dialogues (LOG.md of the crate `training`).
const OFFERED: std::ops::RangeInclusive<f64> = 0.4..=1.2;

/// An amount that is near enough to that of the deal (`amount` of its metadata: the price asked) to be an offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// Place of the turn that names it, from 0.
    pub turn: usize,
    /// Who names it: seller or buyer.
    pub speaker: Speaker,
    /// It, as a share of the deal's amount: 0.4 to 1.2.
    pub share: f64,
}

impl Offer {
    /// All of a prefix, in order; `None` of a deal whose amount is not known, or not above 0.
    pub fn all(prefix: Prefix<'_>) -> Option<Vec<Self>> {
        let turns = prefix.turns().iter();
        let turns = turns.map(|turn| (turn.speaker, named(&turn.text)));
        Self::of_named(prefix.conversation().metadata(), turns)
    }

    /// The same of who speaks each turn, and of the [amounts named](named) in it.
    fn of_named(
        metadata: &Metadata,
        turns: impl Iterator<Item = (Speaker, impl IntoIterator<Item = f64>)>,
    ) -> Option<Vec<Self>> {
        let whole = metadata.amount;
        let whole = whole.filter(|amount| amount.is_finite() && *amount > 0.0)?;
        let sides = |(_, (speaker, _)): &(usize, (Speaker, _))| *speaker != Speaker::Other;
        let offers = turns
            .enumerate()
            .filter(sides)
            .flat_map(|(turn, (speaker, named))| {
                named.into_iter().map(move |amount| Self {
                    turn,
                    speaker,
                    share: amount / whole,
                })
            });
        Some(offers.filter(|it| OFFERED.contains(&it.share)).collect())
    }
}

/// Two offers that lie nearer to each other than this share of the amount have met.
const MET: f64 = 0.01;

/// What each side has offered, as a share of the amount that the deal is about (`amount` of the metadata: the price asked).
///
/// `$8,000` said of a car says little, and much where 13,900 were asked. Nothing is below the amount until it is said: a side
/// without an offer stands at the amount itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Offers {
    /// 1 if the buyer has named an offer, else 0.
    pub by_buyer: f64,
    /// 1 if the seller has.
    pub by_seller: f64,
    /// `ln(1 + n)` of the buyer's `n` offers.
    pub buyer_count: f64,
    /// `ln(1 + n)` of the seller's.
    pub seller_count: f64,
    /// By which share the buyer's first offer is below the amount; negative above it.
    pub opened_below: f64,
    /// By which share the buyer's last one is.
    pub buyer_below: f64,
    /// By which share the seller's last one is: what was conceded.
    pub seller_below: f64,
    /// 1 if the sides' last offers are within a hundredth of the amount of each other, else 0.
    pub met: f64,
    /// `ln(1 + turns)` known.
    pub turns: f64,
}

impl Offers {
    /// Numbers in a [`row`](Self::row).
    pub const WIDTH: usize = 12;

    /// Reads what is known; `None` where [`Offer::all`] is.
    pub fn of(prefix: Prefix<'_>) -> Option<Self> {
        let offers = Offer::all(prefix)?;
        Some(Self::measured(&offers, prefix.turns().len()))
    }

    /// The same of who speaks each turn, and of the [amounts named](named) in it.
    pub(crate) fn of_named(
        prefix: Prefix<'_>,
        turns: impl Iterator<Item = (Speaker, impl IntoIterator<Item = f64>)>,
    ) -> Option<Self> {
        let offers = Offer::of_named(prefix.conversation().metadata(), turns)?;
        Some(Self::measured(&offers, prefix.turns().len()))
    }

    fn measured(offers: &[Offer], turns: usize) -> Self {
        let [seller, buyer] = [Speaker::Seller, Speaker::Buyer].map(|side| Side::of(offers, side));
        let yes = |is: bool| f64::from(u8::from(is));
        let met = seller.last.zip(buyer.last);
        let met = met.is_some_and(|(seller, buyer)| (seller - buyer).abs() < MET);
        let below = |offer: Option<f64>| offer.map_or(0.0, |share| 1.0 - share);
        Self {
            by_buyer: yes(buyer.last.is_some()),
            by_seller: yes(seller.last.is_some()),
            buyer_count: buyer.count.ln_1p(),
            seller_count: seller.count.ln_1p(),
            opened_below: below(buyer.first),
            buyer_below: below(buyer.last),
            seller_below: below(seller.last),
            met: yes(met),
            turns: (turns as f64).ln_1p(),
        }
    }

    /// The measures in the order of the fields, then `by_buyer`, `buyer_below` and `seller_below`, each times `turns`: early on a low
    /// offer means something else than late.
    pub fn row(self) -> [f64; Self::WIDTH] {
        let Self {
            by_buyer,
            by_seller,
            buyer_count,
            seller_count,
            opened_below,
            buyer_below,
            seller_below,
            met,
            turns,
        } = self;
        [
            by_buyer,
            by_seller,
            buyer_count,
            seller_count,
            opened_below,
            buyer_below,
            seller_below,
            met,
            turns,
            by_buyer * turns,
            buyer_below * turns,
            seller_below * turns,
        ]
    }
}

/// What one side has offered, as shares of the amount.
struct Side {
    count: f64,
    first: Option<f64>,
    last: Option<f64>,
}

impl Side {
    fn of(offers: &[Offer], side: Speaker) -> Self {
        let own = || {
            let own = offers.iter().filter(|offer| offer.speaker == side);
            own.map(|offer| offer.share)
        };
        Self {
            count: own().count() as f64,
            first: own().next(),
            last: own().next_back(),
        }
    }
}

#[cfg(test)]
mod tests;
