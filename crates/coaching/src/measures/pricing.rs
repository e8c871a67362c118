//! Whether and when money is talked about: [`Pricing`].

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::place::{share_before, turns_with};
use crate::text::{Phrases, Said};

const PRICE: &[&str] = &[
    "price*",
    "pricing",
    "cost",
    "costs",
    "costing",
    "fee",
    "fees",
    "how much is",
    "how much does",
    "how much do you charge",
    "how much would",
    "how much will",
    "how much are",
    "per seat",
    "per user",
    "per month",
    "per year",
    "a month for",
    "quote",
    "quotes",
    "budget*",
    "subscription",
    "invoice*",
    "payment*",
    "expensive",
    "cheap*",
    "discount*",
    "licence fee*",
    "license fee*",
    "upfront",
    "what amount",
    "what .. charge",
];
const DISCOUNT: &[&str] = &[
    "discount*",
    "percent off",
    "# off",
    "# percent off",
    "off the price",
    "special price",
    "special offer",
    "special rate",
    "special deal",
    "reduce* .. price",
    "reduce* .. fee",
    "lower .. price",
    "lower .. rate",
    "lower .. fee",
    "knock .. off",
    "coupon*",
    "promo",
    "promo code*",
    "promotion*",
    "free month*",
    "months free",
    "month free",
    "waive*",
    "better price",
    "throw in",
    "come down to",
    "come down on",
    "price break",
];

static PRICES: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(PRICE.iter().map(|phrase| (*phrase, ()))));
static DISCOUNTS: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(DISCOUNT.iter().map(|phrase| (*phrase, ()))));

/// What a deal costs, where it is said, and where the seller offers less.
///
/// - **Unit, range.** Turns; shares of the call's words from 0 up to but without 1.
/// - **`None`** (of the whole). The call is in another language than English; of the shares, nothing is mentioned.
/// - **What counts.** A sum of money in digits or words, a word for price, or a phrase for a discount (lists in this file);
///   a discount is offered where the seller says such a phrase.
/// - **Source.** The list is ours, chosen on the half of the labelled dialogues that no figure is reported of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pricing {
    /// Turns of either side that mention a price, rising.
    pub mentions: Vec<TurnRange>,
    /// Who does so first.
    pub first_by: Option<Speaker>,
    /// Share of the words before the first mention.
    pub first_at: Option<f64>,
    /// Turns of the seller that offer a discount, rising.
    pub discounts: Vec<TurnRange>,
    /// Share of the words before the first of them.
    pub first_discount_at: Option<f64>,
}

impl Pricing {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        let both = said.iter().filter(|said| said.counts());
        let mentions = turns_with(both, |it| {
            it.money || PRICES.are_in(&it.words) || DISCOUNTS.are_in(&it.words)
        });
        let seller = said.iter().filter(|said| said.is_by(Speaker::Seller));
        let discounts = turns_with(seller, |it| DISCOUNTS.are_in(&it.words));
        let first = mentions.first().copied();
        Self {
            first_by: first
                .and_then(|turns| said.get(turns.start))
                .map(|said| said.turn.speaker),
            first_at: first.and_then(|turns| share_before(said, turns)),
            first_discount_at: discounts
                .first()
                .and_then(|turns| share_before(said, *turns)),
            mentions,
            discounts,
        }
    }
}
