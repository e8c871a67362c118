//! How a collection is made and read: [`CollectionLayout`].

use upturn_core::Quantization;

/// How a collection is laid out when it is made, and which part of it is used.
///
/// What decides the layout counts when a collection is made; one that exists stays as it is. `tenant`, `rescore` and the
/// two consistencies count for every request.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a place where one thing is kept"
)]
pub struct CollectionLayout {
    /// Into how many parts the points are split, spread over the nodes. 1 by default.
    ///
    /// The server counts how rare a word is in each part by itself, so that the scores of searches by words are those of
    /// [`upturn_core::Bm25`] only with one part; with more they are near it as soon as each part is large.
    pub shards: Option<u32>,
    /// On how many nodes each part is kept. 1 by default.
    pub replication_factor: Option<u32>,
    /// How many of them must have made a change before it is acknowledged. 1 by default.
    pub write_consistency_factor: Option<u32>,
    /// Whether vectors stay on the disk and only come into memory as they are used. In memory by default.
    pub vectors_on_disk: bool,
    /// Whether payloads do, texts above all. On the disk by default, as the server has it.
    pub payload_in_memory: bool,
    /// Whether the graph that makes searches quick stays on the disk. In memory by default.
    pub graph_on_disk: bool,
    /// Whether the index of words does. In memory by default.
    pub words_on_disk: bool,
    /// A smaller form of each vector that searches look at first. None by default.
    pub quantization: Option<Quantization>,
    /// Whose points these are. Everybody's by default.
    pub tenant: Option<Tenant>,
    /// Of how many nodes a reading must be. One by default.
    pub read_consistency: ReadConsistency,
    /// Whether changes from several clients are put in order. Weak by default.
    pub write_ordering: WriteOrdering,
}

/// How the points of many owners share one collection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tenant {
    /// The points of one account lie together, so that searches in few accounts read little.
    Account,
    /// The points of one seller do.
    Rep,
    /// A part of the collection of its own: nothing outside it is seen, changed or counted.
    ///
    /// Two tenants may have conversations of one name. A collection can be shared in this way only from its beginning.
    ShardKey(String),
}

/// Of how many nodes a reading must be, where each part is kept on several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ReadConsistency {
    /// Whichever answers first: it may lack the latest changes.
    #[default]
    One,
    /// What most of the nodes that have the part agree on.
    Majority,
    /// What more than half of them agree on; an error if they cannot.
    Quorum,
    /// What all of them agree on; an error if one is away.
    All,
}

/// Whether changes that several clients make at once are put in one order on all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WriteOrdering {
    /// They are not: it is the fastest, and right where each point is written by one client.
    #[default]
    Weak,
    /// By a leader that changes when it fails.
    Medium,
    /// By a leader that does not: no change while it is away.
    Strong,
}
