//! TOML that users write: how it is read, and how a fault in it is told with its place.
//!
//! [`FileError`] is what users see; each kind of file has faults of its own ([`FileFault`]) beside those that any file may
//! have ([`WrittenFault`]). Not here: files themselves. The caller reads the text.

mod error;
mod read;

pub use error::{FileError, FileFault, WrittenFault};
pub(crate) use read::{Faulty, Names, filled, read};
