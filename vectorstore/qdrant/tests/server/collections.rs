//! Collections and their aliases.

use std::sync::PoisonError;

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::collections_server::Collections;
use qdrant_client::qdrant::{
    AliasDescription, ChangeAliases, CollectionClusterInfoRequest, CollectionClusterInfoResponse,
    CollectionConfig, CollectionDescription, CollectionInfo, CollectionOperationResponse,
    CollectionParams, CreateAlias, CreateCollection, CreateShardKeyRequest, CreateShardKeyResponse,
    DeleteCollection, GetCollectionInfoRequest, GetCollectionInfoResponse, ListAliasesRequest,
    ListAliasesResponse, ListCollectionsRequest, ListCollectionsResponse, LocalShardInfo, ShardKey,
    shard_key,
};
use tonic::{Request, Response, Status};

use super::state::{Collection, key_name};
use super::{Service, refuse};

fn done(result: bool) -> Response<CollectionOperationResponse> {
    Response::new(CollectionOperationResponse { result, time: 0.0 })
}

fn info(collection: &Collection) -> CollectionInfo {
    let request = &collection.request;
    let params = CollectionParams {
        vectors_config: request.vectors_config.clone(),
        sparse_vectors_config: request.sparse_vectors_config.clone(),
        sharding_method: request.sharding_method,
        shard_number: request.shard_number.unwrap_or(1),
        ..CollectionParams::default()
    };
    CollectionInfo {
        config: Some(CollectionConfig {
            params: Some(params),
            metadata: request.metadata.clone(),
            ..CollectionConfig::default()
        }),
        ..CollectionInfo::default()
    }
}

#[tonic::async_trait]
impl Collections for Service {
    async fn get(
        &self,
        request: Request<GetCollectionInfoRequest>,
    ) -> Result<Response<GetCollectionInfoResponse>, Status> {
        let name = request.into_inner().collection_name;
        let result = self.0.with(&name, |collection| Ok(info(collection)))?;
        Ok(Response::new(GetCollectionInfoResponse {
            result: Some(result),
            time: 0.0,
        }))
    }

    async fn list(
        &self,
        _: Request<ListCollectionsRequest>,
    ) -> Result<Response<ListCollectionsResponse>, Status> {
        let collections = self.0.collections.lock().unwrap();
        let names = collections.keys().cloned();
        Ok(Response::new(ListCollectionsResponse {
            collections: names.map(|name| CollectionDescription { name }).collect(),
            time: 0.0,
        }))
    }

    async fn create(
        &self,
        request: Request<CreateCollection>,
    ) -> Result<Response<CollectionOperationResponse>, Status> {
        self.0.create(request.into_inner())?;
        Ok(done(true))
    }

    async fn delete(
        &self,
        request: Request<DeleteCollection>,
    ) -> Result<Response<CollectionOperationResponse>, Status> {
        let name = request.into_inner().collection_name;
        let removed = self.0.collections.lock().unwrap().remove(&name);
        let mut aliases = self.0.aliases.lock().unwrap();
        aliases.retain(|_, collection| *collection != name);
        let existed = removed.is_some();
        if let Some(Collection { folder, shards, .. }) = removed {
            // The engine writes once more when it goes.
            drop(shards);
            fs_err::remove_dir_all(folder).unwrap();
        }
        Ok(done(existed))
    }

    async fn update_aliases(
        &self,
        request: Request<ChangeAliases>,
    ) -> Result<Response<CollectionOperationResponse>, Status> {
        let mut aliases = self
            .0
            .aliases
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut changed = aliases.clone();
        for operation in request.into_inner().actions {
            match operation.action {
                Some(Action::CreateAlias(CreateAlias {
                    collection_name,
                    alias_name,
                })) => {
                    changed.insert(alias_name, collection_name);
                }
                Some(Action::DeleteAlias(alias)) => {
                    changed.remove(&alias.alias_name);
                }
                Some(Action::RenameAlias(_)) | None => {
                    return Err(Status::unimplemented("renaming an alias"));
                }
            }
        }
        *aliases = changed;
        Ok(done(true))
    }

    async fn list_aliases(
        &self,
        _: Request<ListAliasesRequest>,
    ) -> Result<Response<ListAliasesResponse>, Status> {
        let aliases = self.0.aliases.lock().unwrap().clone();
        let aliases = aliases.into_iter();
        let aliases = aliases.map(|(alias_name, collection_name)| AliasDescription {
            alias_name,
            collection_name,
        });
        Ok(Response::new(ListAliasesResponse {
            aliases: aliases.collect(),
            time: 0.0,
        }))
    }

    async fn collection_cluster_info(
        &self,
        request: Request<CollectionClusterInfoRequest>,
    ) -> Result<Response<CollectionClusterInfoResponse>, Status> {
        let name = request.into_inner().collection_name;
        let shard = |key: &String| LocalShardInfo {
            shard_key: Some(ShardKey {
                key: Some(shard_key::Key::Keyword(key.clone())),
            }),
            ..LocalShardInfo::default()
        };
        let local_shards = self.0.with(&name, |collection| {
            Ok(collection.shards.keys().map(shard).collect())
        })?;
        Ok(Response::new(CollectionClusterInfoResponse {
            local_shards,
            ..CollectionClusterInfoResponse::default()
        }))
    }

    async fn create_shard_key(
        &self,
        request: Request<CreateShardKeyRequest>,
    ) -> Result<Response<CreateShardKeyResponse>, Status> {
        let request = request.into_inner();
        let key = request
            .request
            .unwrap_or_default()
            .shard_key
            .unwrap_or_default();
        self.0.with(&request.collection_name, |collection| {
            collection.add_shard(&key_name(&key))
        })?;
        Ok(Response::new(CreateShardKeyResponse {
            result: true,
            time: 0.0,
        }))
    }

    refuse! {
        update(UpdateCollection) -> CollectionOperationResponse;
        list_collection_aliases(ListCollectionAliasesRequest) -> ListAliasesResponse;
        collection_exists(CollectionExistsRequest) -> CollectionExistsResponse;
        update_collection_cluster_setup(UpdateCollectionClusterSetupRequest)
            -> UpdateCollectionClusterSetupResponse;
        delete_shard_key(DeleteShardKeyRequest) -> DeleteShardKeyResponse;
        list_shard_keys(ListShardKeysRequest) -> ListShardKeysResponse;
    }
}
