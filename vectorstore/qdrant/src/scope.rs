//! What is asked of the server, as messages: [`Scope`].

use std::time::Duration;

use qdrant_client::qdrant::{
    self, CountPoints, DeletePoints, GetPoints, PointId as ServerId, PointStruct,
    QuantizationSearchParams, QueryPoints, ReadConsistencyType, ScrollPoints, SearchParams,
    ShardKeySelector, UpsertPoints, VectorInput, WriteOrderingType, query, read_consistency,
    shard_key,
};
use upturn_core::{Filter, PointId, SearchQuery, SearchRequest};

use crate::filter::filter;
use crate::points::{DENSE, SPARSE, server_id};
use crate::{CollectionLayout, ReadConsistency, Tenant, WriteOrdering};

/// Candidates that a search of the graph keeps, at least: with fewer, some of the ten nearest of 100,000 are missed.
const LEAST_CANDIDATES: usize = 128;

/// One collection, whose points in it, and how they are read and changed.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// The collection's own name, never an alias: an alias may be moved to the vectors of another encoder.
    pub(crate) collection: String,
    pub(crate) layout: CollectionLayout,
    /// How long the server may take.
    pub(crate) timeout: Duration,
}

impl Scope {
    pub(crate) fn upsert(&self, points: Vec<PointStruct>) -> UpsertPoints {
        UpsertPoints {
            collection_name: self.collection.clone(),
            wait: Some(true),
            points,
            ordering: self.ordering(),
            shard_key_selector: self.shard_key(),
            ..UpsertPoints::default()
        }
    }

    pub(crate) fn delete(&self, admitted: &Filter) -> DeletePoints {
        DeletePoints {
            collection_name: self.collection.clone(),
            wait: Some(true),
            points: Some(filter(admitted).into()),
            ordering: self.ordering(),
            shard_key_selector: self.shard_key(),
            ..DeletePoints::default()
        }
    }

    pub(crate) fn count(&self, admitted: &Filter) -> CountPoints {
        CountPoints {
            collection_name: self.collection.clone(),
            filter: Some(filter(admitted)),
            exact: Some(true),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_key(),
            timeout: self.seconds(),
        }
    }

    /// A search for the `limit` nearest points; limit and offset in the request are not looked at.
    pub(crate) fn query(&self, request: &SearchRequest, limit: usize) -> QueryPoints {
        let SearchRequest {
            query,
            limit: _,
            offset: _,
            filter: admitted,
            score_threshold,
        } = request;
        let (vector, using, params) = match query {
            SearchQuery::Dense(query) => {
                let vector = VectorInput::new_dense(query.as_slice().to_vec());
                (vector, DENSE, Some(self.params(limit)))
            }
            SearchQuery::Words(words) => {
                let (indices, values) = (words.indices().to_vec(), words.values().to_vec());
                (VectorInput::new_sparse(indices, values), SPARSE, None)
            }
        };
        QueryPoints {
            collection_name: self.collection.clone(),
            query: Some(qdrant::Query {
                variant: Some(query::Variant::Nearest(vector)),
            }),
            using: Some(using.to_owned()),
            filter: Some(filter(admitted)),
            params,
            score_threshold: *score_threshold,
            limit: Some(limit as u64),
            with_payload: Some(true.into()),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_key(),
            timeout: self.seconds(),
            ..QueryPoints::default()
        }
    }

    pub(crate) fn get(&self, ids: &[PointId]) -> GetPoints {
        GetPoints {
            collection_name: self.collection.clone(),
            ids: ids.iter().copied().map(server_id).collect(),
            with_payload: Some(true.into()),
            with_vectors: Some(vec![DENSE].into()),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_key(),
            timeout: self.seconds(),
        }
    }

    /// The points from `from` on, in order of id.
    pub(crate) fn scroll(
        &self,
        admitted: &Filter,
        from: Option<ServerId>,
        limit: u32,
    ) -> ScrollPoints {
        ScrollPoints {
            collection_name: self.collection.clone(),
            filter: Some(filter(admitted)),
            offset: from,
            limit: Some(limit),
            with_payload: Some(true.into()),
            with_vectors: Some(vec![DENSE].into()),
            read_consistency: self.consistency(),
            shard_key_selector: self.shard_key(),
            timeout: self.seconds(),
            ..ScrollPoints::default()
        }
    }

