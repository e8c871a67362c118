//! What was indexed, append-only and checksummed: [`Ledger`], the source of truth that stores are filled from.
//!
//! A folder with one file a writing, in Parquet, and `manifest.jsonl`, which names them in order with their check sums. A
//! row is a point: its id, its call, the [`ContentHash`] of that call, the encoder's fingerprint, the document and the
//! vector. A store that is lost or damaged is filled again from here, without embedding anything again.
//!
//! It is *not* searched: stores are. One process at a time may write; whoever opens it for writing sees to that.

mod call;
mod compaction;
mod content_hash;
pub mod durable;
mod error;
mod indexed;
mod ledger;
mod manifest;
mod name_digest;
mod names;
mod naming;
mod salvage;
mod segment;
mod tombstones;

pub use call::IndexedCall;
pub use content_hash::ContentHash;
pub use error::LedgerError;
pub use indexed::Known;
pub use ledger::{Calls, Ledger};
pub use name_digest::NameDigest;
pub use names::{KnownAs, NameKind, Names};
pub use salvage::Salvaged;
pub use tombstones::{Tombstone, Tombstones};
