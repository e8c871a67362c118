//! Points: stored in the engine, found by it.

use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::points_server::Points;
use qdrant_client::qdrant::{
    CountPoints, CountResponse, CountResult, CreateFieldIndexCollection, DeletePoints, GetPoints,
    GetResponse, PointsOperationResponse, QueryPoints, QueryResponse, ScrollPoints, ScrollResponse,
    UpdateResult, UpdateStatus, UpsertPoints,
};
use qdrant_edge::{
    CountRequest, PointInsertOperations, PointOperations, ScrollRequest, UpdateOperation,
    WithPayloadInterface, WithVector,
};
use tonic::{Request, Response, Status};

use super::{Service, conversions, refuse};

fn done() -> Response<PointsOperationResponse> {
    Response::new(PointsOperationResponse {
        result: Some(UpdateResult {
            operation_id: None,
            status: UpdateStatus::Completed.into(),
        }),
        ..PointsOperationResponse::default()
    })
}

impl Service {
    /// An error if the server is told to be away.
    fn arrive(&self) -> Result<(), Status> {
        let mut faults = self.0.faults();
        faults.requests += 1;
        if faults.unavailable > 0 {
            faults.unavailable -= 1;
            return Err(Status::unavailable("the server is starting"));
        }
        Ok(())
    }

    /// Whether this upsert is never to be answered.
    fn hangs(&self) -> bool {
        let mut faults = self.0.faults();
        match faults.hang_after.take() {
            Some((0, tell)) => {
                tell.send(()).unwrap();
                true
            }
            Some((left, tell)) => {
                faults.hang_after = Some((left - 1, tell));
                false
            }
            None => false,
        }
    }
}

#[tonic::async_trait]
impl Points for Service {
    async fn upsert(
        &self,
        request: Request<UpsertPoints>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        self.arrive()?;
        if self.hangs() {
            std::future::pending::<()>().await;
        }
        let request = request.into_inner();
        let points = request.points.into_iter().map(conversions::stored);
        let points = PointInsertOperations::PointsList(points.collect::<Result<_, _>>()?);
        let operation = UpdateOperation::PointOperation(PointOperations::UpsertPoints(points));
        let key = request.shard_key_selector.as_ref();
        self.0.with_shard(&request.collection_name, key, |shard| {
            shard.update(operation)?;
            Ok(())
        })?;
        Ok(done())
    }

    async fn delete(
        &self,
        request: Request<DeletePoints>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        self.arrive()?;
        let request = request.into_inner();
        let selector = request
            .points
            .and_then(|points| points.points_selector_one_of);
        let Some(PointsSelectorOneOf::Filter(filter)) = selector else {
            return Err(Status::unimplemented("deleting by id"));
        };
        let filter = conversions::filter(&filter)?;
        let delete = PointOperations::DeletePointsByFilter(filter);
        let key = request.shard_key_selector.as_ref();
        self.0.with_shard(&request.collection_name, key, |shard| {
            shard.update(UpdateOperation::PointOperation(delete))?;
            Ok(())
        })?;
        Ok(done())
    }

    async fn get(&self, request: Request<GetPoints>) -> Result<Response<GetResponse>, Status> {
        self.arrive()?;
        let request = request.into_inner();
        let ids = request.ids.into_iter().map(conversions::id);
        let ids: Vec<_> = ids.collect::<Result<_, _>>()?;
        let key = request.shard_key_selector.as_ref();
        let records = self.0.with_shard(&request.collection_name, key, |shard| {
            let payload = Some(WithPayloadInterface::Bool(true));
            shard.retrieve(&ids, payload, Some(WithVector::Bool(true)))
        })?;
        Ok(Response::new(GetResponse {
            result: records.into_iter().map(conversions::retrieved).collect(),
            ..GetResponse::default()
        }))
    }

