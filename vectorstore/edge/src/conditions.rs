//! Searches that look at conditions last.

use upturn_core::{Filter, ScoredDocument, SearchQuery, SearchRequest, VectorStoreError};

use crate::store::LARGE_LIMIT;
use crate::{EdgeStore, conversions};

impl EdgeStore {
    /// The `limit` best documents, found by a search without conditions; none if it did not find as many as are admitted.
    ///
    /// The engine looks at the fields of every point that its graph leads to, thousands of times in a search. Where most
    /// points are admitted, it is quicker to ask for some more of any kind and to leave out what is not.
    ///
    /// Law: what a search with the conditions finds, but for what the graph misses.
    pub(crate) fn best_of_any(
        &self,
        request: &SearchRequest,
        limit: usize,
    ) -> Result<Option<Vec<ScoredDocument>>, VectorStoreError> {
        if limit > LARGE_LIMIT || !matches!(request.query, SearchQuery::Dense(_)) {
            return Ok(None);
        }
        let Some(asked) = self.enough_of_any(&request.filter, limit)? else {
            return Ok(None);
        };
        let any = SearchRequest {
            filter: Filter::default(),
            ..request.clone()
        };
        let mut found = self.best(&any, asked)?;
        let all = found.len() < asked;
        found.retain(|found| request.filter.admits(&found.document.metadata));
        let enough = all || found.len() >= limit;
        found.truncate(limit);
        Ok(enough.then_some(found))
    }

    /// How many of any kind hold `limit` that a filter admits, with an eighth to spare; none where less than three quarters
    /// are admitted, because then too few are found too often, or where there are no conditions.
    fn enough_of_any(
        &self,
        filter: &Filter,
        limit: usize,
    ) -> Result<Option<usize>, VectorStoreError> {
        let everything = Filter::default();
        if *filter == everything {
            return Ok(None);
        }
        let (all, admitted) = (self.estimate(&everything)?, self.estimate(filter)?);
        let most = 4 * admitted >= 3 * all.max(1);
        Ok(most.then(|| (limit * all).div_ceil(admitted) + limit.div_ceil(8)))
    }

    fn estimate(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let failed = self.failed("counting points");
        let request = conversions::estimate(filter).map_err(&failed)?;
        self.engine.count(request).map_err(failed)
    }
}
