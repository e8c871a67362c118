//! The turns a measure rests on: [`Measures::evidence`].

use upturn_core::TurnRange;

use super::{MeasureName, Measures, QuestionKind};

impl Measures {
    /// The turns that a measure's value rests on, rising, without repetition.
    ///
    /// - What is found cites where it is found.
    /// - What is **not** found (no price, no agreement), and what is a number of the whole call (the talk share), cites all
    ///   turns: they are what was looked through.
    /// - An agreement that is missing cites the proposals, if there are any.
    ///
    /// Empty only if the measure itself is `None`.
    pub fn evidence(&self, name: MeasureName) -> Vec<TurnRange> {
        if self.value(name).is_none() {
            return Vec::new();
        }
        let mut found = self.found(name).unwrap_or_default();
        if found.is_empty() {
            found.push(TurnRange {
                start: 0,
                end: self.turns,
            });
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn found(&self, name: MeasureName) -> Option<Vec<TurnRange>> {
        use MeasureName as Name;
        Some(match name {
            Name::Turns | Name::Words | Name::TalkShare | Name::Interactivity => Vec::new(),
            Name::LongestMonologue | Name::LongestMonologueSeconds => {
                vec![self.seller_monologue?.turns]
            }
            Name::LongestBuyerMonologue => vec![self.buyer_monologue?.turns],
            Name::Patience => vec![self.patience?.shortest],
            Name::SellerTurnsSinceBuyer => vec![self.silence.turns?],
            Name::SellerQuestions => self.questions.as_ref()?.seller.turns(None),
            Name::SellerOpenQuestions => self.seller_asked(QuestionKind::Open)?,
            Name::SellerClosedQuestions => self.seller_asked(QuestionKind::Closed)?,
            Name::SellerProbingQuestions => self.seller_asked(QuestionKind::Probing)?,
            Name::BuyerQuestions => self.questions.as_ref()?.buyer.turns(None),
            Name::SellerFillers => self.seller_hesitation.as_ref()?.filler_turns.clone(),
            Name::SellerHedges => self.seller_hesitation.as_ref()?.hedge_turns.clone(),
            Name::BuyerFillers => self.buyer_hesitation.as_ref()?.filler_turns.clone(),
            Name::BuyerHedges => self.buyer_hesitation.as_ref()?.hedge_turns.clone(),
            Name::BuyerSentiment | Name::BuyerSentimentTrend => {
                let felt = self.buyer_sentiment?;
                vec![felt.lowest, felt.highest]
            }
            Name::NextStepProposed => self.next_step.as_ref()?.proposals.clone(),
            Name::NextStepAgreed => self.steps()?,
            Name::PriceMentioned => self.pricing.as_ref()?.mentions.clone(),
            Name::PriceFirstAt => first(&self.pricing.as_ref()?.mentions),
            Name::DiscountFirstAt => first(&self.pricing.as_ref()?.discounts),
            Name::DiscountOffered => self.pricing.as_ref()?.discounts.clone(),
            Name::BuyerOffer => vec![self.offers?.buyer?.turns],
            Name::SellerOffer => vec![self.offers?.seller?.turns],
            Name::CompetitorNamed | Name::CompetitorMentions => self.competitor_turns()?,
            Name::CompetitorFirstAt => first(&self.competitor_turns()?),
            Name::DecisionMentions => self.decision.as_ref()?.mentions.clone(),
            Name::Objections
            | Name::PriceObjections
            | Name::TimingObjections
            | Name::AuthorityObjections
            | Name::NeedObjections
            | Name::TrustObjections
            | Name::CompetitorObjections
            | Name::UnansweredObjections => self.objections_of(name)?.map(|it| it.turns).collect(),
        })
    }

    fn seller_asked(&self, kind: QuestionKind) -> Option<Vec<TurnRange>> {
        Some(self.questions.as_ref()?.seller.turns(Some(kind)))
    }

    /// What was agreed, or else what was proposed.
    fn steps(&self) -> Option<Vec<TurnRange>> {
        let step = self.next_step.as_ref()?;
        let agreed: Vec<_> = step.agreements.iter().map(|agreed| agreed.turns).collect();
        Some(if agreed.is_empty() {
            step.proposals.clone()
        } else {
            agreed
        })
    }

    /// Turns that name any watched competitor, rising, without repetition.
    pub(super) fn competitor_turns(&self) -> Option<Vec<TurnRange>> {
        let named = self.competitors.as_ref()?.iter().flat_map(|it| &it.turns);
        let mut turns: Vec<_> = named.copied().collect();
        turns.sort_unstable();
        turns.dedup();
        Some(turns)
    }
}

fn first(turns: &[TurnRange]) -> Vec<TurnRange> {
    turns.first().copied().into_iter().collect()
}