    async fn scroll(
        &self,
        request: Request<ScrollPoints>,
    ) -> Result<Response<ScrollResponse>, Status> {
        self.arrive()?;
        let request = request.into_inner();
        let page = ScrollRequest {
            offset: request.offset.map(conversions::id).transpose()?,
            limit: request.limit.map(|limit| limit as usize),
            filter: Some(conversions::filter(&request.filter.unwrap_or_default())?),
            with_payload: Some(WithPayloadInterface::Bool(true)),
            with_vector: WithVector::Bool(true),
            order_by: None,
        };
        let key = request.shard_key_selector.as_ref();
        let (records, next) = self
            .0
            .with_shard(&request.collection_name, key, |shard| shard.scroll(page))?;
        Ok(Response::new(ScrollResponse {
            next_page_offset: next.map(conversions::server_id),
            result: records.into_iter().map(conversions::retrieved).collect(),
            ..ScrollResponse::default()
        }))
    }

    async fn count(
        &self,
        request: Request<CountPoints>,
    ) -> Result<Response<CountResponse>, Status> {
        self.arrive()?;
        let request = request.into_inner();
        let count = CountRequest {
            filter: Some(conversions::filter(&request.filter.unwrap_or_default())?),
            exact: true,
        };
        let key = request.shard_key_selector.as_ref();
        let count = self
            .0
            .with_shard(&request.collection_name, key, |shard| shard.count(count))?;
        Ok(Response::new(CountResponse {
            result: Some(CountResult {
                count: count as u64,
            }),
            ..CountResponse::default()
        }))
    }

    async fn query(
        &self,
        request: Request<QueryPoints>,
    ) -> Result<Response<QueryResponse>, Status> {
        self.arrive()?;
        let request = request.into_inner();
        let key = request.shard_key_selector.clone();
        let name = request.collection_name.clone();
        let search = conversions::search(request)?;
        let found = self
            .0
            .with_shard(&name, key.as_ref(), |shard| shard.search(search))?;
        Ok(Response::new(QueryResponse {
            result: found.into_iter().map(conversions::scored).collect(),
            ..QueryResponse::default()
        }))
    }

    async fn create_field_index(
        &self,
        request: Request<CreateFieldIndexCollection>,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        let request = request.into_inner();
        let kind = request.field_type();
        let operation = conversions::index(&request.field_name, kind)?;
        self.0.with(&request.collection_name, |collection| {
            for shard in collection.shards.values() {
                shard
                    .update(operation.clone())
                    .map_err(|error| Status::internal(error.to_string()))?;
            }
            if !collection.fields.contains(&request.field_name) {
                collection.fields.push(request.field_name);
            }
            Ok(())
        })?;
        Ok(done())
    }

    refuse! {
        update_vectors(UpdatePointVectors) -> PointsOperationResponse;
        delete_vectors(DeletePointVectors) -> PointsOperationResponse;
        set_payload(SetPayloadPoints) -> PointsOperationResponse;
        overwrite_payload(SetPayloadPoints) -> PointsOperationResponse;
        delete_payload(DeletePayloadPoints) -> PointsOperationResponse;
        clear_payload(ClearPayloadPoints) -> PointsOperationResponse;
        delete_field_index(DeleteFieldIndexCollection) -> PointsOperationResponse;
        create_vector_name(CreateVectorNameRequest) -> PointsOperationResponse;
        delete_vector_name(DeleteVectorNameRequest) -> PointsOperationResponse;
        search(SearchPoints) -> SearchResponse;
        search_batch(SearchBatchPoints) -> SearchBatchResponse;
        search_groups(SearchPointGroups) -> SearchGroupsResponse;
        recommend(RecommendPoints) -> RecommendResponse;
        recommend_batch(RecommendBatchPoints) -> RecommendBatchResponse;
        recommend_groups(RecommendPointGroups) -> RecommendGroupsResponse;
        discover(DiscoverPoints) -> DiscoverResponse;
        discover_batch(DiscoverBatchPoints) -> DiscoverBatchResponse;
        update_batch(UpdateBatchPoints) -> UpdateBatchResponse;
        query_batch(QueryBatchPoints) -> QueryBatchResponse;
        query_groups(QueryPointGroups) -> QueryGroupsResponse;
        facet(FacetCounts) -> FacetResponse;
        search_matrix_pairs(SearchMatrixPoints) -> SearchMatrixPairsResponse;
        search_matrix_offsets(SearchMatrixPoints) -> SearchMatrixOffsetsResponse;
    }
}
