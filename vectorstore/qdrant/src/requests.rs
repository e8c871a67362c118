//! What is asked of a server, and when its answer counts.

use qdrant_client::qdrant::{
    PointsOperationResponse, QueryPoints, ScoredPoint, UpdateResult, UpdateStatus, UpsertPoints,
};
use tonic::{Response, Status};

use crate::connection::{Connection, Failure, Repeat, Stubs};

/// The points found.
pub(crate) fn query(
    connection: &Connection,
    request: QueryPoints,
) -> Result<Vec<ScoredPoint>, Failure> {
    let answer = connection.call(Repeat::Safe, request, |stubs, request| async move {
        stubs.points().query(request).await
    })?;
    Ok(answer.result)
}

/// Stores points and waits until they are.
pub(crate) async fn store_batch(
    stubs: Stubs,
    request: UpsertPoints,
) -> Result<Response<PointsOperationResponse>, Status> {
    completed(stubs.points().upsert(request).await?)
}

/// An error that passes if a change was only taken note of: it is not made yet, and may still be lost.
pub(crate) fn completed(
    answer: Response<PointsOperationResponse>,
) -> Result<Response<PointsOperationResponse>, Status> {
    let result = answer.get_ref().result.as_ref();
    match result.map(UpdateResult::status) {
        Some(UpdateStatus::Completed) => Ok(answer),
        _ => Err(Status::unavailable("the change was not made in time")),
    }
}
