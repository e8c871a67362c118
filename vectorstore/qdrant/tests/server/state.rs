//! What the server keeps, and the faults it is told to have.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard};

use qdrant_client::qdrant::shard_key::Key;
use qdrant_client::qdrant::{CreateCollection, ShardKey, ShardKeySelector, SnapshotDescription};
use qdrant_edge::EdgeShard;
use tempfile::TempDir;
use tonic::Status;

use super::conversions;

/// What the server does wrong.
#[derive(Default)]
pub(crate) struct Faults {
    /// How many requests about points are answered with UNAVAILABLE from now on.
    pub(crate) unavailable: usize,
    /// After how many upserts the next one is never answered, and whom to tell.
    pub(crate) hang_after: Option<(usize, Sender<()>)>,
    /// The last key that came with a request.
    pub(crate) last_key: Option<String>,
    /// How many requests about points came.
    pub(crate) requests: usize,
}

pub(crate) struct State {
    pub(crate) collections: Mutex<BTreeMap<String, Collection>>,
    pub(crate) aliases: Mutex<BTreeMap<String, String>>,
    pub(crate) faults: Mutex<Faults>,
    // Dropped last: the engine writes once more when it goes.
    folder: TempDir,
}

pub(crate) struct Collection {
    pub(crate) request: CreateCollection,
    pub(crate) fields: Vec<String>,
    pub(crate) snapshots: Vec<SnapshotDescription>,
    pub(crate) folder: PathBuf,
    /// By shard key; the one without a name where there are none.
    pub(crate) shards: BTreeMap<String, EdgeShard>,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            collections: Mutex::default(),
            aliases: Mutex::default(),
            faults: Mutex::default(),
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap()
    }

    /// Everything from the disk again.
    pub(crate) fn reload(&self) {
        for collection in self.collections.lock().unwrap().values_mut() {
            let keys: Vec<_> = collection.shards.keys().cloned().collect();
            collection.shards.clear();
            for key in keys {
                let folder = collection.folder.join(format!("shard{key}"));
                let shard = EdgeShard::load(&folder, None).unwrap();
                collection.shards.insert(key, shard);
            }
        }
    }

    pub(crate) fn create(&self, request: CreateCollection) -> Result<(), Status> {
        let name = request.collection_name.clone();
        let mut collections = self.collections.lock().unwrap();
        let aliases = self.aliases.lock().unwrap();
        if collections.contains_key(&name) || aliases.contains_key(&name) {
            let message = format!("Wrong input: Collection `{name}` already exists!");
            return Err(Status::already_exists(message));
        }
        let folder = self.folder.path().join(&name);
        let mut collection = Collection {
            fields: Vec::new(),
            snapshots: Vec::new(),
            folder,
            shards: BTreeMap::new(),
            request,
        };
        if collection.request.sharding_method.is_none() {
            collection.add_shard("")?;
        }
        collections.insert(name, collection);
        Ok(())
    }

    /// Does something with a collection, by its name or alias.
    pub(crate) fn with<T>(
        &self,
        name: &str,
        work: impl FnOnce(&mut Collection) -> Result<T, Status>,
    ) -> Result<T, Status> {
        let aliases = self.aliases.lock().unwrap().clone();
        let actual = aliases.get(name).map_or(name, String::as_str);
        let mut collections = self.collections.lock().unwrap();
        let Some(collection) = collections.get_mut(actual) else {
            let message = format!("Not found: Collection `{name}` doesn't exist!");
            return Err(Status::not_found(message));
        };
        work(collection)
    }

    /// Does something with the part of a collection that a request is about.
    pub(crate) fn with_shard<T>(
        &self,
        name: &str,
        selector: Option<&ShardKeySelector>,
        work: impl FnOnce(&EdgeShard) -> Result<T, qdrant_edge::OperationError>,
    ) -> Result<T, Status> {
        let key = selector.and_then(|selector| selector.shard_keys.first());
        let key = key.map(key_name).unwrap_or_default();
        self.faults().last_key = (!key.is_empty()).then(|| key.clone());
        self.with(name, |collection| {
            let shard = collection
                .shards
                .get(&key)
                .ok_or_else(|| Status::not_found(format!("Shard key {key} not found")))?;
            work(shard).map_err(|error| Status::invalid_argument(error.to_string()))
        })
    }
}

impl Collection {
    pub(crate) fn add_shard(&mut self, key: &str) -> Result<(), Status> {
        if self.shards.contains_key(key) {
            let message = format!("Sharding key {key} already exists");
            return Err(Status::invalid_argument(message));
        }
        let folder = self.folder.join(format!("shard{key}"));
        fs_err::create_dir_all(&folder).unwrap();
        let shard = EdgeShard::new(&folder, conversions::config(&self.request)?);
        let shard = shard.map_err(|error| Status::invalid_argument(error.to_string()))?;
        self.shards.insert(key.to_owned(), shard);
        Ok(())
    }
}

pub(crate) fn key_name(key: &ShardKey) -> String {
    match &key.key {
        Some(Key::Keyword(name)) => name.clone(),
        other => format!("{other:?}"),
    }
}
