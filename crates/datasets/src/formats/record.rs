//! What a reader yields: [`Record`] by [`Record`], from [`Records`].

use std::fmt;
use std::io;

use crate::{Counted, RejectReason, Transcript};

/// One record of a file: a conversation, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its place in the file, from 1, in the unit of `counted`.
    pub place: u64,
    /// What `place` counts.
    pub counted: Counted,
    /// The conversation, or what is wrong with the record.
    pub content: Result<Transcript, RejectReason>,
}

/// Reads a file record by record, holding one at a time.
///
/// # Laws
///
/// - **Nothing is lost.** Every record of the file is yielded once, in its order, good or bad.
/// - **Nothing is hidden.** A broken record does not end the reading; only the stream's own errors do.
/// - **Memory is bounded** by the longest record that the options allow.
pub trait Records: fmt::Debug + Send {
    /// The next record; `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    fn next_record(&mut self) -> io::Result<Option<Record>>;
}
