//! An embedded store that may be lost: [`Index`], a store and the ledger that it is filled from again.
//!
//! The folder is that of an `EdgeStore`, with the ledger in its folder `ledger`. What the engine's files say is never believed
//! against the ledger: when an index is opened they are compared, by their check sums where the last process closed them in order, else
//! point by point, and what differs is put right without embedding anything again.
//!
//! [`Index::forget`] deletes calls for good, with proof, tombstones and an audit; [`Rebuild`] fills the next generation beside
//! the one in use.

mod as_store;
mod beside;
mod error;
mod forgetting;
mod forgotten;
mod generation;
mod index;
mod kept;
mod layout;
mod lock;
mod opening;
mod repair;
mod room;
mod seal;

pub use error::IndexError;
pub use forgetting::Matched;
pub use forgotten::{Counts, Forgotten, ModelSeen, Occasion, audit};
pub use generation::Rebuild;
pub use index::{Changes, Index};
pub use repair::Repair;
