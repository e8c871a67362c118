//! The engine behind a wall: its errors, and its panics, leave as [`EngineError`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use qdrant_edge::{
    CountRequest, EdgeConfig, EdgeShard, OperationError, PointId, Record, ScoredPoint,
    ScrollRequest, SearchRequest, UpdateOperation, WithPayloadInterface, WithVector,
};

use crate::{EngineError, conversions, filter};

/// While filling, segments are not joined.
const MANY_SEGMENTS: usize = 100_000;
/// From how many kilobytes of vectors on a segment is closed; 0 would mean never.
const LEAST_KILOBYTES: usize = 1;

/// One shard of Qdrant in a folder.
///
/// The engine panics where a disk is full or a file is not what it should be. Such a panic is caught, and the engine is
/// not used again: it may have been in the middle of something.
#[derive(Debug)]
pub(crate) struct Engine {
    /// Absent only while it is being dropped.
    shard: Option<EdgeShard>,
    failed: AtomicBool,
}

impl Engine {
    /// Makes an empty shard and leaves it on the disk.
    pub(crate) fn create(folder: &Path, config: EdgeConfig) -> Result<(), EngineError> {
        let shard = caught(|| EdgeShard::new(folder, config))?;
        Self::new(shard).flush()
    }

    /// Opens a shard that [`create`](Self::create) made.
    pub(crate) fn load(folder: &Path) -> Result<Self, EngineError> {
        caught(|| EdgeShard::load(folder, None)).map(Self::new)
    }

    fn new(shard: EdgeShard) -> Self {
        Self {
            shard: Some(shard),
            failed: AtomicBool::new(false),
        }
    }

    /// Length of its vectors, if it has any.
    pub(crate) fn dimension(&self) -> Option<usize> {
        let config = self.shard.as_ref()?.config();
        config
            .vectors
            .get(conversions::DENSE)
            .map(|vector| vector.size)
    }

    /// Makes a change, which is on the disk after the next [`flush`](Self::flush).
    pub(crate) fn change(&self, operation: UpdateOperation) -> Result<(), EngineError> {
        self.run(|shard| shard.update(operation))
    }

    /// Waits until all changes are on the disk.
    ///
    /// The caller makes no change meanwhile: the engine panics if it meets one.
    pub(crate) fn flush(&self) -> Result<(), EngineError> {
        self.run(|shard| {
            shard.flush();
            Ok(())
        })
    }

    /// The nearest points, nearest first.
    pub(crate) fn search(&self, request: SearchRequest) -> Result<Vec<ScoredPoint>, EngineError> {
        self.run(|shard| shard.search(request))
    }

    /// What is stored under these ids, in their order, with what is asked for.
    pub(crate) fn retrieve(
        &self,
        ids: &[PointId],
        payload: bool,
        vectors: bool,
    ) -> Result<Vec<Record>, EngineError> {
        let payload = Some(WithPayloadInterface::Bool(payload));
        let vectors = Some(WithVector::Bool(vectors));
        self.run(|shard| shard.retrieve(ids, payload, vectors))
    }

    /// Stored points in order of id, and where the next ones begin.
    pub(crate) fn scroll(
        &self,
        request: ScrollRequest,
    ) -> Result<(Vec<Record>, Option<PointId>), EngineError> {
        self.run(|shard| shard.scroll(request))
    }

    /// Indexes the payload, builds graphs where the engine finds it worth while, and joins segments as far as `left`, the
    /// number of segments that may stay; whether it built any.
    ///
    /// A search goes through one segment after another, so that a graph of everything is searched several times as fast as
    /// graphs of its parts; the engine's own settings left some eighty of a million points. The largest segments stay as
    /// they are.
    ///
    /// Graphs are those of `config`, whatever [`seal`](Self::seal) left.
    pub(crate) fn optimize(&self, config: &EdgeConfig, left: usize) -> Result<bool, EngineError> {
        let indexes = filter::payload_indexes()?;
        let mut optimizers = config.optimizers.clone();
        optimizers.default_segment_number = Some(left);
        optimizers.max_segment_size = Some(usize::MAX);
        self.run(|shard| {
            for index in indexes {
                shard.update(index)?;
            }
            shard.set_hnsw_config(config.hnsw_config)?;
            shard.set_optimizers_config(optimizers)?;
            let changed = shard.optimize()?;
            shard.flush();
            Ok(changed)
        })
    }

