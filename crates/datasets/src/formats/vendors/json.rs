//! The JSON documents of a file, however it holds them: [`Documents`].
//!
//! - A file that opens with `[` is an array, and each element is a document.
//! - A file whose first line is no whole document, but goes on in the next, is a single document.
//! - Any other file is JSON Lines, and each line is a document; blank lines are none.

use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::mem;
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::elements::Elements;
use crate::lines::{BOM, Lines};
use crate::{Counted, ReadOptions, RejectReason};

/// Reads document by document and never holds more of one than the limit of the options.
///
/// Law: at least one document comes, an [empty file](RejectReason::EmptyFile) if there is nothing.
pub(crate) struct Documents {
    state: State,
    limit: usize,
}

/// A document, or why there is none.
pub(crate) struct Document {
    /// Its place in the file, from 1, in the unit of `counted`.
    pub(crate) place: u64,
    pub(crate) counted: Counted,
    /// Whether the file is known to hold nothing else.
    pub(crate) is_only: bool,
    pub(crate) text: Result<String, RejectReason>,
}

type Input = BufReader<Box<dyn BufRead + Send>>;

enum State {
    Start(Input),
    /// At the first byte of the line with this number, or at the end.
    Lines(Input, u64),
    Array(Elements<Input>),
    Done,
}

impl Documents {
    pub(crate) fn new(input: impl BufRead + Send + 'static, options: &ReadOptions) -> Self {
        Self {
            state: State::Start(BufReader::new(Box::new(input))),
            limit: options.max_line_bytes,
        }
    }

    /// The next document; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the stream; after one, nothing comes.
    pub(crate) fn next_document(&mut self) -> io::Result<Option<Document>> {
        match mem::replace(&mut self.state, State::Done) {
            State::Start(input) => self.first(input).map(Some),
            State::Lines(input, number) => self.line(input, number),
            State::Array(elements) => self.element(elements),
            State::Done => Ok(None),
        }
    }

    fn first(&mut self, mut input: Input) -> io::Result<Document> {
        let (lines, byte) = skip_blank(&mut input)?;
        let found = match byte {
            None => None,
            Some(b'[') => {
                let mut elements = Elements::new(input, self.limit);
                elements.open()?;
                self.element(elements)?
            }
            Some(_) => Some(self.first_line(input, lines + 1)?),
        };
        Ok(found.unwrap_or_else(|| Document::only(Err(RejectReason::EmptyFile))))
    }

    fn first_line(&mut self, mut input: Input, number: u64) -> io::Result<Document> {
        let text = read_line(&mut input, self.limit)?;
        let (blank, next) = skip_blank(&mut input)?;
        match text {
            Ok(text) if goes_on(&text, next) => self.whole(text, input, number..number + 1 + blank),
            text => {
                self.state = State::Lines(input, number + 1 + blank);
                Ok(Document {
                    place: number,
                    counted: Counted::Lines,
                    is_only: next.is_none(),
                    text,
                })
            }
        }
    }

    /// The whole file, of which the first line is read; `at` goes from its number to that of the next.
    ///
    /// If it turns out to be none, but the next line is one by itself, the first is a broken line of JSON Lines.
    fn whole(&mut self, line: String, mut input: Input, at: Range<u64>) -> io::Result<Document> {
        let limit = self.limit;
        let mut rest = Vec::new();
        let left = limit.saturating_sub(line.len());
        input.by_ref().take(left as u64).read_to_end(&mut rest)?;
        let is_long = rest.len() == left;
        let mut held = line.into_bytes();
        if opens_with_an_object(&rest) && (is_long || !is_json(&held, &rest)) {
            let input = Box::new(Cursor::new(rest).chain(input));
            self.state = State::Lines(BufReader::new(input), at.end);
            return Ok(Document {
                place: at.start,
                ..Document::only(checked(held))
            });
        }
        if is_long {
            return Ok(Document::only(Err(RejectReason::LongCall { limit })));
        }
        held.push(b'\n');
        held.append(&mut rest);
        Ok(Document::only(checked(held)))
    }

