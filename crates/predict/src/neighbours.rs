//! How the nearest historical calls ended: [`Neighbours`], a vote through a [`Retriever`].

mod of_call;
mod shares;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upturn_core::{
    ConversationId, DocumentKind, EncodedMoment, Evidence, Filter, Prefix, Query, RetrievalRequest,
    Retriever, RetrieverError, ScoredDocument,
};

use crate::NeighboursConfig;
pub use of_call::NearMoments;
pub use shares::VoteShares;

/// First request per moment, in multiples of the voters wanted: several moments of one call share one vote.
const FIRST_REQUEST: usize = 4;

/// What the nearest calls say.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    /// `ln((Σ won + a p) / (Σ lost + a (1 - p)))`; positive speaks for won.
    pub logit: f64,
    /// The voters, nearest first.
    pub evidence: Vec<Evidence>,
    /// How like known calls it is: the mean over its moments of the cosine to the nearest moment that may vote; none where
    /// none may.
    pub familiarity: Option<f64>,
}

/// A vote of the nearest labelled calls, each with its moment that is nearest to any moment of the prefix.
///
/// A call with cosine `s` votes with weight `exp((s - best) / temperature)`, and the share `p` of won calls in training
/// votes with `a = prior_strength`; without voters the logit is therefore that of `p`.
///
/// Law: neither the conversation itself nor one of its group ever votes. The filter says so to the retriever, and what
/// comes back is checked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neighbours {
    config: NeighboursConfig,
    won_share: f64,
}

impl Neighbours {
    /// A vote with the share of won calls in training, which is kept off 0 and 1.
    pub fn new(config: NeighboursConfig, won_share: f64) -> Self {
        Self {
            config,
            won_share: won_share.clamp(1e-6, 1.0 - 1e-6),
        }
    }

    /// Asks the retriever once per moment, and again for more where the moments found are of too few calls.
    ///
    /// # Errors
    ///
    /// The retriever's own.
    pub fn vote(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
        retriever: &dyn Retriever,
    ) -> Result<Vote, RetrieverError> {
        let near: Vec<Vec<ScoredDocument>> = moments
            .iter()
            .map(|moment| self.near(prefix, moment, retriever))
            .collect::<Result<_, _>>()?;
        Ok(self.vote_of(near.iter().map(Vec::as_slice)))
    }

    /// Who may vote because of one moment: the nearest moments of at least `limit` calls, or all there are.
    ///
    /// # Errors
    ///
    /// The retriever's own.
    pub fn near(
        &self,
        prefix: Prefix<'_>,
        moment: &EncodedMoment,
        retriever: &dyn Retriever,
    ) -> Result<Vec<ScoredDocument>, RetrieverError> {
        match self.filter(prefix) {
            Some(filter) => self.admitted(moment, &filter, retriever),
            None => Ok(Vec::new()),
        }
    }