    /// Closes what was filled lately: changed no more, without a graph, and a new segment is begun.
    ///
    /// The engine stores a point in time that grows with the segment: every word's list is gone through from its end to
    /// its beginning.
    pub(crate) fn seal(&self, config: &EdgeConfig) -> Result<(), EngineError> {
        let mut graph = config.hnsw_config;
        graph.m = 0;
        let mut optimizers = config.optimizers.clone();
        optimizers.default_segment_number = Some(MANY_SEGMENTS);
        optimizers.indexing_threshold = Some(LEAST_KILOBYTES);
        self.run(|shard| {
            shard.set_hnsw_config(graph)?;
            shard.set_optimizers_config(optimizers)?;
            shard.optimize()?;
            shard.flush();
            Ok(())
        })
    }

    /// How many points there are, exactly or by the engine's estimate.
    pub(crate) fn count(&self, request: CountRequest) -> Result<usize, EngineError> {
        self.run(|shard| shard.count(request))
    }

    fn run<T>(
        &self,
        call: impl FnOnce(&EdgeShard) -> Result<T, OperationError>,
    ) -> Result<T, EngineError> {
        let usable = !self.failed.load(Ordering::Acquire);
        let Some(shard) = self.shard.as_ref().filter(|_| usable) else {
            return Err(EngineError::new("the engine failed before"));
        };
        match catch_unwind(AssertUnwindSafe(|| call(shard))) {
            Ok(answer) => answer.map_err(|error| said(&error.to_string())),
            Err(panic) => {
                self.failed.store(true, Ordering::Release);
                Err(panicked(panic.as_ref()))
            }
        }
    }
}

impl Drop for Engine {
    /// The engine flushes once more and panics if it can't. What it was asked to keep is on the disk already.
    fn drop(&mut self) {
        let shard = self.shard.take();
        drop(catch_unwind(AssertUnwindSafe(|| drop(shard))));
    }
}

fn caught<T>(call: impl FnOnce() -> Result<T, OperationError>) -> Result<T, EngineError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(answer) => answer.map_err(|error| EngineError::new(error.to_string())),
        Err(panic) => Err(panicked(panic.as_ref())),
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> EngineError {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    said(message.unwrap_or("the engine stopped"))
}

/// The engine's message up to what it quotes: that may be something that was said in a call.
fn said(message: &str) -> EngineError {
    let unquoted = message.split('"').next().unwrap_or_default().trim_end();
    EngineError::new(if unquoted.is_empty() {
        "the engine stopped"
    } else {
        unquoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EdgeLayout;

    #[test]
    fn what_the_engine_quotes_is_left_out() {
        let error = caught(|| -> Result<(), OperationError> {
            panic!("can't read Message(\"invalid type: string \\\"my secret\\\"\")")
        });
        assert_eq!(error.unwrap_err().to_string(), "can't read Message(");
    }

    #[test]
    fn an_engine_that_panicked_is_not_used_again() {
        let folder = tempfile::TempDir::new().unwrap();
        Engine::create(
            folder.path(),
            conversions::config(2, &EdgeLayout::default()),
        )
        .unwrap();
        let engine = Engine::load(folder.path()).unwrap();
        let stopped = engine.run(|_| -> Result<(), OperationError> { panic!("disk full") });
        assert_eq!(stopped.unwrap_err().to_string(), "disk full");
        let next = engine.run(|_| Ok(()));
        assert_eq!(next.unwrap_err().to_string(), "the engine failed before");
    }
}
