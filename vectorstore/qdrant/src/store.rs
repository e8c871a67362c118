//! A collection on a server: [`QdrantStore`].

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use qdrant_client::qdrant::{PointId as ServerId, PointStruct};
use tonic::Code;
use upturn_core::{
    Embedding, Filter, Fingerprint, Point, PointId, ScoredDocument, SearchQuery, SearchRequest,
    VectorStore, VectorStoreError,
};

use crate::connection::{Connection, Failure, Repeat};
use crate::points::{batches, is_id, point, scored, server_id};
use crate::ranking::{clamp, order};
use crate::requests::{completed, query, store_batch};
use crate::scope::Scope;
use crate::{QdrantConfig, QdrantStoreError, Rebuild, alias, collection};

/// Above this limit the server is first asked how many points there are: it reserves room for as many as are asked for.
const LARGE_LIMIT: usize = 1_024;
/// How many whole points are asked for at once.
const PAGE: usize = 512;

/// A collection that a Qdrant server or cluster keeps.
///
/// # Laws, beyond those of [`VectorStore`]
///
/// - **Durability.** What [`upsert`](VectorStore::upsert) or [`delete`](VectorStore::delete) returned from was made on as
///   many nodes as the layout asks for. After an error an upsert may have been made in part; repeating it is safe.
/// - **Ownership.** A collection belongs to one encoder, also when its name is given to another generation meanwhile.
/// - **Order.** Equal scores are ordered by id.
/// - **Strangers.** Points that upturn did not store are passed over by searches and [counted](Self::foreign_points), and
///   more are asked for in their place; [`count`](VectorStore::count) and [`delete`](VectorStore::delete) see them.
///
/// The tests run `conformance::vector_store` and compare with exact search.
#[derive(Debug)]
pub struct QdrantStore {
    /// As it was opened: an alias, as a rule.
    name: String,
    connection: Arc<Connection>,
    /// The generation in use.
    scope: RwLock<Arc<Scope>>,
    dimension: usize,
    fingerprint: Fingerprint,
    foreign: AtomicUsize,
}

impl QdrantStore {
    /// Opens the collection `name`, or makes an empty one, `name-1` with the alias `name`, where there is none. Several
    /// processes may do so at once.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); [`QdrantStoreError::Refused`] also for another `dimension`.
    pub fn create_or_open(
        config: &QdrantConfig,
        name: impl Into<String>,
        dimension: usize,
        fingerprint: &Fingerprint,
    ) -> Result<Self, QdrantStoreError> {
        let name = name.into();
        let connection = Arc::new(Connection::new(config)?);
        let mut used = scope(config, &connection, actual(&connection, &name)?);
        if collection::verify(&connection, &used, fingerprint)?.is_none() {
            used.collection = alias::generation(&name, 1);
            collection::create(&connection, &used, dimension, fingerprint)?;
            collection::verify(&connection, &used, fingerprint)?;
            alias::point(&connection, &name, &used.collection)?;
        }
        let failed = |failure| QdrantStoreError::new(&name, "being created", failure);
        collection::create_part(&connection, &used).map_err(failed)?;
        let store = Self::attach(connection, name, used, fingerprint)?;
        check_dimension(&store.name, store.dimension, dimension)?;
        Ok(store)
    }

    /// Opens the collection `name`, filled by the encoder of `fingerprint`.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Setting`] if the configuration cannot be used; [`QdrantStoreError::NotFound`],
    /// [`QdrantStoreError::NotOurs`] or [`QdrantStoreError::Distance`] by what is there;
    /// [`QdrantStoreError::Refused`] if another encoder filled it; [`QdrantStoreError::Server`] or
    /// [`QdrantStoreError::TimedOut`] if the server does not answer.
    pub fn open(
        config: &QdrantConfig,
        name: impl Into<String>,
        fingerprint: &Fingerprint,
    ) -> Result<Self, QdrantStoreError> {
        let name = name.into();
        let connection = Arc::new(Connection::new(config)?);
        let used = scope(config, &connection, actual(&connection, &name)?);
        Self::attach(connection, name, used, fingerprint)
    }

