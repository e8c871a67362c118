//! How many bytes of a stream were read: [`Counting`].

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A stream of which another thread may ask how far it was read.
pub(crate) struct Counting<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Counting<R> {
    /// `read` grows by the bytes that are read.
    pub(crate) fn new(input: R, read: &Arc<AtomicU64>) -> Self {
        let read = Arc::clone(read);
        Self { input, read }
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.read(buffer)?;
        self.read.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}
