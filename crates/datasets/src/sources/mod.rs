//! From what a user names to streams: [`Sources`] finds files, [`Source`] opens one, [`Decoded`] makes UTF-8 of it.
//!
//! Nothing here knows what a file means; see [`Format`](crate::Format) for that.

mod compression;
mod counting;
mod decoded;
mod find;
mod peeked;
mod source;

pub use compression::Compression;
pub(crate) use compression::{is_broken, is_packed};
pub(crate) use counting::Counting;
pub use decoded::Decoded;
pub(crate) use decoded::{UTF_8, decoded_head, utf8_by_mark};
pub use find::Sources;
pub use source::{Opened, Source, SourceKind};
