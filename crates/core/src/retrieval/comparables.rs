//! The nearest calls of either outcome: [`comparables`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    ConversationId, DocumentKind, EncodedMoment, Filter, Outcome, Prefix, ScoredDocument,
    SearchRequest, TurnRange, VectorStore, VectorStoreError,
};

use super::nearest_calls;

/// Another call, and which of its moments is like which of this one's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparable {
    /// The turns of this call.
    pub turns: TurnRange,
    /// The moment of the other call; its score is the cosine between both.
    pub found: ScoredDocument,
}

/// The calls most like this one, nearest first, by how they ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparables {
    /// Those that were won.
    pub won: Vec<Comparable>,
    /// Those that were lost.
    pub lost: Vec<Comparable>,
}

/// For either outcome the `limit` calls with the moment nearest to any of `moments`, among those that `filter` admits.
///
/// Neither the call itself nor one of its account is ever among them. The filter's `outcome` narrows the answer to one side; its
/// `kind` is not looked at.
///
/// # Errors
///
/// The store's own.
pub fn comparables(
    store: &dyn VectorStore,
    prefix: Prefix<'_>,
    moments: &[EncodedMoment],
    filter: &Filter,
    limit: usize,
) -> Result<Comparables, VectorStoreError> {
    let mut filter = Filter {
        kind: Some(DocumentKind::Moment),
        ..filter.clone()
    };
    filter.without_conversations.push(prefix.id().clone());
    let own = prefix.conversation().group().to_owned();
    filter.without_accounts.push(own);
    let side = |outcome: Outcome| {
        if filter.outcome.is_some_and(|asked| asked != outcome) {
            return Ok(Vec::new());
        }
        let filter = Filter {
            outcome: Some(outcome),
            ..filter.clone()
        };
        nearest_to_any(store, moments, &filter, limit)
    };
    Ok(Comparables {
        won: side(Outcome::Won)?,
        lost: side(Outcome::Lost)?,
    })
}

fn nearest_to_any(
    store: &dyn VectorStore,
    moments: &[EncodedMoment],
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Comparable>, VectorStoreError> {
    let mut nearest: BTreeMap<ConversationId, Comparable> = BTreeMap::new();
    for EncodedMoment {
        moment, embedding, ..
    } in moments
    {
        let request = SearchRequest::new(embedding.clone(), limit).with_filter(filter.clone());
        for found in nearest_calls(store, &request)? {
            let turns = moment.turns;
            keep_nearest(&mut nearest, Comparable { turns, found });
        }
    }
    // A map is in order of id, and the sort is stable.
    let mut nearest: Vec<_> = nearest.into_values().collect();
    nearest.sort_by(|a, b| b.found.score.total_cmp(&a.found.score));
    nearest.truncate(limit);
    Ok(nearest)
}

fn keep_nearest(nearest: &mut BTreeMap<ConversationId, Comparable>, new: Comparable) {
    let call = new.found.document.metadata.conversation.clone();
    match nearest.get_mut(&call) {
        Some(known) if known.found.score >= new.found.score => {}
        Some(known) => *known = new,
        None => {
            nearest.insert(call, new);
        }
    }
}
