//! Lines of a stream in bounded memory: [`Lines`].

use std::io::{self, BufRead};

use crate::RejectReason;

/// The byte order mark that some programs put before UTF-8.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Splits a stream into lines and never holds more of one than the limit.
pub(crate) struct Lines<R> {
    input: R,
    limit: usize,
    number: u64,
    held: Vec<u8>,
}

/// A line of text with its number, or why it is none.
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) number: u64,
    /// Without its line break and without a byte order mark.
    pub(crate) text: Result<&'a str, RejectReason>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R, limit: usize) -> Self {
        Self {
            input,
            limit,
            number: 0,
            held: Vec::new(),
        }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        let Some(bytes) = self.fill()? else {
            return Ok(None);
        };
        self.number += 1;
        let text = if self.held.len() as u64 == bytes {
            text(&self.held, self.number == 1)
        } else {
            Err(RejectReason::TooLong {
                bytes,
                limit: self.limit,
            })
        };
        Ok(Some(Line {
            number: self.number,
            text,
        }))
    }

    /// Holds the next line if it fits, less of it otherwise; returns its length without `\n`, `None` at the end.
    fn fill(&mut self) -> io::Result<Option<u64>> {
        self.held.clear();
        let (mut bytes, mut any) = (0_u64, false);
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                return Ok(any.then_some(bytes));
            }
            any = true;
            let end = memchr::memchr(b'\n', chunk);
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or(chunk);
            bytes += part.len() as u64;
            if bytes <= self.limit as u64 {
                self.held.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(bytes));
            }
        }
    }
}

/// Bytes as text, without a byte order mark at the start of a file and without `\r` at the end of a line.
pub(crate) fn text(bytes: &[u8], is_start: bool) -> Result<&str, RejectReason> {
    let bytes = match bytes.strip_prefix(BOM) {
        Some(rest) if is_start => rest,
        _ => bytes,
    };
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| RejectReason::NotUtf8 {
        byte: error.valid_up_to() + 1,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use proptest::prelude::*;

    use super::*;

    fn all(input: impl BufRead, limit: usize) -> Vec<(u64, Result<String, RejectReason>)> {
        let mut lines = Lines::new(input, limit);
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push((line.number, line.text.map(str::to_owned)));
        }
        found
    }

    /// So many bytes `x`, made when they are read.
    struct Giant(usize);

    impl Read for Giant {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let bytes = buffer.len().min(self.0);
            buffer[..bytes].fill(b'x');
            self.0 -= bytes;
            Ok(bytes)
        }
    }

    #[test]
    fn a_line_of_200_mb_is_counted_but_not_held() {
        let giant = Giant(200_000_000);
        let input = BufReader::new(giant.chain(&b"\nnext\n"[..]));
        let mut lines = Lines::new(input, 1000);
        let first = lines.next_line().unwrap().unwrap();
        assert_eq!(
            first.text,
            Err(RejectReason::TooLong {
                bytes: 200_000_000,
                limit: 1000
            })
        );
        assert!(lines.held.capacity() <= 2000, "{}", lines.held.capacity());
        let second = lines.next_line().unwrap().unwrap();
        assert_eq!((second.number, second.text), (2, Ok("next")));
        assert!(lines.next_line().unwrap().is_none());
    }

    #[test]
    fn byte_order_mark_and_carriage_returns_are_not_part_of_a_line() {
        let lines = all(&b"\xEF\xBB\xBFa\r\nb\r\n\xEF\xBB\xBFc"[..], 10);
        assert_eq!(
            lines,
            [
                (1, Ok("a".into())),
                (2, Ok("b".into())),
                (3, Ok("\u{feff}c".into()))
            ]
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_told_by_their_place() {
        let lines = all(&b"ok\nab\xff\nok"[..], 10);
        assert_eq!(lines[1], (2, Err(RejectReason::NotUtf8 { byte: 3 })));
        assert_eq!(lines[2], (3, Ok("ok".into())));
    }

    proptest! {
        #[test]
        fn short_lines_are_those_of_the_standard_library(text in "[a-c\n\r]{0,60}", buffer in 1usize..9) {
            let ours: Vec<_> = all(BufReader::with_capacity(buffer, text.as_bytes()), 100)
                .into_iter().map(|(_, line)| line.unwrap()).collect();
            let theirs: Vec<_> = text.split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l).to_owned()).collect();
            let theirs = if text.is_empty() || text.ends_with('\n') { &theirs[..theirs.len() - 1] } else { &theirs[..] };
            prop_assert_eq!(&ours, theirs);
        }

        #[test]
        fn a_line_is_read_exactly_if_it_fits(lengths in prop::collection::vec(0usize..12, 1..9), limit in 0usize..12, buffer in 1usize..9) {
            let text: String = lengths.iter().map(|n| "x".repeat(*n) + "\n").collect();
            let read = all(BufReader::with_capacity(buffer, text.as_bytes()), limit);
            prop_assert_eq!(read.len(), lengths.len());
            for ((_, line), length) in read.into_iter().zip(lengths) {
                let expected = if length <= limit { Ok("x".repeat(length)) }
                    else { Err(RejectReason::TooLong { bytes: length as u64, limit }) };
                prop_assert_eq!(line, expected);
            }
        }
    }
}
