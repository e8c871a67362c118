//! A collection in a folder: [`EdgeStore`].

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fs_err::File;
use upturn_core::{
    Embedding, Filter, Fingerprint, Point, ScoredDocument, SearchRequest, VectorStore,
    VectorStoreError,
};

use crate::engine::Engine;
use crate::sidecar::Sidecar;
use crate::{EdgeStoreError, EngineError, conversions, folder};

/// Above this limit the engine is first asked how many points there are: it reserves room for as many as are asked for.
const LARGE_LIMIT: usize = 1_024;

/// A collection that Qdrant's engine keeps in a folder.
///
/// # Laws, beyond those of [`VectorStore`]
///
/// - **Durability.** What [`upsert`](VectorStore::upsert) or [`delete`](VectorStore::delete) returned from is on the
///   disk: a process killed afterwards loses none of it.
/// - **Ownership.** A folder is open once at a time; it belongs to one encoder; refusing leaves it as it was.
/// - **Order.** Equal scores are ordered by id.
///
/// The tests run `conformance::vector_store` and compare with exact search.
#[derive(Debug)]
pub struct EdgeStore {
    folder: PathBuf,
    sidecar: Sidecar,
    /// One change at a time, from the request to its confirmation.
    changes: Mutex<()>,
    // Dropped in this order: the folder is free only when the engine has left it.
    engine: Engine,
    _lock: File,
}

impl EdgeStore {
    /// Opens the collection in `folder`, or makes an empty one where nothing or an empty folder is.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); [`EdgeStoreError::Refused`] also for another `dimension`; [`EdgeStoreError::Io`] or
    /// [`EdgeStoreError::Engine`] if it can't be made.
    pub fn create_or_open(
        folder: impl Into<PathBuf>,
        dimension: usize,
        fingerprint: &Fingerprint,
    ) -> Result<Self, EdgeStoreError> {
        let folder = folder.into();
        let free = folder::is_free(&folder).map_err(|source| EdgeStoreError::Io {
            folder: folder.clone(),
            source,
        })?;
        if free {
            folder::create(&folder, &Sidecar::new(dimension, fingerprint.clone()))?;
        }
        let sidecar = Sidecar::read(&folder)?;
        check_encoder(&folder, &sidecar, fingerprint)?;
        check_dimension(&folder, sidecar.dimension, dimension)?;
        Self::attach(folder, sidecar)
    }

    /// Opens the collection in `folder`, filled by the encoder of `fingerprint`.
    ///
    /// # Errors
    ///
    /// [`EdgeStoreError::NotFound`], [`EdgeStoreError::NotACollection`] or [`EdgeStoreError::Damaged`] by what is
    /// there; [`EdgeStoreError::Refused`] if another encoder filled it; [`EdgeStoreError::Locked`] if it is open
    /// elsewhere; [`EdgeStoreError::Io`] if a file can't be used.
    pub fn open(
        folder: impl Into<PathBuf>,
        fingerprint: &Fingerprint,
    ) -> Result<Self, EdgeStoreError> {
        let folder = folder.into();
        let sidecar = Sidecar::read(&folder)?;
        check_encoder(&folder, &sidecar, fingerprint)?;
        Self::attach(folder, sidecar)
    }

    fn attach(folder: PathBuf, sidecar: Sidecar) -> Result<Self, EdgeStoreError> {
        let lock = folder::lock(&folder)?;
        folder::inspect(&folder)?;
        let damaged = |source| EdgeStoreError::Damaged {
            folder: folder.clone(),
            source,
        };
        let engine = Engine::load(&folder).map_err(damaged)?;
        if engine.dimension() != Some(sidecar.dimension) {
            let reason = "its vectors are not as long as `upturn.json` says";
            return Err(damaged(EngineError::new(reason)));
        }
        Ok(Self {
            folder,
            sidecar,
            changes: Mutex::default(),
            engine,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn check(&self, embedding: &Embedding) -> Result<(), VectorStoreError> {
        check_dimension(&self.folder, self.sidecar.dimension, embedding.dimension())
    }

    fn one_at_a_time(&self) -> MutexGuard<'_, ()> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An error if a change was not made.
    ///
    /// The engine skips a change in silence where it believes to have a later one already; it believes so after a part
    /// of its log was lost.
    fn confirm(&self, made: bool) -> Result<(), VectorStoreError> {
        if made {
            return Ok(());
        }
        Err(EdgeStoreError::Damaged {
            folder: self.folder.clone(),
            source: EngineError::new("a change was not made: a part of its log is missing"),
        }
        .into())
    }

    /// Names an engine's failure by what was asked of it.
    fn failed(&self, doing: &'static str) -> impl Fn(EngineError) -> VectorStoreError {
        move |source| {
            let folder = self.folder.clone();
            EdgeStoreError::Engine {
                folder,
                doing,
                source,
            }
            .into()
        }
    }
}

fn check_encoder(
    folder: &Path,
    sidecar: &Sidecar,
    got: &Fingerprint,
) -> Result<(), VectorStoreError> {
    if sidecar.fingerprint == *got {
        return Ok(());
    }
    Err(VectorStoreError::ForeignEncoder {
        collection: folder.display().to_string(),
        expected: sidecar.fingerprint.clone(),
        got: got.clone(),
    })
}

fn check_dimension(folder: &Path, expected: usize, got: usize) -> Result<(), VectorStoreError> {
    if expected == got {
        return Ok(());
    }
    Err(VectorStoreError::DimensionMismatch {
        collection: folder.display().to_string(),
        expected,
        got,
    })
}

impl VectorStore for EdgeStore {
    fn dimension(&self) -> usize {
        self.sidecar.dimension
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.sidecar.fingerprint
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        for point in points {
            self.check(&point.embedding)?;
        }
        if points.is_empty() {
            return Ok(());
        }
        let failed = self.failed("storing points");
        let operation = conversions::upsert(points, self.fingerprint()).map_err(&failed)?;
        let _changing = self.one_at_a_time();
        self.engine.change([operation]).map_err(&failed)?;
        let ids = conversions::ids(points);
        let records = self.engine.retrieve(&ids).map_err(failed)?;
        self.confirm(conversions::hold(records, points))
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        self.check(&request.query)?;
        let mut limit = request.limit;
        if limit > LARGE_LIMIT {
            limit = limit.min(self.count(&Filter::default())?);
        }
        if limit == 0 {
            return Ok(Vec::new());
        }
        let failed = self.failed("searching");
        let search = conversions::search(request, limit).map_err(&failed)?;
        let mut points = self.engine.search(search).map_err(&failed)?;
        points.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        points
            .into_iter()
            .map(|point| conversions::scored(point).map_err(&failed))
            .collect()
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        let failed = self.failed("deleting points");
        let operation = conversions::delete(filter).map_err(&failed)?;
        let _changing = self.one_at_a_time();
        self.engine.change([operation]).map_err(failed)?;
        self.confirm(self.count(filter)? == 0)
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let failed = self.failed("counting points");
        let request = conversions::count(filter).map_err(&failed)?;
        self.engine.count(request).map_err(failed)
    }
}
