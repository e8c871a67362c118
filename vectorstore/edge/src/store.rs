//! A collection in a folder: [`EdgeStore`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fs_err::File;
use qdrant_edge::{EdgeConfig, PointId as EngineId};
use upturn_core::{
    Embedding, Filter, Fingerprint, Point, PointId, ScoredDocument, SearchQuery, SearchRequest,
    VectorStore, VectorStoreError,
};

use crate::engine::Engine;
use crate::sidecar::Sidecar;
use crate::{EdgeLayout, EdgeStoreError, EngineError, conversions, folder};

/// Above this limit the engine is first asked how many points there are: it reserves room for as many as are asked for.
pub(crate) const LARGE_LIMIT: usize = 1_024;
/// Segments that stay when points were added to a larger collection: joining all would build its graph anew.
const SEGMENTS: usize = 5;

/// Points stored since.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Since a segment was begun.
    pub(crate) since_seal: usize,
    /// Since graphs were built, or the collection was opened.
    pub(crate) since_graph: usize,
}

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
    pub(crate) sidecar: Sidecar,
    /// What the engine is told to do; `layout` in its words.
    pub(crate) config: EdgeConfig,
    /// One change at a time, from the request to its confirmation.
    changes: Mutex<Stored>,
    foreign: AtomicUsize,
    // Dropped in this order: the folder is free only when the engine has left it.
    pub(crate) engine: Engine,
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
        Self::create_or_open_with(folder, dimension, fingerprint, EdgeLayout::default())
    }

    /// As [`create_or_open`](Self::create_or_open); a collection that is made is laid out as `layout` says, one that is
    /// there stays as it is.
    ///
    /// # Errors
    ///
    /// As [`create_or_open`](Self::create_or_open).
    pub fn create_or_open_with(
        folder: impl Into<PathBuf>,
        dimension: usize,
        fingerprint: &Fingerprint,
        layout: EdgeLayout,
    ) -> Result<Self, EdgeStoreError> {
        let folder = folder.into();
        let free = folder::is_free(&folder).map_err(|source| EdgeStoreError::Io {
            folder: folder.clone(),
            source,
        })?;
        if free {
            folder::create(
                &folder,
                &Sidecar::new(dimension, fingerprint.clone(), layout),
            )?;
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

    /// How the collection in `folder` is laid out; none where there is no collection that can be read.
    pub fn layout_of(folder: &Path) -> Option<EdgeLayout> {
        Some(Sidecar::read(folder).ok()?.layout)
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
            config: conversions::config(sidecar.dimension, &sidecar.layout),
            sidecar,
            changes: Mutex::default(),
            foreign: AtomicUsize::new(0),
            engine,
            _lock: lock,
        })
    }

    /// Indexes the fields that filters name, and builds the graph that makes a search of many points quick, where the engine
    /// finds it worth while: from some 7,000 points of 384 numbers on. Whether a graph was built.
    ///
    /// Meant for the end of a filling: on two cores 100,000 points take a minute or two, and changes wait for it. Searches
    /// find the same without, only slower. After a filling of at least half of the collection all of it is in one graph;
    /// what is added later has graphs of its own, and the largest stay as they are.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::Backend`].
    pub fn optimize(&self) -> Result<bool, VectorStoreError> {
        let mut stored = self.one_at_a_time();
        let most = stored.since_graph >= self.count(&Filter::default())?.div_ceil(2);
        *stored = Stored::default();
        let segments = if most { 1 } else { SEGMENTS };
        self.engine
            .optimize(&self.config, segments)
            .map_err(self.failed("being optimised"))
    }

    /// The most points met by one search that are not ours, and so were passed over.
    pub fn foreign_points(&self) -> usize {
        self.foreign.load(Ordering::Relaxed)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn check(&self, embedding: &Embedding) -> Result<(), VectorStoreError> {
        check_dimension(&self.folder, self.sidecar.dimension, embedding.dimension())
    }

    /// The `limit` best documents. Points that are not ours are passed over, and then more are asked for.
    pub(crate) fn best(
        &self,
        request: &SearchRequest,
        limit: usize,
    ) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let failed = self.failed("searching");
        let mut asked = limit;
        loop {
            if asked == 0 {
                return Ok(Vec::new());
            }
            let search = conversions::search(request, asked, self.sidecar.layout.quantization)
                .map_err(&failed)?;
            let mut points = self.engine.search(search).map_err(&failed)?;
            points.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
            let all = points.len();
            let mut found: Vec<_> = points.into_iter().filter_map(conversions::scored).collect();
            let foreign = all - found.len();
            self.foreign.fetch_max(foreign, Ordering::Relaxed);
            if foreign == 0 || found.len() >= limit || all < asked {
                found.truncate(limit);
                clamp(&mut found, &request.query);
                return Ok(found);
            }
            asked = asked.saturating_add(foreign.max(asked));
        }
    }

    pub(crate) fn one_at_a_time(&self) -> MutexGuard<'_, Stored> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names an engine's failure by what was asked of it.
    pub(crate) fn failed(&self, doing: &'static str) -> impl Fn(EngineError) -> VectorStoreError {
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

/// A cosine is computed in `f32` and may lie a little outside.
fn clamp(found: &mut [ScoredDocument], query: &SearchQuery) {
    if matches!(query, SearchQuery::Dense(_)) {
        for found in found {
            found.score = found.score.clamp(-1.0, 1.0);
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
        let mut stored = self.one_at_a_time();
        self.store(points, &mut stored)?;
        self.engine.flush().map_err(self.failed("being written"))
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        match &request.query {
            SearchQuery::Dense(query) => self.check(query)?,
            SearchQuery::Words(words) if words.is_empty() => return Ok(Vec::new()),
            SearchQuery::Words(_) => {}
        }
        let mut end = request.offset.saturating_add(request.limit);
        if end > LARGE_LIMIT {
            end = end.min(self.count(&Filter::default())?);
        }
        let mut found = match self.best_of_any(request, end)? {
            Some(found) => found,
            None => self.best(request, end)?,
        };
        found.drain(..request.offset.min(found.len()));
        Ok(found)
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        let failed = self.failed("deleting points");
        let operation = conversions::delete(filter).map_err(&failed)?;
        let _changing = self.one_at_a_time();
        self.engine.change(operation).map_err(&failed)?;
        self.engine.flush().map_err(failed)?;
        self.confirm(self.count(filter)? == 0)
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let failed = self.failed("counting points");
        let request = conversions::count(filter).map_err(&failed)?;
        self.engine.count(request).map_err(failed)
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        let asked: BTreeSet<_> = ids.iter().copied().map(EngineId::Uuid).collect();
        let asked: Vec<_> = asked.into_iter().collect();
        let failed = self.failed("reading points");
        let records = self.engine.retrieve(&asked, true, true).map_err(failed)?;
        Ok(records.into_iter().filter_map(conversions::point).collect())
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        let failed = self.failed("reading points");
        let mut found = Vec::new();
        let mut from = after.map(EngineId::Uuid);
        while found.len() < limit {
            // The first one may be `after` itself.
            let room = (limit - found.len()).saturating_add(1).min(LARGE_LIMIT);
            let request = conversions::scroll(filter, from, room).map_err(&failed)?;
            let (records, next) = self.engine.scroll(request).map_err(&failed)?;
            let new = records
                .into_iter()
                .filter(|record| after.map(EngineId::Uuid) != Some(record.id));
            found.extend(new.filter_map(conversions::point));
            from = next;
            if from.is_none() {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}
