//! How a collection is made, as messages.

use std::collections::HashMap;

use qdrant_client::qdrant::payload_index_params::IndexParams;
use qdrant_client::qdrant::quantization_config::Quantization as Form;
use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    BinaryQuantization, CreateCollection, CreateFieldIndexCollection, CreateShardKey,
    CreateShardKeyRequest, Distance, FieldType, HnswConfigDiff, KeywordIndexParams, Modifier,
    PayloadIndexParams, QuantizationConfig, QuantizationType, ScalarQuantization, ShardingMethod,
    SparseIndexConfig, SparseVectorConfig, SparseVectorParams, Value, VectorParams,
    VectorParamsMap, VectorsConfig,
};
use serde_json::json;
use upturn_core::Fingerprint;

use crate::filter::{ACCOUNT, FIELDS, REP};
use crate::points::{DENSE, SPARSE};
use crate::scope::{Scope, key};
use crate::{Quantization, Tenant};

/// Under which key a collection remembers whose vectors it holds.
pub(crate) const REMEMBERED: &str = "upturn";
/// Of the form of points and of what is remembered; another one was written by another upturn.
pub(crate) const VERSION: i64 = 1;

impl Scope {
    /// The message that makes the collection.
    #[expect(
        deprecated,
        reason = "servers before 1.19 do not know the newer names of where things are kept"
    )]
    pub(crate) fn creation(&self, dimension: usize, fingerprint: &Fingerprint) -> CreateCollection {
        let layout = &self.layout;
        let by_key = matches!(layout.tenant, Some(Tenant::ShardKey(_)));
        CreateCollection {
            collection_name: self.collection.clone(),
            hnsw_config: Some(HnswConfigDiff {
                on_disk: Some(layout.graph_on_disk),
                ..HnswConfigDiff::default()
            }),
            shard_number: Some(layout.shards.unwrap_or(1)),
            on_disk_payload: Some(!layout.payload_in_memory),
            timeout: Some(self.timeout.as_secs().max(1)),
            vectors_config: Some(dense(dimension, layout.vectors_on_disk)),
            replication_factor: layout.replication_factor,
            write_consistency_factor: layout.write_consistency_factor,
            quantization_config: layout.quantization.map(small),
            sharding_method: by_key.then_some(ShardingMethod::Custom.into()),
            sparse_vectors_config: Some(sparse(layout.words_on_disk)),
            metadata: HashMap::from([(REMEMBERED.to_owned(), remembered(dimension, fingerprint))]),
            ..CreateCollection::default()
        }
    }

    /// The messages that index every field a filter may name.
    pub(crate) fn payload_indexes(&self) -> Vec<CreateFieldIndexCollection> {
        let tenant = match self.layout.tenant {
            Some(Tenant::Account) => ACCOUNT,
            Some(Tenant::Rep) => REP,
            Some(Tenant::ShardKey(_)) | None => "",
        };
        let index = |(field, kind): (&str, FieldType)| CreateFieldIndexCollection {
            collection_name: self.collection.clone(),
            wait: Some(true),
            field_name: field.to_owned(),
            field_type: Some(kind.into()),
            field_index_params: (field == tenant).then(|| PayloadIndexParams {
                index_params: Some(IndexParams::KeywordIndexParams(KeywordIndexParams {
                    is_tenant: Some(true),
                    ..KeywordIndexParams::default()
                })),
            }),
            ..CreateFieldIndexCollection::default()
        };
        FIELDS.map(index).to_vec()
    }

    /// The message that makes the tenant's part, if it has one of its own.
    pub(crate) fn part(&self) -> Option<CreateShardKeyRequest> {
        let Some(Tenant::ShardKey(name)) = &self.layout.tenant else {
            return None;
        };
        Some(CreateShardKeyRequest {
            collection_name: self.collection.clone(),
            request: Some(CreateShardKey {
                shard_key: Some(key(name)),
                ..CreateShardKey::default()
            }),
            timeout: Some(self.timeout.as_secs().max(1)),
        })
    }
}

#[expect(
    deprecated,
    reason = "servers before 1.19 do not know the newer names of where things are kept"
)]
fn dense(dimension: usize, on_disk: bool) -> VectorsConfig {
    let params = VectorParams {
        size: dimension as u64,
        distance: Distance::Cosine.into(),
        on_disk: Some(on_disk),
        ..VectorParams::default()
    };
    VectorsConfig {
        config: Some(Config::ParamsMap(VectorParamsMap {
            map: HashMap::from([(DENSE.to_owned(), params)]),
        })),
    }
}

#[expect(
    deprecated,
    reason = "servers before 1.19 do not know the newer names of where things are kept"
)]
fn sparse(on_disk: bool) -> SparseVectorConfig {
    let params = SparseVectorParams {
        index: Some(SparseIndexConfig {
            on_disk: Some(on_disk),
            ..SparseIndexConfig::default()
        }),
        modifier: Some(Modifier::Idf.into()),
    };
    SparseVectorConfig {
        map: HashMap::from([(SPARSE.to_owned(), params)]),
    }
}

#[expect(
    deprecated,
    reason = "servers before 1.19 do not know the newer names of where things are kept"
)]
fn small(form: Quantization) -> QuantizationConfig {
    let form = match form {
        Quantization::Scalar { .. } => Form::Scalar(ScalarQuantization {
            r#type: QuantizationType::Int8.into(),
            quantile: None,
            always_ram: Some(true),
            ..ScalarQuantization::default()
        }),
        Quantization::Binary { .. } => Form::Binary(BinaryQuantization {
            always_ram: Some(true),
            ..BinaryQuantization::default()
        }),
    };
    QuantizationConfig {
        quantization: Some(form),
    }
}

fn remembered(dimension: usize, fingerprint: &Fingerprint) -> Value {
    let remembered = json!({
        "version": VERSION,
        "dimension": dimension,
        "fingerprint": fingerprint.as_str(),
    });
    remembered.into()
}
