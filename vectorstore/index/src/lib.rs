//! An embedded store that may be lost: [`Index`], a store and the ledger that it is filled from again.
//!
//! The folder is that of an `EdgeStore`, with the ledger in its folder `ledger`. What the engine's files say is never believed
//! against the ledger: when an index is opened they are compared, by their check sums where the last process closed them in order, else
//! point by point, and what differs is put right without embedding anything again.

mod error;
mod index;
mod opening;
mod repair;
mod room;
mod seal;

pub use error::IndexError;
pub use index::{Changes, Index};
pub use repair::Repair;
