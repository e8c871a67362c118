//! A look at the start of a stream that takes nothing from it: [`Peeked`].

use std::io::{self, BufRead, Read};

/// A stream whose first bytes were read before. An error met then comes when a reader gets there.
pub(crate) struct Peeked<R> {
    head: Vec<u8>,
    used: usize,
    error: Option<io::Error>,
    rest: R,
}

impl<R: BufRead> Peeked<R> {
    /// Reads so many bytes ahead, or as many as there are, however small the pieces in which they come.
    pub(crate) fn new(mut rest: R, bytes: usize) -> Self {
        let mut head = Vec::new();
        let error = (&mut rest).take(bytes as u64).read_to_end(&mut head).err();
        Self {
            head,
            used: 0,
            error,
            rest,
        }
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }
}

impl<R: BufRead> BufRead for Peeked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used < self.head.len() {
            return Ok(self.head.get(self.used..).unwrap_or_default());
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.rest.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        if self.used < self.head.len() {
            self.used = self.head.len().min(self.used + bytes);
        } else {
            self.rest.consume(bytes);
        }
    }
}

impl<R: BufRead> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

/// Copies what is buffered.
pub(super) fn read_buffered(input: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
    let bytes = input.fill_buf()?.read(buffer)?;
    input.consume(bytes);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_look_takes_nothing(bytes in prop::collection::vec(any::<u8>(), 0..50), ahead in 0usize..60, buffer in 1usize..9) {
            let mut peeked = Peeked::new(BufReader::with_capacity(buffer, &bytes[..]), ahead);
            prop_assert_eq!(peeked.head(), &bytes[..ahead.min(bytes.len())]);
            let mut all = Vec::new();
            peeked.read_to_end(&mut all).unwrap();
            prop_assert_eq!(all, bytes);
        }
    }
}
