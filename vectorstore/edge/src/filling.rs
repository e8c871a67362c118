//! Storing points, and being sure of it.

use std::collections::{BTreeMap, BTreeSet};

use qdrant_edge::PointId as EngineId;
use upturn_core::{Document, Point, VectorStore, VectorStoreError};

use crate::store::Stored;
use crate::{EdgeStore, EdgeStoreError, EngineError, conversions};

/// Points after which a segment is closed: storing takes the longer the more points are in it.
const SEGMENT: usize = 4_096;

impl EdgeStore {
    /// Stores points as [`upsert`](VectorStore::upsert) does, but they are on the disk only after [`flush`](Self::flush).
    ///
    /// For filling: waiting for the disk once is quicker than once a batch. They are found at once.
    ///
    /// # Errors
    ///
    /// As [`upsert`](VectorStore::upsert).
    pub fn stage(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        self.store(points, &mut self.one_at_a_time())
    }

    /// Waits until everything staged is on the disk.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::Backend`], for example if the disk is full.
    pub fn flush(&self) -> Result<(), VectorStoreError> {
        let _changing = self.one_at_a_time();
        self.engine.flush().map_err(self.failed("being written"))
    }

    pub(crate) fn store(
        &self,
        points: &[Point],
        stored: &mut Stored,
    ) -> Result<(), VectorStoreError> {
        for point in points {
            self.check(&point.embedding)?;
        }
        if points.is_empty() {
            return Ok(());
        }
        let failed = self.failed("storing points");
        let operation = conversions::upsert(points, self.fingerprint()).map_err(&failed)?;
        let expected = conversions::by_id(points);
        let known = self.known(&expected).map_err(&failed)?;
        self.engine.change(operation).map_err(&failed)?;
        self.confirm(self.is_stored(expected, known).map_err(&failed)?)?;
        stored.since_graph += points.len();
        stored.since_seal += points.len();
        if stored.since_seal >= SEGMENT {
            stored.since_seal = 0;
            self.engine.seal(&self.config).map_err(failed)?;
        }
        Ok(())
    }

    /// Those ids under which there is something.
    fn known(&self, points: &BTreeMap<EngineId, &Document>) -> Result<Vec<EngineId>, EngineError> {
        let ids: Vec<_> = points.keys().copied().collect();
        let known = self.engine.retrieve(&ids, false, false)?;
        Ok(known.into_iter().map(|record| record.id).collect())
    }

    /// Whether all are there, and those that were known before are what they should be now: only those could be skipped.
    fn is_stored(
        &self,
        mut points: BTreeMap<EngineId, &Document>,
        before: Vec<EngineId>,
    ) -> Result<bool, EngineError> {
        if self.known(&points)?.len() < points.len() {
            return Ok(false);
        }
        let records = self.engine.retrieve(&before, true, false)?;
        let before: BTreeSet<_> = before.into_iter().collect();
        points.retain(|id, _| before.contains(id));
        Ok(conversions::hold(records, points))
    }

    /// An error if a change was not made.
    ///
    /// The engine skips a change in silence where it believes to have a later one already; it believes so after a part
    /// of its log was lost.
    pub(crate) fn confirm(&self, made: bool) -> Result<(), VectorStoreError> {
        if made {
            return Ok(());
        }
        Err(EdgeStoreError::Damaged {
            folder: self.folder().to_owned(),
            source: EngineError::new("a change was not made: a part of its log is missing"),
        }
        .into())
    }
}
