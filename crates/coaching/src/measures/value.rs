//! A measure as one number: [`Measures::value`].

use super::{Answer, Asked, MeasureName, Measures, ObjectionKind};

impl Measures {
    /// The number of this name; yes is 1 and no is 0. `None` where it is not known or there is nothing to measure.
    pub fn value(&self, name: MeasureName) -> Option<f64> {
        use MeasureName as Name;
        match name {
            Name::Turns => Some(self.turns as f64),
            Name::Words => Some((self.talk.seller_words + self.talk.buyer_words) as f64),
            Name::TalkShare => self.talk.seller_share,
            Name::LongestMonologue => Some(self.seller_monologue.map_or(0, |it| it.words) as f64),
            Name::LongestMonologueSeconds => self.seller_monologue?.seconds,
            Name::LongestBuyerMonologue => {
                Some(self.buyer_monologue.map_or(0, |it| it.words) as f64)
            }
            Name::Interactivity => self.interactivity.per_100_words,
            Name::Patience => self.patience.map(|it| it.median_seconds),
            Name::SellerTurnsSinceBuyer => Some(self.silence.seller_turns as f64),
            Name::SellerQuestions => self.seller_asks(Asked::total),
            Name::SellerOpenQuestions => self.seller_asks(|asked| asked.open),
            Name::SellerClosedQuestions => self.seller_asks(|asked| asked.closed),
            Name::SellerProbingQuestions => self.seller_asks(|asked| asked.probing),
            Name::BuyerQuestions => Some(self.questions.as_ref()?.buyer.total() as f64),
            Name::SellerFillers => self.seller_hesitation.as_ref()?.fillers,
            Name::SellerHedges => self.seller_hesitation.as_ref()?.hedges,
            Name::BuyerFillers => self.buyer_hesitation.as_ref()?.fillers,
            Name::BuyerHedges => self.buyer_hesitation.as_ref()?.hedges,
            Name::BuyerSentiment => Some(self.buyer_sentiment?.mean),
            Name::BuyerSentimentTrend => self.buyer_sentiment?.trend,
            Name::NextStepProposed => Some(yes(!self.next_step.as_ref()?.proposals.is_empty())),
            Name::NextStepAgreed => Some(yes(!self.next_step.as_ref()?.agreements.is_empty())),
            Name::PriceMentioned => Some(yes(!self.pricing.as_ref()?.mentions.is_empty())),
            Name::PriceFirstAt => self.pricing.as_ref()?.first_at,
            Name::DiscountFirstAt => self.pricing.as_ref()?.first_discount_at,
            Name::DiscountOffered => Some(yes(!self.pricing.as_ref()?.discounts.is_empty())),
            Name::BuyerOffer => Some(self.offers?.buyer?.share),
            Name::SellerOffer => Some(self.offers?.seller?.share),
            Name::CompetitorNamed => Some(yes(!self.competitors.as_ref()?.is_empty())),
            Name::CompetitorMentions => Some(self.competitor_turns()?.len() as f64),
            Name::CompetitorFirstAt => self
                .competitors
                .iter()
                .flatten()
                .map(|competitor| competitor.first_at)
                .min_by(f64::total_cmp),
            Name::DecisionMentions => Some(self.decision.as_ref()?.mentions.len() as f64),
            Name::Objections
            | Name::PriceObjections
            | Name::TimingObjections
            | Name::AuthorityObjections
            | Name::NeedObjections
            | Name::TrustObjections
            | Name::CompetitorObjections
            | Name::UnansweredObjections => Some(self.objections_of(name)?.count() as f64),
        }
    }

    fn seller_asks(&self, count: impl FnOnce(&Asked) -> usize) -> Option<f64> {
        Some(count(&self.questions.as_ref()?.seller) as f64)
    }

    /// The objections that a name counts.
    pub(super) fn objections_of(
        &self,
        name: MeasureName,
    ) -> Option<impl Iterator<Item = &super::Objection>> {
        let objections = self.objections.as_ref()?;
        let unanswered = name == MeasureName::UnansweredObjections;
        Some(objections.iter().filter(move |objection| {
            kind(name).is_none_or(|kind| objection.kind == kind)
                && (!unanswered || objection.answer == Answer::Missing)
        }))
    }
}

fn yes(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// The kind of objection that a name counts, if it counts only one.
fn kind(name: MeasureName) -> Option<ObjectionKind> {
    let kinds = [
        (MeasureName::PriceObjections, ObjectionKind::Price),
        (MeasureName::TimingObjections, ObjectionKind::Timing),
        (MeasureName::AuthorityObjections, ObjectionKind::Authority),
        (MeasureName::NeedObjections, ObjectionKind::Need),
        (MeasureName::TrustObjections, ObjectionKind::Trust),
        (MeasureName::CompetitorObjections, ObjectionKind::Competitor),
    ];
    kinds
        .into_iter()
        .find_map(|(counted, kind)| (counted == name).then_some(kind))
}
