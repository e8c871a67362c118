//! Making a collection, looking whose it is, and removing it.

use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    CollectionClusterInfoRequest, CollectionConfig, CollectionParams, DeleteCollection, Distance,
    GetCollectionInfoRequest, Modifier, ShardKey, ShardingMethod, Value,
};
use serde::Deserialize;
use tonic::Code;
use upturn_core::{Fingerprint, VectorStoreError};

use crate::connection::{Connection, Failure, Repeat};
use crate::creation::{REMEMBERED, VERSION};
use crate::points::{DENSE, SPARSE};
use crate::scope::{Scope, key};
use crate::{QdrantStoreError, Tenant};

/// What a collection remembers about itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Remembered {
    version: i64,
    pub(crate) dimension: usize,
    pub(crate) fingerprint: Fingerprint,
}

/// Makes the collection with all its indexes. Whether it was made by this call: another process may make it at once, and
/// then both see to it that nothing is missing.
pub(crate) fn create(
    connection: &Connection,
    scope: &Scope,
    dimension: usize,
    fingerprint: &Fingerprint,
) -> Result<bool, QdrantStoreError> {
    let failed = |failure| QdrantStoreError::new(&scope.collection, "being created", failure);
    let creation = scope.creation(dimension, fingerprint);
    let made = connection.call(Repeat::Safe, creation, |stubs, request| async move {
        stubs.collections().create(request).await
    });
    let is_new = match made {
        Ok(_) => true,
        // Servers differ in how they say that it exists.
        Err(_) if config(connection, &scope.collection)?.is_some() => false,
        Err(failure) => return Err(failed(failure)),
    };
    create_part(connection, scope).map_err(failed)?;
    for index in scope.payload_indexes() {
        connection
            .call(Repeat::Safe, index, |stubs, request| async move {
                stubs.points().create_field_index(request).await
            })
            .map_err(failed)?;
    }
    Ok(is_new)
}

/// Makes the tenant's part of the collection, if it has one and it is not there.
pub(crate) fn create_part(connection: &Connection, scope: &Scope) -> Result<(), Failure> {
    let (Some(part), Some(Tenant::ShardKey(name))) = (scope.part(), &scope.layout.tenant) else {
        return Ok(());
    };
    if has_part(connection, &scope.collection, &key(name))? {
        return Ok(());
    }
    let made = connection.call(Repeat::Safe, part, |stubs, request| async move {
        stubs.collections().create_shard_key(request).await
    });
    match made {
        Err(_) if has_part(connection, &scope.collection, &key(name))? => Ok(()),
        made => made.map(|_| ()),
    }
}

fn has_part(connection: &Connection, collection: &str, part: &ShardKey) -> Result<bool, Failure> {
    let request = CollectionClusterInfoRequest {
        collection_name: collection.to_owned(),
    };
    let spread = connection.call(Repeat::Safe, request, |stubs, request| async move {
        stubs.collections().collection_cluster_info(request).await
    })?;
    let local = spread.local_shards.iter().map(|shard| &shard.shard_key);
    let remote = spread.remote_shards.iter().map(|shard| &shard.shard_key);
    Ok(local.chain(remote).any(|key| key.as_ref() == Some(part)))
}

/// The collection's own settings, or none where there is no such collection.
fn config(
    connection: &Connection,
    collection: &str,
) -> Result<Option<CollectionConfig>, QdrantStoreError> {
    let request = GetCollectionInfoRequest {
        collection_name: collection.to_owned(),
    };
    let info = connection.call(Repeat::Safe, request, |stubs, request| async move {
        stubs.collections().get(request).await
    });
    match info {
        Ok(info) => Ok(Some(
            info.result.and_then(|info| info.config).unwrap_or_default(),
        )),
        Err(failure) if failure.has_code(Code::NotFound) => Ok(None),
        Err(failure) => Err(QdrantStoreError::new(collection, "being opened", failure)),
    }
}

/// Looks whether the collection exists, was made by upturn, and holds the vectors of this encoder.
pub(crate) fn verify(
    connection: &Connection,
    scope: &Scope,
    fingerprint: &Fingerprint,
) -> Result<Option<Remembered>, QdrantStoreError> {
    let Some(config) = config(connection, &scope.collection)? else {
        return Ok(None);
    };
    let params = config.params.unwrap_or_default();
    let size = dense_size(&scope.collection, &params)?;
    let not_ours = |reason| not_ours(scope, reason);
    if !counts_words(&params) {
        return Err(not_ours("it has no vector `sparse` with the modifier IDF"));
    }
    let by_key = params.sharding_method == Some(ShardingMethod::Custom.into());
    if by_key != matches!(scope.layout.tenant, Some(Tenant::ShardKey(_))) {
        return Err(not_ours(
            "either it is divided by shard keys or a key is given, not both",
        ));
    }
    let remembered = remembered(config.metadata.get(REMEMBERED))
        .ok_or_else(|| not_ours("it does not remember whose vectors it holds"))?;
    if size != remembered.dimension {
        return Err(not_ours("its vectors are not as long as it remembers"));
    }
    if remembered.fingerprint != *fingerprint {
        return Err(QdrantStoreError::Refused(
            VectorStoreError::ForeignEncoder {
                collection: scope.collection.clone(),
                expected: remembered.fingerprint,
                got: fingerprint.clone(),
            },
        ));
    }
    Ok(Some(remembered))
}

fn not_ours(scope: &Scope, reason: &'static str) -> QdrantStoreError {
    QdrantStoreError::NotOurs {
        collection: scope.collection.clone(),
        reason,
    }
}

fn remembered(metadata: Option<&Value>) -> Option<Remembered> {
    let metadata = serde_json::to_value(metadata?).ok()?;
    let remembered: Remembered = serde_json::from_value(metadata).ok()?;
    (remembered.version == VERSION).then_some(remembered)
}

/// Length of the vectors that an encoder made; they must be compared by their cosine.
fn dense_size(collection: &str, params: &CollectionParams) -> Result<usize, QdrantStoreError> {
    let config = params.vectors_config.as_ref();
    let dense = match config.and_then(|config| config.config.as_ref()) {
        Some(Config::ParamsMap(vectors)) => vectors.map.get(DENSE),
        Some(Config::Params(_)) | None => None,
    };
    let Some(dense) = dense else {
        return Err(QdrantStoreError::NotOurs {
            collection: collection.to_owned(),
            reason: "it has no vector `dense`",
        });
    };
    if dense.distance() != Distance::Cosine {
        return Err(QdrantStoreError::Distance {
            collection: collection.to_owned(),
            got: dense.distance().as_str_name().to_owned(),
        });
    }
    usize::try_from(dense.size).map_err(|_| QdrantStoreError::NotOurs {
        collection: collection.to_owned(),
        reason: "its vectors are too long",
    })
}

fn counts_words(params: &CollectionParams) -> bool {
    let words = params.sparse_vectors_config.as_ref();
    words
        .and_then(|words| words.map.get(SPARSE))
        .is_some_and(|words| words.modifier() == Modifier::Idf)
}

/// Removes a collection; one that is not there is removed already.
pub(crate) fn remove(connection: &Connection, collection: &str) -> Result<(), QdrantStoreError> {
    let request = DeleteCollection {
        collection_name: collection.to_owned(),
        timeout: Some(connection.timeout().as_secs().max(1)),
    };
    let removed = connection.call(Repeat::Safe, request, |stubs, request| async move {
        stubs.collections().delete(request).await
    });
    match removed {
        Err(failure) if !failure.has_code(Code::NotFound) => {
            Err(QdrantStoreError::new(collection, "being removed", failure))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}
