//! What stands beneath a printed part: [`Contributions`] of words, of neighbours and of offers.

use upturn_core::{ConversationId, Outcome, PartName, Prediction, Prefix};

use crate::{ConversionPredictor, FittedStage, Offer, Stage, TermLogit};

/// What one comparable call adds to the printed part of the neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct VoterLogit {
    /// The call.
    pub conversation: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Its share; above zero speaks for won.
    pub logit: f64,
}

/// Two printed parts as sums, in the logits of the [`Prediction`].
///
/// Laws: `words_rest` and the terms sum to the printed part of the words, `neighbours_rest` and the voters to that of the
/// neighbours (within 1e-6).
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// Known terms, largest first by absolute value.
    pub terms: Vec<TermLogit>,
    /// What a call without known terms would have, against the average call.
    pub words_rest: f64,
    /// Comparable calls, nearest first.
    pub voters: Vec<VoterLogit>,
    /// What a call without voters would have, against the average call; 0 where no neighbours were asked.
    pub neighbours_rest: f64,
    /// The offers that the part of the shape looked at, in order.
    pub offers: Vec<Offer>,
}

impl FittedStage {
    /// Takes the words and the neighbours of a prediction of `prefix` apart.
    ///
    /// A term's share is what it adds to the logit of the words ([`Parts::term_logits`](crate::Parts::term_logits)),
    /// a voter's what it adds to the vote ([`Neighbours::shares`](crate::Neighbours::shares)), each times the blend's
    /// weight of the part.
    pub fn contributions(&self, prefix: Prefix<'_>, prediction: &Prediction) -> Contributions {
        let weights = self.combination.blend().weights;
        let mut terms = self.parts.term_logits(prefix);
        for term in &mut terms {
            term.logit *= weights.words;
        }
        let shares = self.parts.neighbours().shares(&prediction.evidence);
        let voters = prediction.evidence.iter().zip(shares.voters);
        let voters: Vec<VoterLogit> = voters
            .map(|(near, share)| VoterLogit {
                conversation: near.id.clone(),
                outcome: near.outcome,
                logit: weights.neighbours * share,
            })
            .collect();
        let said: f64 = terms.iter().map(|term| term.logit).sum();
        let voted: f64 = voters.iter().map(|voter| voter.logit).sum();
        Contributions {
            words_rest: prediction.part(PartName::Words) - said,
            neighbours_rest: prediction.part(PartName::Neighbours) - voted,
            terms,
            voters,
            offers: self.parts.offers(prefix),
        }
    }
}

impl ConversionPredictor {
    /// Takes the words and the neighbours of a prediction that it made of `prefix` apart.
    pub fn contributions(&self, prefix: Prefix<'_>, prediction: &Prediction) -> Contributions {
        let stage = self.fitted().stage(Stage::of(prefix));
        stage.contributions(prefix, prediction)
    }
}