    fn params(&self, limit: usize) -> SearchParams {
        let rescored = |oversampling| QuantizationSearchParams {
            ignore: None,
            rescore: Some(true),
            oversampling: Some(oversampling),
        };
        let quantization = self.layout.quantization;
        SearchParams {
            hnsw_ef: Some(limit.saturating_mul(2).max(LEAST_CANDIDATES) as u64),
            quantization: quantization.map(|form| rescored(form.oversampling())),
            ..SearchParams::default()
        }
    }

    fn shard_key(&self) -> Option<ShardKeySelector> {
        match &self.layout.tenant {
            Some(Tenant::ShardKey(key)) => Some(ShardKeySelector {
                shard_keys: vec![self::key(key)],
                fallback: None,
            }),
            Some(Tenant::Account | Tenant::Rep) | None => None,
        }
    }

    fn consistency(&self) -> Option<qdrant::ReadConsistency> {
        let asked = match self.layout.read_consistency {
            ReadConsistency::One => return None,
            ReadConsistency::Majority => ReadConsistencyType::Majority,
            ReadConsistency::Quorum => ReadConsistencyType::Quorum,
            ReadConsistency::All => ReadConsistencyType::All,
        };
        Some(qdrant::ReadConsistency {
            value: Some(read_consistency::Value::Type(asked.into())),
        })
    }

    fn ordering(&self) -> Option<qdrant::WriteOrdering> {
        let asked = match self.layout.write_ordering {
            WriteOrdering::Weak => return None,
            WriteOrdering::Medium => WriteOrderingType::Medium,
            WriteOrdering::Strong => WriteOrderingType::Strong,
        };
        Some(qdrant::WriteOrdering {
            r#type: asked.into(),
        })
    }

    /// The server counts whole seconds, at least one.
    #[expect(clippy::unnecessary_wraps, reason = "so the messages have it")]
    fn seconds(&self) -> Option<u64> {
        Some(self.timeout.as_secs().max(1))
    }
}

/// A tenant's shard key in the server's words.
pub(crate) fn key(key: &str) -> qdrant::ShardKey {
    qdrant::ShardKey {
        key: Some(shard_key::Key::Keyword(key.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::Embedding;

    use super::*;
    use crate::Quantization;

    fn scope(layout: CollectionLayout) -> Scope {
        Scope {
            collection: "calls-1".to_owned(),
            layout,
            timeout: Duration::from_millis(10),
        }
    }

    #[test]
    fn a_tenants_key_is_in_every_message() {
        let scope = scope(CollectionLayout {
            tenant: Some(Tenant::ShardKey("acme".to_owned())),
            ..CollectionLayout::default()
        });
        let everything = Filter::default();
        let query = SearchRequest::new(Embedding::normalized(vec![1.0]).unwrap(), 3);
        let selectors = [
            scope.upsert(Vec::new()).shard_key_selector,
            scope.delete(&everything).shard_key_selector,
            scope.count(&everything).shard_key_selector,
            scope.query(&query, 3).shard_key_selector,
            scope.get(&[]).shard_key_selector,
            scope.scroll(&everything, None, 3).shard_key_selector,
        ];
        for selector in selectors {
            assert_eq!(selector.unwrap().shard_keys, [key("acme")]);
        }
    }

    #[test]
    fn small_forms_are_rescored_and_changes_are_waited_for() {
        let scope = scope(CollectionLayout {
            quantization: Some(Quantization::Binary { oversampling: 4.0 }),
            read_consistency: ReadConsistency::Quorum,
            write_ordering: WriteOrdering::Strong,
            ..CollectionLayout::default()
        });
        let query = SearchRequest::new(Embedding::normalized(vec![1.0]).unwrap(), 3);
        let query = scope.query(&query, 3);
        let params = query.params.unwrap();
        assert_eq!(params.hnsw_ef, Some(128));
        let quantization = params.quantization.unwrap();
        assert_eq!(quantization.rescore, Some(true));
        assert_eq!(quantization.oversampling, Some(4.0));
        assert!(query.read_consistency.is_some());
        assert_eq!(query.timeout, Some(1));
        let upsert = scope.upsert(Vec::new());
        assert_eq!((upsert.wait, upsert.ordering.is_some()), (Some(true), true));
        assert_eq!(scope.delete(&Filter::default()).wait, Some(true));
    }
}
