//! The next bytes of a stream, whatever interrupts it: [`chunk`].

use std::io::{self, BufRead};

/// What is buffered, read if need be; empty at the end of the stream.
///
/// # Errors
///
/// Those of the stream but for interruptions.
pub(crate) fn chunk(input: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    input.fill_buf()
}
