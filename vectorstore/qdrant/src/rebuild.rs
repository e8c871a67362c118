//! Filling a collection anew while searches go on: [`Rebuild`].

use std::sync::Arc;

use upturn_core::Fingerprint;

use crate::connection::Connection;
use crate::scope::Scope;
use crate::store::scope;
use crate::{QdrantConfig, QdrantStore, QdrantStoreError, Tenant, alias, collection};

/// The next generation of a collection: filled through [`store`](Self::store), then [published](Self::publish) under the
/// collection's name.
///
/// Searches find the old generation until then, and no half-filled one ever. What is stored in the old one meanwhile is
/// not in the new one. A rebuild that is dropped leaves its generation on the server; [`abandon`](Self::abandon) removes it.
#[derive(Debug)]
pub struct Rebuild {
    name: String,
    connection: Arc<Connection>,
    store: QdrantStore,
}

impl Rebuild {
    pub(crate) fn begin(
        config: &QdrantConfig,
        name: String,
        dimension: usize,
        fingerprint: &Fingerprint,
    ) -> Result<Self, QdrantStoreError> {
        if matches!(config.layout.tenant, Some(Tenant::ShardKey(_))) {
            return Err(QdrantStoreError::Shared { collection: name });
        }
        let connection = Arc::new(Connection::new(config)?);
        let (latest, is_taken) = alias::latest(&connection, &name)?;
        if is_taken {
            return Err(QdrantStoreError::NoAlias { collection: name });
        }
        let scope = next(&connection, config, &name, latest, |scope| {
            collection::create(&connection, scope, dimension, fingerprint)
        })?;
        let generation = scope.collection.clone();
        let store = QdrantStore::attach(Arc::clone(&connection), generation, scope, fingerprint)?;
        Ok(Self {
            name,
            connection,
            store,
        })
    }

    /// The new generation, to be filled.
    pub fn store(&self) -> &QdrantStore {
        &self.store
    }

    /// Gives the collection's name to the new generation, in one step, and removes the old one. Doing so again changes
    /// nothing.
    ///
    /// A [`QdrantStore`] that is open on the old one goes over to the new one by itself if it is of the same encoder, and
    /// answers [`upturn_core::VectorStoreError::ForeignEncoder`] from then on if it is not.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Server`] or [`QdrantStoreError::TimedOut`]: try again.
    pub fn publish(&self) -> Result<(), QdrantStoreError> {
        let generation = self.store.collection();
        let old = alias::resolve(&self.connection, &self.name)?;
        alias::point(&self.connection, &self.name, generation)?;
        match old {
            Some(old) if old != generation => collection::remove(&self.connection, &old),
            Some(_) | None => Ok(()),
        }
    }

    /// Removes the new generation; the old one stays as it is.
    ///
    /// # Errors
    ///
    /// [`QdrantStoreError::Server`] or [`QdrantStoreError::TimedOut`].
    pub fn abandon(self) -> Result<(), QdrantStoreError> {
        collection::remove(&self.connection, self.store.collection())
    }
}

/// Makes a generation that nobody else made.
fn next(
    connection: &Connection,
    config: &QdrantConfig,
    name: &str,
    latest: u64,
    create: impl Fn(&Scope) -> Result<bool, QdrantStoreError>,
) -> Result<Scope, QdrantStoreError> {
    let mut number = latest;
    loop {
        number = number.saturating_add(1);
        let scope = scope(config, connection, alias::generation(name, number));
        if create(&scope)? {
            return Ok(scope);
        }
    }
}
