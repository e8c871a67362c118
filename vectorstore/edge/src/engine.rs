//! The engine behind a wall: its errors, and its panics, leave as [`EngineError`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use qdrant_edge::{
    CountRequest, EdgeShard, OperationError, PointId, Record, ScoredPoint, ScrollRequest,
    SearchRequest, UpdateOperation, WithPayloadInterface, WithVector,
};

use crate::{EngineError, conversions, filter};

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
    /// Makes an empty shard with its payload indexes, and leaves it on the disk.
    pub(crate) fn create(folder: &Path, dimension: usize) -> Result<(), EngineError> {
        let shard = caught(|| EdgeShard::new(folder, conversions::config(dimension)))?;
        let engine = Self::new(shard);
        engine.change(filter::payload_indexes()?)
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

    /// Makes changes and waits until they are on the disk.
    ///
    /// The caller makes one change at a time: the engine's flush panics if it meets another.
    pub(crate) fn change(
        &self,
        operations: impl IntoIterator<Item = UpdateOperation>,
    ) -> Result<(), EngineError> {
        self.run(|shard| {
            for operation in operations {
                shard.update(operation)?;
            }
            shard.flush();
            Ok(())
        })
    }

    /// The nearest points, nearest first.
    pub(crate) fn search(&self, request: SearchRequest) -> Result<Vec<ScoredPoint>, EngineError> {
        self.run(|shard| shard.search(request))
    }

    /// What is stored under these ids, in their order, with or without vectors.
    pub(crate) fn retrieve(
        &self,
        ids: &[PointId],
        with_vectors: bool,
    ) -> Result<Vec<Record>, EngineError> {
        let payload = Some(WithPayloadInterface::Bool(true));
        let vectors = Some(WithVector::Bool(with_vectors));
        self.run(|shard| shard.retrieve(ids, payload, vectors))
    }

    /// Stored points in order of id, and where the next ones begin.
    pub(crate) fn scroll(
        &self,
        request: ScrollRequest,
    ) -> Result<(Vec<Record>, Option<PointId>), EngineError> {
        self.run(|shard| shard.scroll(request))
    }

    /// Builds graphs and joins segments where the engine finds it worth while; whether it did anything.
    pub(crate) fn optimize(&self) -> Result<bool, EngineError> {
        self.run(|shard| {
            let changed = shard.optimize()?;
            shard.flush();
            Ok(changed)
        })
    }

    /// How many points there are, exactly.
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
        Engine::create(folder.path(), 2).unwrap();
        let engine = Engine::load(folder.path()).unwrap();
        let stopped = engine.run(|_| -> Result<(), OperationError> { panic!("disk full") });
        assert_eq!(stopped.unwrap_err().to_string(), "disk full");
        let next = engine.run(|_| Ok(()));
        assert_eq!(next.unwrap_err().to_string(), "the engine failed before");
    }
}