    /// Begins the next generation of the collection `name`: empty, and found by nobody until it is published.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::NoAlias`] if a collection has the name itself; [`QdrantStoreError::Shared`] with a
    /// [`crate::Tenant::ShardKey`]; [`QdrantStoreError::Setting`], [`QdrantStoreError::Server`] or
    /// [`QdrantStoreError::TimedOut`].
    pub fn rebuild(
        config: &QdrantConfig,
        name: impl Into<String>,
        dimension: usize,
        fingerprint: &Fingerprint,
    ) -> Result<Rebuild, QdrantStoreError> {
        Rebuild::begin(config, name.into(), dimension, fingerprint)
    }

    /// Removes the generations of `name` that were begun and never published, or published over; the one in use stays, and
    /// nothing is removed where none is. Not while another process fills one.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Setting`], [`QdrantStoreError::Server`] or [`QdrantStoreError::TimedOut`].
    pub fn remove_unpublished(config: &QdrantConfig, name: &str) -> Result<(), QdrantStoreError> {
        let connection = Connection::new(config)?;
        for generation in alias::unpublished(&connection, name)? {
            collection::remove(&connection, &generation)?;
        }
        Ok(())
    }

    pub(crate) fn attach(
        connection: Arc<Connection>,
        name: String,
        scope: Scope,
        fingerprint: &Fingerprint,
    ) -> Result<Self, QdrantStoreError> {
        let Some(remembered) = collection::verify(&connection, &scope, fingerprint)? else {
            return Err(QdrantStoreError::NotFound { collection: name });
        };
        Ok(Self {
            name,
            connection,
            scope: RwLock::new(Arc::new(scope)),
            dimension: remembered.dimension,
            fingerprint: remembered.fingerprint,
            foreign: AtomicUsize::new(0),
        })
    }

    /// The name that it was opened by.
    pub fn collection(&self) -> &str {
        &self.name
    }

    /// The most points met by one request that are not ours, and so were passed over.
    pub fn foreign_points(&self) -> usize {
        self.foreign.load(Ordering::Relaxed)
    }

    /// Removes the collection with all its points, of all tenants; its name is free afterwards.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Server`] or [`QdrantStoreError::TimedOut`].
    pub fn remove(self) -> Result<(), QdrantStoreError> {
        collection::remove(&self.connection, &self.scope().collection)
    }

    fn scope(&self) -> Arc<Scope> {
        Arc::clone(&self.scope.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks the generation in use. If it is gone, its successor is asked, provided that it is of the same encoder.
    pub(crate) fn asked<T>(
        &self,
        doing: &'static str,
        ask: impl Fn(&Connection, &Scope) -> Result<T, Failure>,
    ) -> Result<T, QdrantStoreError> {
        let scope = self.scope();
        let mut answer = ask(&self.connection, &scope);
        if answer
            .as_ref()
            .is_err_and(|failure| failure.has_code(Code::NotFound))
            && let Some(next) = self.successor(&scope)?
        {
            answer = ask(&self.connection, &next);
        }
        answer.map_err(|failure| QdrantStoreError::new(&self.name, doing, failure))
    }

    /// The generation that has the name now, if it is another one.
    fn successor(&self, gone: &Scope) -> Result<Option<Arc<Scope>>, QdrantStoreError> {
        let actual = actual(&self.connection, &self.name)?;
        if actual == gone.collection {
            return Ok(None);
        }
        let next = Scope {
            collection: actual,
            ..gone.clone()
        };
        let Some(found) = collection::verify(&self.connection, &next, &self.fingerprint)? else {
            return Ok(None);
        };
        check_dimension(&self.name, found.dimension, self.dimension)?;
        let next = Arc::new(next);
        *self.scope.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&next);
        Ok(Some(next))
    }

    /// The `limit` best documents. Points that are not ours are passed over, and then more are asked for.
    fn best(
        &self,
        request: &SearchRequest,
        limit: usize,
    ) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let mut asked = limit;
        loop {
            if asked == 0 {
                return Ok(Vec::new());
            }
            let points = self.asked("searching", |connection, scope| {
                query(connection, scope.query(request, asked))
            })?;
            let all = points.len();
            let mut found: Vec<_> = points.into_iter().filter_map(scored).collect();
            let foreign = all - found.len();
            self.passed_over(foreign);
            if foreign == 0 || found.len() >= limit || all < asked {
                order(&mut found);
                found.truncate(limit);
                clamp(&mut found, &request.query);
                return Ok(found);
            }
            asked = asked.saturating_add(foreign.max(asked));
        }
    }

