//! Copies of a collection that the server keeps: [`Snapshot`].

use std::time::SystemTime;

use qdrant_client::qdrant::{
    CreateSnapshotRequest, DeleteSnapshotRequest, ListSnapshotsRequest, SnapshotDescription,
};

use crate::connection::Repeat;
use crate::{QdrantStore, QdrantStoreError};

/// A copy of a collection, in the server's folder of snapshots; in a cluster, of the parts on the node that was asked.
///
/// Restoring one is not part of the server's gRPC interface; `vectorstore/README.md` says how.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The name of its file.
    pub name: String,
    /// When it was made, if the server says so.
    pub created: Option<SystemTime>,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of the file in hexadecimal, if the server says so.
    pub checksum: Option<String>,
}

impl From<SnapshotDescription> for Snapshot {
    fn from(snapshot: SnapshotDescription) -> Self {
        let SnapshotDescription {
            name,
            creation_time,
            size,
            checksum,
        } = snapshot;
        Self {
            name,
            created: creation_time.and_then(|time| time.try_into().ok()),
            size: size.try_into().unwrap_or(0),
            checksum,
        }
    }
}

impl QdrantStore {
    /// Makes a snapshot of the whole collection, of all tenants. A request that fails is not repeated: it might make two.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Server`], or [`QdrantStoreError::TimedOut`], after which the server may still be at it.
    pub fn create_snapshot(&self) -> Result<Snapshot, QdrantStoreError> {
        let doing = "making a snapshot";
        let answer = self.asked(doing, |connection, scope| {
            let request = CreateSnapshotRequest {
                collection_name: scope.collection.clone(),
            };
            connection.call(Repeat::Never, request, |stubs, request| async move {
                stubs.snapshots().create(request).await
            })
        })?;
        Ok(answer.snapshot_description.unwrap_or_default().into())
    }

    /// The snapshots that there are.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Server`] or [`QdrantStoreError::TimedOut`].
    pub fn snapshots(&self) -> Result<Vec<Snapshot>, QdrantStoreError> {
        let answer = self.asked("listing snapshots", |connection, scope| {
            let request = ListSnapshotsRequest {
                collection_name: scope.collection.clone(),
            };
            connection.call(Repeat::Safe, request, |stubs, request| async move {
                stubs.snapshots().list(request).await
            })
        })?;
        let found = answer.snapshot_descriptions.into_iter();
        Ok(found.map(Snapshot::from).collect())
    }

    /// Removes a snapshot by the name of its file.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Server`], also if there is none, or [`QdrantStoreError::TimedOut`].
    pub fn delete_snapshot(&self, name: &str) -> Result<(), QdrantStoreError> {
        self.asked("removing a snapshot", |connection, scope| {
            let request = DeleteSnapshotRequest {
                collection_name: scope.collection.clone(),
                snapshot_name: name.to_owned(),
            };
            connection.call(Repeat::Never, request, |stubs, request| async move {
                stubs.snapshots().delete(request).await
            })
        })?;
        Ok(())
    }
}
