//! Structures of Thrift's compact protocol, walked before anything is allocated for them: [`walk`].
//!
//! The `parquet` crate trusts counts that a damaged or hostile file may set to anything, and nests calls as deep as the
//! file says. Both end a program without an error, so they are checked here first.
//!
//! Source: `doc/specs/thrift-compact-protocol.md` of Apache Thrift.

use std::io::{self, Read};

/// What is passed on the way through a structure; the path names the fields by their ids.
pub(crate) enum Passed {
    /// A number in a field.
    Number(i64),
    /// The end of a structure.
    End,
}

/// Most elements of all lists together.
const MOST_ELEMENTS: u64 = 1 << 20;
/// Deepest nesting of structures and lists.
const DEEPEST: usize = 32;

/// Walks one structure and tells `seen` of every number and end in it.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] if it is no structure or exceeds a limit, and those of the stream.
pub(crate) fn walk<R: Read>(input: R, seen: &mut dyn FnMut(&[i16], Passed)) -> io::Result<()> {
    let mut walk = Walk {
        input,
        seen,
        path: Vec::new(),
        elements: 0,
    };
    walk.structure(0)
}

struct Walk<'a, R> {
    input: R,
    seen: &'a mut dyn FnMut(&[i16], Passed),
    path: Vec<i16>,
    elements: u64,
}

impl<R: Read> Walk<'_, R> {
    fn structure(&mut self, depth: usize) -> io::Result<()> {
        if depth > DEEPEST {
            return Err(broken());
        }
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                (self.seen)(&self.path, Passed::End);
                return Ok(());
            }
            id = match i16::from(head >> 4) {
                0 => i16::try_from(self.number()?).map_err(|_| broken())?,
                step => id.checked_add(step).ok_or_else(broken)?,
            };
            self.path.push(id);
            self.value(kind, false, depth)?;
            self.path.pop();
        }
    }

    fn value(&mut self, kind: u8, is_element: bool, depth: usize) -> io::Result<()> {
        match kind {
            1 | 2 if !is_element => Ok(()),
            1..=3 => self.byte().map(drop),
            4..=6 => {
                let number = self.number()?;
                (self.seen)(&self.path, Passed::Number(number));
                Ok(())
            }
            7 => self.skip(8),
            8 => {
                let bytes = self.varint()?;
                self.skip(bytes)
            }
            9 | 10 => self.list(depth + 1),
            12 => self.structure(depth + 1),
            _ => Err(broken()),
        }
    }

    fn list(&mut self, depth: usize) -> io::Result<()> {
        if depth > DEEPEST {
            return Err(broken());
        }
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            short => u64::from(short),
        };
        self.elements = self.elements.saturating_add(count);
        if self.elements > MOST_ELEMENTS {
            return Err(broken());
        }
        for _ in 0..count {
            self.value(head & 0x0f, true, depth)?;
        }
        Ok(())
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.input.read_exact(&mut byte)?;
        let [byte] = byte;
        Ok(byte)
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(broken())
    }

    /// A number with its sign in the last bit.
    fn number(&mut self) -> io::Result<i64> {
        let number = self.varint()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.input.by_ref().take(bytes), &mut io::sink())?;
        if skipped == bytes {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its structure is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> io::Result<Vec<(Vec<i16>, i64)>> {
        let mut found = Vec::new();
        walk(bytes, &mut |path, passed| {
            if let Passed::Number(number) = passed {
                found.push((path.to_vec(), number));
            }
        })?;
        Ok(found)
    }

    #[test]
    fn numbers_are_told_with_the_path_of_their_fields() {
        let bytes = [
            0x15, 0x02, 0x15, 0x07, 0x18, 0x02, b'a', b'b', 0x1c, 0x25, 0x80, 0x01, 0x00, 0x19,
            0x25, 0x02, 0x04, 0x11, 0x00,
        ];
        let found = numbers(&bytes).unwrap();
        assert_eq!(
            found,
            [
                (vec![1], 1),
                (vec![2], -4),
                (vec![4, 2], 64),
                (vec![5], 1),
                (vec![5], 2)
            ]
        );
    }

    #[test]
    fn a_count_that_no_file_holds_and_endless_nesting_are_refused() {
        for bytes in [
            &[0x19, 0xf3, 0xff, 0xff, 0xff, 0xff, 0x07][..],
            &[0x1c; 1000],
            &[0x19; 1000],
            &[
                0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
            ],
            &[
                0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            ],
            &[0x1b, 0x00],
            &[0x15],
            &[],
        ] {
            assert!(numbers(bytes).is_err(), "{bytes:?}");
        }
    }
}