    fn line(&mut self, mut input: Input, number: u64) -> io::Result<Option<Document>> {
        if skip_blank(&mut input)?.1.is_none() {
            return Ok(None);
        }
        let text = read_line(&mut input, self.limit)?;
        let (blank, _) = skip_blank(&mut input)?;
        self.state = State::Lines(input, number + 1 + blank);
        Ok(Some(Document {
            place: number,
            counted: Counted::Lines,
            is_only: false,
            text,
        }))
    }

    fn element(&mut self, mut elements: Elements<Input>) -> io::Result<Option<Document>> {
        let Some(element) = elements.next_element()? else {
            return Ok(None);
        };
        self.state = State::Array(elements);
        Ok(Some(Document {
            place: element.number,
            counted: Counted::Elements,
            is_only: false,
            text: element.text,
        }))
    }
}

impl Document {
    fn only(text: Result<String, RejectReason>) -> Self {
        Self {
            place: 1,
            counted: Counted::Lines,
            is_only: true,
            text,
        }
    }

    /// What a call that has no id of its own is called, in a file with this name: as the file, and by its place where
    /// the file may hold several.
    pub(crate) fn id(&self, name: &str) -> String {
        if self.is_only {
            name.to_owned()
        } else {
            format!("{name}-{}", self.place)
        }
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Whether the first line is the beginning of a document of several lines; `next` is the first byte of the next line.
///
/// A broken first line of JSON Lines is none: it is followed by a line that opens an object, and does not end where a
/// printed object breaks its lines.
fn goes_on(line: &str, next: Option<u8>) -> bool {
    let is_open = serde_json::from_str::<IgnoredAny>(line).is_err_and(|error| error.is_eof());
    let asks_for_more = line.trim_end().ends_with(['{', '[', ',', ':']);
    is_open && next.is_some_and(|byte| asks_for_more || byte != b'{')
}

/// Whether the first line is an object by itself.
fn opens_with_an_object(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next();
    line.is_some_and(|line| line.starts_with(b"{") && is_json(line, b""))
}

fn is_json(head: &[u8], tail: &[u8]) -> bool {
    serde_json::from_reader::<_, IgnoredAny>(head.chain(&b"\n"[..]).chain(tail)).is_ok()
}

fn checked(bytes: Vec<u8>) -> Result<String, RejectReason> {
    String::from_utf8(bytes).map_err(|error| RejectReason::NotUtf8 {
        byte: error.utf8_error().valid_up_to() + 1,
    })
}

fn read_line(input: &mut Input, limit: usize) -> io::Result<Result<String, RejectReason>> {
    let mut lines = Lines::new(input, limit);
    let line = lines.next_line()?;
    Ok(line.map_or(Ok(String::new()), |line| line.text.map(str::to_owned)))
}

/// Steps over white space and a byte order mark; returns how many lines that were, and the byte that follows.
fn skip_blank(input: &mut Input) -> io::Result<(u64, Option<u8>)> {
    let mut lines = 0;
    let mut mark = BOM.iter().peekable();
    loop {
        let byte = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            chunk => chunk?.first().copied(),
        };
        match byte {
            Some(byte) if byte.is_ascii_whitespace() => lines += u64::from(byte == b'\n'),
            Some(byte) if mark.next_if_eq(&&byte).is_some() => {}
            byte => return Ok((lines, byte)),
        }
        input.consume(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Found = (u64, Counted, Result<String, RejectReason>);

    fn all(file: impl Into<Vec<u8>>, limit: usize) -> Vec<Found> {
        let options = ReadOptions::default().with_max_line_bytes(limit);
        let mut documents = Documents::new(Cursor::new(file.into()), &options);
        let mut found = Vec::new();
        while let Some(document) = documents.next_document().unwrap() {
            let text = document.text.map(|text| text.trim().to_owned());
            found.push((document.place, document.counted, text));
        }
        found
    }

    fn texts(file: &str) -> Vec<String> {
        all(file, 1000).into_iter().map(|f| f.2.unwrap()).collect()
    }

    #[test]
    fn an_array_lines_and_a_single_object_are_told_apart() {
        assert_eq!(texts("\u{feff} [{\"a\":1},\n2]"), ["{\"a\":1}", "2"]);
        assert_eq!(
            texts("{\"a\":1}\n\n{\"b\":2}\r\n"),
            ["{\"a\":1}", "{\"b\":2}"]
        );
        assert_eq!(texts("{\"a\":1}\n"), ["{\"a\":1}"]);
        for whole in [
            "{\n\"a\": 1\n}",
            "{\"a\": [\n{\"b\": 1},\n{\"b\": 2}]}",
            "{\"a\":\n{\"b\": 1}}",
            "{ \"a\": 1\n, \"b\": 2\n}",
        ] {
            assert_eq!(texts(whole), [whole]);
        }
    }

    #[test]
    fn a_broken_line_spoils_nothing_but_itself_wherever_it_stands() {
        let lines = "\n{\"a\":\"no end\n{\"b\":1}\n{x}\n\n{\"c\":2}";
        let places: Vec<_> = all(lines, 1000).into_iter().map(|f| (f.0, f.1)).collect();
        assert_eq!(places, [2, 3, 4, 6].map(|line| (line, Counted::Lines)));
    }

    #[test]
    fn a_first_line_that_breaks_off_where_objects_go_on_spoils_nothing_but_itself() {
        let places = |text: &str, limit| {
            let found = all(text, limit).into_iter();
            found
                .map(|found| (found.0, found.2.is_ok()))
                .collect::<Vec<_>>()
        };
        let lines = "\n{\"a\":1,\n\n{\"b\":2}\n{\"c\":3}\n";
        for limit in [20, 1000] {
            assert_eq!(places(lines, limit), [(2, true), (4, true), (5, true)]);
        }
        assert_eq!(
            texts("{\"a\":[\n{\"b\":2}\n]}"),
            ["{\"a\":[\n{\"b\":2}\n]}"]
        );
    }

    #[test]
    fn a_file_without_a_document_is_an_empty_file() {
        for nothing in ["", " \r\n\n", "\u{feff}", "[]", " [ ]\n"] {
            let empty = (1, Counted::Lines, Err(RejectReason::EmptyFile));
            assert_eq!(all(nothing, 1000), [empty], "{nothing:?}");
        }
    }

    #[test]
    fn only_what_fits_is_held() {
        let lines = all("{\"a\":1}\n{\"a\":12}\n{\"a\":3}", 7);
        let long = RejectReason::TooLong { bytes: 8, limit: 7 };
        assert_eq!(lines[1].2, Err(long));
        assert_eq!(lines.len(), 3);
        assert_eq!(all("{\n\"a\":1}", 8).len(), 1);
        assert!(all("{\n\"a\":1}", 8)[0].2.is_ok());
        let long = RejectReason::LongCall { limit: 7 };
        assert_eq!(all("{\n\"a\":1}", 7)[0].2, Err(long));
    }

    #[test]
    fn a_call_without_an_id_is_called_as_its_file() {
        let id = |file: &'static str| {
            let mut documents = Documents::new(file.as_bytes(), &ReadOptions::default());
            documents.next_document().unwrap().unwrap().id("call")
        };
        assert_eq!(
            [id("{}"), id("{\n}"), id("{}\n{}"), id("[{}]")],
            ["call", "call", "call-1", "call-1"]
        );
    }

    proptest! {
        #[test]
        fn every_value_of_a_file_is_one_document(values in prop::collection::vec("[a{}\\[\\]\" é]{0,8}", 1..5), form in 0..3) {
            let values: Vec<_> = values.iter().map(|text| serde_json::json!({"k": [text, {"n": null}]})).collect();
            let values = if form == 2 { &values[..1] } else { &values[..] };
            let file = match form {
                0 => serde_json::to_string_pretty(values).unwrap(),
                1 => values.iter().fold(String::new(), |file, value| file + &value.to_string() + "\n"),
                _ => serde_json::to_string_pretty(&values[0]).unwrap(),
            };
            let read: Vec<serde_json::Value> = texts(&file).iter().map(|text| serde_json::from_str(text).unwrap()).collect();
            prop_assert_eq!(read, values);
        }
    }
}