    /// One page of stored points from `from` on, and where the next one begins.
    fn page(
        &self,
        filter: &Filter,
        from: Option<&ServerId>,
        after: Option<PointId>,
        room: usize,
    ) -> Result<(Vec<Point>, Option<ServerId>), QdrantStoreError> {
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        let answer = self.asked("reading points", |connection, scope| {
            let request = scope.scroll(filter, from.cloned(), room);
            connection.call(Repeat::Safe, request, |stubs, request| async move {
                stubs.points().scroll(request).await
            })
        })?;
        let new = answer.result.into_iter();
        let new: Vec<_> = new
            .filter(|stored| after.is_none_or(|after| !is_id(stored.id.as_ref(), after)))
            .collect();
        let all = new.len();
        let found: Vec<_> = new.into_iter().filter_map(point).collect();
        self.passed_over(all - found.len());
        Ok((found, answer.next_page_offset))
    }

    fn passed_over(&self, foreign: usize) {
        self.foreign.fetch_max(foreign, Ordering::Relaxed);
    }

    fn check(&self, embedding: &Embedding) -> Result<(), VectorStoreError> {
        check_dimension(&self.name, self.dimension, embedding.dimension())
    }
}

/// Asks for points under the collection's own name, as the configuration has it.
pub(crate) fn scope(config: &QdrantConfig, connection: &Connection, collection: String) -> Scope {
    Scope {
        collection,
        layout: config.layout.clone(),
        timeout: connection.timeout(),
    }
}

/// The name of the collection itself.
fn actual(connection: &Connection, name: &str) -> Result<String, QdrantStoreError> {
    let collection = alias::resolve(connection, name)?;
    Ok(collection.unwrap_or_else(|| name.to_owned()))
}

fn check_dimension(collection: &str, expected: usize, got: usize) -> Result<(), VectorStoreError> {
    if expected == got {
        return Ok(());
    }
    Err(VectorStoreError::DimensionMismatch {
        collection: collection.to_owned(),
        expected,
        got,
    })
}

impl VectorStore for QdrantStore {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        for point in points {
            self.check(&point.embedding)?;
        }
        let batches: Vec<Vec<PointStruct>> = batches(points, &self.fingerprint)?;
        for batch in batches {
            self.asked("storing points", |connection, scope| {
                connection.call(Repeat::Safe, scope.upsert(batch.clone()), store_batch)
            })?;
        }
        Ok(())
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
        let mut found = self.best(request, end)?;
        found.drain(..request.offset.min(found.len()));
        Ok(found)
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        self.asked("deleting points", |connection, scope| {
            connection.call(
                Repeat::Safe,
                scope.delete(filter),
                |stubs, request| async move { completed(stubs.points().delete(request).await?) },
            )
        })?;
        Ok(())
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let answer = self.asked("counting points", |connection, scope| {
            connection.call(
                Repeat::Safe,
                scope.count(filter),
                |stubs, request| async move { stubs.points().count(request).await },
            )
        })?;
        let count = answer.result.unwrap_or_default().count;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        let asked: BTreeSet<_> = ids.iter().copied().collect();
        let asked: Vec<_> = asked.into_iter().collect();
        let mut found = Vec::with_capacity(asked.len());
        for page in asked.chunks(PAGE) {
            let answer = self.asked("reading points", |connection, scope| {
                connection.call(Repeat::Safe, scope.get(page), |stubs, request| async move {
                    stubs.points().get(request).await
                })
            })?;
            let all = answer.result.len();
            let ours: Vec<_> = answer.result.into_iter().filter_map(point).collect();
            self.passed_over(all - ours.len());
            found.extend(ours);
        }
        found.sort_by_cached_key(|point| point.document.id());
        Ok(found)
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        let mut found = Vec::new();
        let mut from = after.map(server_id);
        while found.len() < limit {
            // The first one may be `after` itself.
            let room = (limit - found.len()).saturating_add(1).min(PAGE);
            let (page, next) = self.page(filter, from.as_ref(), after, room)?;
            found.extend(page);
            from = next;
            if from.is_none() {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}
