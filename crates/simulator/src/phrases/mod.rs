//! The tables of hand-written lines, one file per trade and role.
//!
//! A line may hold alternatives, `[lose|waste]`, of which one is said, and slots, `{pain}`, filled from the trade's
//! [`Slots`]. Alternatives don't nest; they may hold slots. All names are invented.

pub(crate) mod courtesy;
mod insurance;
pub(crate) mod mood;
mod places;
pub(crate) mod reaction;
mod real_estate;
mod software;

use crate::Trade;
use crate::account;
use crate::buyer::{Factor, Level};

/// Lines to choose from.
pub(crate) type Lines = &'static [&'static str];

/// Everything that is said in one trade.
pub(crate) struct Phrases {
    /// The buyer's side.
    pub(crate) buyer: &'static BuyerPhrases,
    /// The seller's side.
    pub(crate) seller: &'static SellerPhrases,
    /// What fills the slots.
    pub(crate) slots: &'static Slots,
}

impl Phrases {
    /// The tables of a trade.
    pub(crate) const fn of(trade: Trade) -> &'static Self {
        match trade {
            Trade::Software => &software::PHRASES,
            Trade::Insurance => &insurance::PHRASES,
            Trade::RealEstate => &real_estate::PHRASES,
        }
    }
}

/// Lines of one factor for each level of the buyer's state.
pub(crate) struct Levels {
    /// It speaks for us.
    pub(crate) favourable: Lines,
    /// It is undecided.
    pub(crate) open: Lines,
    /// It speaks against us.
    pub(crate) adverse: Lines,
}

/// The buyer's lines.
pub(crate) struct BuyerPhrases {
    pub(crate) need: Levels,
    pub(crate) budget: Levels,
    pub(crate) authority: Levels,
    pub(crate) urgency: Levels,
    pub(crate) trust: Levels,
    pub(crate) competitor: Levels,
    /// Said in any state.
    pub(crate) asides: Lines,
}

impl Levels {
    /// The lines at a level.
    pub(crate) const fn lines(&self, level: Level) -> Lines {
        match level {
            Level::Favourable => self.favourable,
            Level::Open => self.open,
            Level::Adverse => self.adverse,
        }
    }
}

impl BuyerPhrases {
    /// The lines for a factor at a level.
    pub(crate) const fn lines(&self, factor: Factor, level: Level) -> Lines {
        let levels = match factor {
            Factor::Need => &self.need,
            Factor::Budget => &self.budget,
            Factor::Authority => &self.authority,
            Factor::Urgency => &self.urgency,
            Factor::Trust => &self.trust,
            Factor::Competitor => &self.competitor,
        };
        levels.lines(level)
    }
}

/// Lines for each factor.
pub(crate) struct ByFactor {
    pub(crate) need: Lines,
    pub(crate) budget: Lines,
    pub(crate) authority: Lines,
    pub(crate) urgency: Lines,
    pub(crate) trust: Lines,
    pub(crate) competitor: Lines,
}

impl ByFactor {
    /// The lines about a factor.
    pub(crate) const fn lines(&self, factor: Factor) -> Lines {
        match factor {
            Factor::Need => self.need,
            Factor::Budget => self.budget,
            Factor::Authority => self.authority,
            Factor::Urgency => self.urgency,
            Factor::Trust => self.trust,
            Factor::Competitor => self.competitor,
        }
    }
}

/// The seller's lines.
pub(crate) struct SellerPhrases {
    /// Open questions.
    pub(crate) ask: ByFactor,
    /// Objections taken up.
    pub(crate) answer: ByFactor,
    /// Questions that want a yes.
    pub(crate) lead: ByFactor,
    /// Objections waved away.
    pub(crate) brush_off: ByFactor,
    /// Features nobody asked for.
    pub(crate) pitch: Lines,
    /// Next steps that suit the buyer.
    pub(crate) next_step: Lines,
    /// Attempts to hurry the buyer.
    pub(crate) pressure: Lines,
    /// Said in any state.
    pub(crate) asides: Lines,
}

/// What fills the slots of a trade.
pub(crate) struct Slots {
    pub(crate) product: Lines,
    pub(crate) rival: Lines,
    pub(crate) place: Lines,
    pub(crate) feature: Lines,
    pub(crate) pain: Lines,
    pub(crate) decider: Lines,
    pub(crate) deadline: Lines,
    pub(crate) people: Lines,
    /// Lowest and highest price, and the step it is rounded to.
    pub(crate) amounts: (u32, u32, u32),
}

/// Whether a word begins a name that the tables hold, and so keeps its capital letter.
pub(crate) fn is_name(word: &str) -> bool {
    let slots = Trade::ALL.map(|trade| Phrases::of(trade).slots);
    slots
        .iter()
        .flat_map(|slots| [slots.product, slots.rival, slots.place])
        .chain([courtesy::COLLEAGUES, courtesy::MONTHS, courtesy::WEEKDAYS])
        .chain(account::PERSONS)
        .flatten()
        .filter_map(|name| name.strip_prefix(word))
        .any(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
impl Phrases {
    /// Every line of both roles.
    pub(crate) fn every_line(&self) -> Vec<&'static str> {
        let (buyer, seller) = (self.buyer, self.seller);
        let levels = [Level::Favourable, Level::Open, Level::Adverse];
        let by_factor = Factor::ALL.into_iter().flat_map(|factor| {
            let said = levels.map(|level| buyer.lines(factor, level));
            let moves = [&seller.ask, &seller.answer, &seller.lead, &seller.brush_off];
            said.into_iter()
                .chain(moves.map(|table| table.lines(factor)))
        });
        let rest = [
            buyer.asides,
            seller.asides,
            seller.pitch,
            seller.next_step,
            seller.pressure,
        ];
        by_factor.chain(rest).flatten().copied().collect()
    }
}
