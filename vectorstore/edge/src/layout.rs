//! Where a collection keeps what: [`EdgeLayout`].

use serde::{Deserialize, Serialize};
use upturn_core::Quantization;

/// Where a collection keeps what, decided when it is made. Everything in memory and nothing made smaller by default.
///
/// What is on the disk is mapped and comes into memory as it is used, so a searched collection may be larger than memory.
/// Graph, smaller forms and the final place of vectors come with [`EdgeStore::optimize`](crate::EdgeStore::optimize).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EdgeLayout {
    /// Whether vectors stay on the disk. In memory by default.
    pub vectors_on_disk: bool,
    /// Whether the index of words does. In memory by default.
    pub words_on_disk: bool,
    /// Whether the graph that makes searches quick does. In memory by default.
    pub graph_on_disk: bool,
    /// A smaller form of each vector that searches look at first; results are rescored with the whole vectors. None by
    /// default.
    pub quantization: Option<Quantization>,
}
