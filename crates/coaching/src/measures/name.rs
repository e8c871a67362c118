//! Measures by name, for rules and distributions: [`MeasureName`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a measure can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// A number.
    Number,
    /// Yes (1) or no (0).
    YesNo,
}

/// Writes the names, their words, kinds and units down once.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $kind:ident, $unit:literal;)*) => {
        /// One number of [`Measures`](super::Measures), by the word used in files.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        pub enum MeasureName {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl MeasureName {
            /// All of them, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word used in files.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it can be compared with.
            pub const fn kind(self) -> MeasureKind {
                match self { $(Self::$name => MeasureKind::$kind,)* }
            }

            /// What it is counted in.
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit,)* }
            }
        }
    };
}

names! {
    /// Turns measured.
    Turns = "turns", Number, "turns";
    /// Words of both sides.
    Words = "words", Number, "words";
    /// The seller's share of the words of both sides.
    TalkShare = "talk_share", Number, "share";
    /// Words of the seller's longest monologue.
    LongestMonologue = "longest_monologue", Number, "words";
    /// Seconds of the seller's longest monologue.
    LongestMonologueSeconds = "longest_monologue_seconds", Number, "seconds";
    /// Words of the buyer's longest monologue.
    LongestBuyerMonologue = "longest_buyer_monologue", Number, "words";
    /// Changes of the speaking side by words.
    Interactivity = "interactivity", Number, "changes per 100 words";
    /// Median pause before the seller answers.
    Patience = "patience", Number, "seconds";
    /// Turns of the seller since the buyer last spoke.
    SellerTurnsSinceBuyer = "seller_turns_since_buyer", Number, "turns";
    /// The seller's questions.
    SellerQuestions = "seller_questions", Number, "questions";
    /// Open ones of the seller.
    SellerOpenQuestions = "seller_open_questions", Number, "questions";
    /// Closed ones of the seller.
    SellerClosedQuestions = "seller_closed_questions", Number, "questions";
    /// Probing ones of the seller.
    SellerProbingQuestions = "seller_probing_questions", Number, "questions";
    /// The buyer's questions.
    BuyerQuestions = "buyer_questions", Number, "questions";
    /// Fillers of the seller.
    SellerFillers = "seller_fillers", Number, "per 100 words";
    /// Hedges of the seller.
    SellerHedges = "seller_hedges", Number, "per 100 words";
    /// Fillers of the buyer.
    BuyerFillers = "buyer_fillers", Number, "per 100 words";
    /// Hedges of the buyer.
    BuyerHedges = "buyer_hedges", Number, "per 100 words";
    /// How the buyer's words feel.
    BuyerSentiment = "buyer_sentiment", Number, "-1 to 1";
    /// Later half less earlier half of that.
    BuyerSentimentTrend = "buyer_sentiment_trend", Number, "-2 to 2";
    /// Whether a step is proposed.
    NextStepProposed = "next_step_proposed", YesNo, "yes or no";
    /// Whether a step is agreed.
    NextStepAgreed = "next_step_agreed", YesNo, "yes or no";
    /// Whether a price is mentioned.
    PriceMentioned = "price_mentioned", YesNo, "yes or no";
    /// When that is first.
    PriceFirstAt = "price_first_at", Number, "share of the words";
    /// Whether the seller offers a discount.
    DiscountOffered = "discount_offered", YesNo, "yes or no";
    /// When that is first.
    DiscountFirstAt = "discount_first_at", Number, "share of the words";
    /// The buyer's last offer.
    BuyerOffer = "buyer_offer", Number, "share of the amount";
    /// The seller's last offer.
    SellerOffer = "seller_offer", Number, "share of the amount";
    /// Whether a watched competitor is named.
    CompetitorNamed = "competitor_named", YesNo, "yes or no";
    /// Turns that name one.
    CompetitorMentions = "competitor_mentions", Number, "turns";
    /// When one is first named.
    CompetitorFirstAt = "competitor_first_at", Number, "share of the words";
    /// Turns that say who decides or how.
    DecisionMentions = "decision_mentions", Number, "turns";
    /// Objections of all kinds.
    Objections = "objections", Number, "objections";
    /// About the price.
    PriceObjections = "price_objections", Number, "objections";
    /// About the time.
    TimingObjections = "timing_objections", Number, "objections";
    /// About who decides.
    AuthorityObjections = "authority_objections", Number, "objections";
    /// About the need.
    NeedObjections = "need_objections", Number, "objections";
    /// About trust.
    TrustObjections = "trust_objections", Number, "objections";
    /// About others.
    CompetitorObjections = "competitor_objections", Number, "objections";
    /// Objections without an answer.
    UnansweredObjections = "unanswered_objections", Number, "objections";
}

impl MeasureName {
    /// A value of a measure that is a number, rounded to hundredths, with its unit: `1 turn`, `2.5 seconds`, `0.14 (from -1 to 1)`;
    /// a share alone.
    pub fn with_unit(self, value: f64) -> String {
        // An addition takes the sign from a zero.
        let number = (value * 100.0).round() / 100.0 + 0.0;
        let one = number.to_string() == "1";
        match self.unit() {
            "share" => number.to_string(),
            "share of the words" => format!("{number} of the words"),
            "share of the amount" => format!("{number} of the amount"),
            scale if scale.starts_with('-') => format!("{number} (from {scale})"),
            unit => match unit.split_once(' ').unwrap_or((unit, "")) {
                (things, rest) if one && things.ends_with('s') => {
                    let thing = things.trim_end_matches('s');
                    format!("{number} {thing} {rest}").trim_end().to_owned()
                }
                _ => format!("{number} {unit}"),
            },
        }
    }
}

impl fmt::Display for MeasureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::MeasureName::{
        self, BuyerSentiment, BuyerSentimentTrend, Interactivity, Patience, PriceFirstAt,
        SellerFillers, SellerQuestions, TalkShare, Turns,
    };

    #[test]
    fn a_value_is_told_in_its_unit() {
        for (measure, value, told) in [
            (Turns, 1.0, "1 turn"),
            (Turns, 0.0, "0 turns"),
            (SellerQuestions, 0.999, "1 question"),
            (Patience, 2.5, "2.5 seconds"),
            (Interactivity, 1.0, "1 change per 100 words"),
            (Interactivity, 4.194, "4.19 changes per 100 words"),
            (SellerFillers, 1.0, "1 per 100 words"),
            (TalkShare, 1.0, "1"),
            (PriceFirstAt, 0.51, "0.51 of the words"),
            (BuyerSentiment, 0.14, "0.14 (from -1 to 1)"),
            (BuyerSentimentTrend, -0.001, "0 (from -2 to 2)"),
        ] {
            assert_eq!(measure.with_unit(value), told);
        }
        // No unit is told bare, whatever is added to the list.
        for measure in MeasureName::ALL {
            let told = measure.with_unit(1.0);
            assert!(
                !told.starts_with("1 -") && !told.contains(" share"),
                "{told}"
            );
        }
    }
}
