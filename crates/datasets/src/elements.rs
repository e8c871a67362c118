//! Elements of a large JSON array, one at a time and in bounded memory: [`Elements`].
//!
//! Finds where elements end by brackets and quotation marks alone, so that a broken element spoils nothing but itself.

use std::io::{self, BufRead};

use crate::{RejectReason, lines};

/// Splits `[a, b, …]` into the texts of its elements.
pub(crate) struct Elements<R> {
    input: R,
    limit: usize,
    number: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Within,
    After,
    Done,
}

/// An element with its number from 1, or why it cannot be read.
pub(crate) struct Element {
    pub(crate) number: u64,
    pub(crate) text: Result<String, RejectReason>,
}

impl<R: BufRead> Elements<R> {
    pub(crate) fn new(input: R, limit: usize) -> Self {
        Self {
            input,
            limit,
            number: 0,
            state: State::Before,
        }
    }

    /// Steps over the opening bracket; `false` if the file holds something else.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub(crate) fn open(&mut self) -> io::Result<bool> {
        let mut mark = lines::BOM.iter();
        while let Some(byte) = self.next_byte()? {
            let is_mark = mark.next() == Some(&byte);
            if byte == b'[' {
                self.state = State::Within;
                return Ok(true);
            }
            if !is_mark && !byte.is_ascii_whitespace() {
                break;
            }
        }
        self.state = State::Done;
        Ok(false)
    }

    /// The next element; `None` at the end. After a missing end or after something that follows it, nothing comes.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub(crate) fn next_element(&mut self) -> io::Result<Option<Element>> {
        let text = match self.state {
            State::Before | State::Done => return Ok(None),
            State::Within => self.element()?,
            State::After => None,
        };
        let text = match text {
            Some(text) => text,
            None if self.follows()? => Err(RejectReason::AfterArray),
            None => return Ok(None),
        };
        self.number += 1;
        Ok(Some(Element {
            number: self.number,
            text,
        }))
    }

    /// Reads up to the next comma or closing bracket of the array; `None` if the array is empty.
    fn element(&mut self) -> io::Result<Option<Result<String, RejectReason>>> {
        let (mut held, mut bytes, mut nesting) = (Vec::new(), 0_u64, Nesting::default());
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                self.state = State::Done;
                return Ok(Some(Err(RejectReason::NoEnd { bytes })));
            }
            let end = chunk.iter().position(|byte| nesting.ends_before(*byte));
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or(chunk);
            bytes += part.len() as u64;
            if bytes <= self.limit as u64 {
                held.extend_from_slice(part);
            } else {
                held = Vec::new();
            }
            let closes = end.and_then(|end| chunk.get(end)) == Some(&b']');
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                if closes {
                    self.state = State::After;
                }
                break;
            }
        }
        let is_blank = held.iter().all(u8::is_ascii_whitespace);
        if self.state == State::After && self.number == 0 && is_blank && bytes == held.len() as u64
        {
            return Ok(None);
        }
        Ok(Some(self.checked(held, bytes)))
    }

    fn checked(&self, held: Vec<u8>, bytes: u64) -> Result<String, RejectReason> {
        if bytes > self.limit as u64 {
            return Err(RejectReason::TooLong {
                bytes,
                limit: self.limit,
            });
        }
        String::from_utf8(held).map_err(|error| RejectReason::NotUtf8 {
            byte: error.utf8_error().valid_up_to() + 1,
        })
    }

    /// Whether anything but white space follows; then the reading is done.
    fn follows(&mut self) -> io::Result<bool> {
        self.state = State::Done;
        while let Some(byte) = self.next_byte()? {
            if !byte.is_ascii_whitespace() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                chunk => {
                    let byte = chunk?.first().copied();
                    self.input.consume(usize::from(byte.is_some()));
                    return Ok(byte);
                }
            }
        }
    }
}

/// Where a byte stands: how many brackets are open, and whether it is part of a text.
#[derive(Default)]
struct Nesting {
    depth: u64,
    in_text: bool,
    escaped: bool,
}

impl Nesting {
    /// Whether the element ends before this byte; otherwise takes it in.
    fn ends_before(&mut self, byte: u8) -> bool {
        if self.in_text {
            self.in_text = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return false;
        }
        match byte {
            b',' | b']' if self.depth == 0 => return true,
            b'"' => self.in_text = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(input: &[u8], limit: usize) -> Vec<Result<String, RejectReason>> {
        let mut elements = Elements::new(input, limit);
        assert!(elements.open().unwrap());
        let mut found = Vec::new();
        while let Some(element) = elements.next_element().unwrap() {
            assert_eq!(element.number, found.len() as u64 + 1);
            found.push(element.text.map(|text| text.trim().to_owned()));
        }
        found
    }

    #[test]
    fn a_broken_element_spoils_nothing_but_itself() {
        let found = all(
            b" [{\"a\": \"],[\\\"\"}, {x}, \"\xff\", 12345678901234, [1, 2] ]\n",
            15,
        );
        assert_eq!(
            found,
            [
                Ok(r#"{"a": "],[\""}"#.into()),
                Ok("{x}".into()),
                Err(RejectReason::NotUtf8 { byte: 3 }),
                Ok("12345678901234".into()),
                Ok("[1, 2]".into()),
            ]
        );
    }

    #[test]
    fn an_element_over_the_limit_is_counted_but_not_held() {
        let found = all(b"[1,[1,2,3,4],2]", 5);
        let long = RejectReason::TooLong { bytes: 9, limit: 5 };
        assert_eq!(found, [Ok("1".into()), Err(long), Ok("2".into())]);
    }

    #[test]
    fn a_file_that_breaks_off_or_goes_on_says_so() {
        assert_eq!(
            all(b"[1, {\"a", 99)[1],
            Err(RejectReason::NoEnd { bytes: 4 })
        );
        assert_eq!(all(b"[1] 2", 99)[1], Err(RejectReason::AfterArray));
        assert!(all(b"[ ]", 99).is_empty());
        for other in [&b"{}"[..], b"", b"id,text"] {
            assert!(!Elements::new(other, 9).open().unwrap());
        }
        assert!(Elements::new(&b"\xEF\xBB\xBF[1]"[..], 9).open().unwrap());
    }

    proptest! {
        #[test]
        fn elements_are_those_of_the_parser(texts in prop::collection::vec("[a\"\\\\\\[\\]{},é ]{0,8}", 0..6), pretty: bool) {
            let values: Vec<_> = texts.iter().map(|text| serde_json::json!({"k": [text, {"n": [1, null]}]})).collect();
            let file = if pretty { serde_json::to_vec_pretty(&values) } else { serde_json::to_vec(&values) };
            let ours: Vec<serde_json::Value> = all(&file.unwrap(), 9999).into_iter()
                .map(|text| serde_json::from_str(&text.unwrap()).unwrap()).collect();
            prop_assert_eq!(ours, values);
        }
    }
}