    /// The vote of what was [near](Self::near) each moment of a prefix.
    pub fn vote_of<'a>(&self, near: impl Iterator<Item = &'a [ScoredDocument]>) -> Vote {
        let mut nearest = BTreeMap::new();
        let mut cosines = Vec::new();
        for found in near {
            cosines.extend(found.iter().map(|near| near.score).reduce(f32::max));
            for found in found {
                keep_nearest(&mut nearest, found);
            }
        }
        let mut voters: Vec<&ScoredDocument> = nearest.into_values().collect();
        // Stable: equal scores stay in the order of the ids.
        voters.sort_by(|a, b| b.score.total_cmp(&a.score));
        voters.truncate(self.config.limit);
        Vote {
            familiarity: mean(&cosines),
            ..self.count(&voters)
        }
    }

    /// What [`vote`](Self::vote) will ask the retriever for first: one request a moment, none if nobody may vote.
    pub fn requests(&self, prefix: Prefix<'_>, moments: &[EncodedMoment]) -> Vec<RetrievalRequest> {
        let Some(filter) = self.filter(prefix) else {
            return Vec::new();
        };
        let limit = self.first_limit();
        moments
            .iter()
            .map(|moment| request(moment, limit, &filter))
            .collect()
    }

    const fn first_limit(&self) -> usize {
        self.config.limit.saturating_mul(FIRST_REQUEST)
    }

    /// Who may vote; none if nobody may, because only earlier calls are asked for and this one has no date.
    fn filter(&self, prefix: Prefix<'_>) -> Option<Filter> {
        let conversation = prefix.conversation();
        let before = match (self.config.only_earlier, conversation.metadata().date) {
            (true, None) => return None,
            (true, date) => date,
            (false, _) => None,
        };
        Some(Filter {
            kind: Some(DocumentKind::Moment),
            labelled: true,
            without_conversations: vec![prefix.id().clone()],
            without_accounts: vec![conversation.group().to_owned()],
            before,
            ..Filter::default()
        })
    }

    fn admitted(
        &self,
        moment: &EncodedMoment,
        filter: &Filter,
        retriever: &dyn Retriever,
    ) -> Result<Vec<ScoredDocument>, RetrieverError> {
        let mut limit = self.first_limit();
        loop {
            let mut found = retriever.retrieve(&request(moment, limit, filter))?;
            let exhausted = found.len() < limit;
            found.retain(|near| near.score.is_finite() && filter.admits(&near.document.metadata));
            if exhausted || calls(&found) >= self.config.limit {
                return Ok(found);
            }
            limit = limit.saturating_mul(2);
        }
    }

    /// What votes for won and for lost before anybody does.
    fn priors(&self) -> (f64, f64) {
        let prior = self.config.prior_strength;
        (prior * self.won_share, prior * (1.0 - self.won_share))
    }

    /// How much a call votes whose nearest moment has the cosine `score`, where the nearest of all has `best`.
    fn weight(&self, score: f32, best: f64) -> f64 {
        ((f64::from(score) - best) / self.config.temperature).exp()
    }

    fn count(&self, voters: &[&ScoredDocument]) -> Vote {
        let best = voters
            .first()
            .map_or(0.0, |nearest| f64::from(nearest.score));
        let evidence: Vec<Evidence> = voters.iter().filter_map(|near| evidence(near)).collect();
        let (mut won, mut lost) = self.priors();
        for voter in &evidence {
            let weight = self.weight(voter.score, best);
            if voter.outcome.is_won() {
                won += weight;
            } else {
                lost += weight;
            }
        }
        Vote {
            logit: (won / lost).ln(),
            evidence,
            familiarity: None,
        }
    }
}

/// None of nothing.
fn mean(cosines: &[f32]) -> Option<f64> {
    let sum: f64 = cosines.iter().copied().map(f64::from).sum();
    (!cosines.is_empty()).then(|| sum / cosines.len() as f64)
}

fn request(moment: &EncodedMoment, limit: usize, filter: &Filter) -> RetrievalRequest {
    let query = Query::Vector(moment.embedding.clone());
    RetrievalRequest::new(query, limit).with_filter(filter.clone())
}

fn calls(found: &[ScoredDocument]) -> usize {
    let mut ids: Vec<_> = found
        .iter()
        .map(|near| &near.document.metadata.conversation)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

/// Keeps the nearer of two moments of one call; the earlier one if they are equally near.
fn keep_nearest<'a>(
    nearest: &mut BTreeMap<&'a ConversationId, &'a ScoredDocument>,
    found: &'a ScoredDocument,
) {
    let place = |near: &ScoredDocument| (near.score, near.document.metadata.turns);
    let id = &found.document.metadata.conversation;
    let better = nearest.get(id).is_none_or(|known| {
        let ((new, turns), (old, old_turns)) = (place(found), place(known));
        new > old || (new.to_bits() == old.to_bits() && turns < old_turns)
    });
    if better {
        nearest.insert(id, found);
    }
}

fn evidence(ScoredDocument { document, score }: &ScoredDocument) -> Option<Evidence> {
    let metadata = &document.metadata;
    Some(Evidence {
        id: metadata.conversation.clone(),
        outcome: metadata.outcome?,
        score: *score,
        turns: metadata.turns,
        text: document.page_content.clone(),
    })
}

#[cfg(test)]
mod tests;
