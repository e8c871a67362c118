//! Snapshots, by name only.

use qdrant_client::qdrant::snapshots_server::Snapshots;
use qdrant_client::qdrant::{
    CreateSnapshotRequest, CreateSnapshotResponse, DeleteSnapshotRequest, DeleteSnapshotResponse,
    ListSnapshotsRequest, ListSnapshotsResponse, SnapshotDescription,
};
use tonic::{Request, Response, Status};

use super::{Service, refuse};

#[tonic::async_trait]
impl Snapshots for Service {
    async fn create(
        &self,
        request: Request<CreateSnapshotRequest>,
    ) -> Result<Response<CreateSnapshotResponse>, Status> {
        let name = request.into_inner().collection_name;
        let snapshot = self.0.with(&name, |collection| {
            let snapshot = SnapshotDescription {
                name: format!("{name}-{}.snapshot", collection.snapshots.len()),
                creation_time: Some(prost_types::Timestamp {
                    seconds: 1_772_323_200,
                    nanos: 0,
                }),
                size: 4_096,
                checksum: Some("00ff".to_owned()),
            };
            collection.snapshots.push(snapshot.clone());
            Ok(snapshot)
        })?;
        Ok(Response::new(CreateSnapshotResponse {
            snapshot_description: Some(snapshot),
            time: 0.0,
        }))
    }

    async fn list(
        &self,
        request: Request<ListSnapshotsRequest>,
    ) -> Result<Response<ListSnapshotsResponse>, Status> {
        let name = request.into_inner().collection_name;
        let all = |collection: &mut super::state::Collection| Ok(collection.snapshots.clone());
        Ok(Response::new(ListSnapshotsResponse {
            snapshot_descriptions: self.0.with(&name, all)?,
            time: 0.0,
        }))
    }

    async fn delete(
        &self,
        request: Request<DeleteSnapshotRequest>,
    ) -> Result<Response<DeleteSnapshotResponse>, Status> {
        let request = request.into_inner();
        self.0.with(&request.collection_name, |collection| {
            let before = collection.snapshots.len();
            collection
                .snapshots
                .retain(|snapshot| snapshot.name != request.snapshot_name);
            if collection.snapshots.len() == before {
                return Err(Status::not_found("no such snapshot"));
            }
            Ok(())
        })?;
        Ok(Response::new(DeleteSnapshotResponse { time: 0.0 }))
    }

    refuse! {
        create_full(CreateFullSnapshotRequest) -> CreateSnapshotResponse;
        list_full(ListFullSnapshotsRequest) -> ListSnapshotsResponse;
        delete_full(DeleteFullSnapshotRequest) -> DeleteSnapshotResponse;
    }
}
