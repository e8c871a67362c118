//! What each voter adds to the vote: [`VoteShares`].

use upturn_core::Evidence;

use super::Neighbours;

/// The logit of a vote as a sum.
#[derive(Debug, Clone, PartialEq)]
pub struct VoteShares {
    /// The logit without voters: that of the share of won calls in training.
    pub prior: f64,
    /// What each voter adds, in the order of the evidence: above 0 for a call that was won, below for one that was lost.
    pub voters: Vec<f64>,
}

impl Neighbours {
    /// Splits the vote of `evidence`, nearest first, among the voters.
    ///
    /// The logit is `ln(W / w₀) - ln(L / l₀) + ln(w₀ / l₀)` with the weights `W` and `L` of both sides and `w₀` and `l₀` of
    /// the prior's part in them. A voter of weight `w` that was won gets `w / (W - w₀) × ln(W / w₀)`, one that was lost
    /// `-w / (L - l₀) × ln(L / l₀)`: what it adds on average while all votes grow together from nothing to what they are,
    /// the share of Aumann and Shapley, "Values of non-atomic games" (1974).
    ///
    /// Laws: prior and shares sum to the vote's logit; of two voters on one side the nearer has the larger share; equally
    /// near ones have equal shares.
    pub fn shares(&self, evidence: &[Evidence]) -> VoteShares {
        let best = evidence
            .first()
            .map_or(0.0, |nearest| f64::from(nearest.score));
        let weight = |voter: &Evidence| self.weight(voter.score, best);
        let side = |won: bool| -> f64 {
            let side = evidence
                .iter()
                .filter(|voter| voter.outcome.is_won() == won);
            side.map(weight).sum()
        };
        let (won_prior, lost_prior) = self.priors();
        let won = per_weight(won_prior, side(true));
        let lost = -per_weight(lost_prior, side(false));
        let share =
            |voter: &Evidence| weight(voter) * if voter.outcome.is_won() { won } else { lost };
        VoteShares {
            prior: (won_prior / lost_prior).ln(),
            voters: evidence.iter().map(share).collect(),
        }
    }
}

/// `ln((prior + votes) / prior) / votes`.
fn per_weight(prior: f64, votes: f64) -> f64 {
    if votes > 0.0 {
        (votes / prior).ln_1p() / votes
    } else {
        0.0
    }
}
