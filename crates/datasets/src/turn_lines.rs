//! Turns that come line by line, as they are said: [`TurnLines`].

use std::io::{self, BufRead};

use upturn_core::{Diagnostic, ErrorKind, Speaker, Turn};

use crate::Quoted;

/// Longer lines are no turn that anybody said.
const LONGEST: usize = 1 << 20;

/// Why a line is no turn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TurnLineError {
    /// It does not say who speaks.
    #[error("line {line} does not say who speaks: {got}")]
    NoSpeaker {
        /// The line, from 1.
        line: usize,
        /// What stands before the first colon, or all of it.
        got: Quoted,
    },
    /// It is JSON, but no turn.
    #[error("line {line} is no turn: {source}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// It is no UTF-8.
    #[error("line {line} is not UTF-8")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// It says who speaks, and nothing else.
    #[error("line {line} says nothing")]
    Silent {
        /// The line, from 1.
        line: usize,
    },
    /// It goes on for too long.
    #[error("line {line} has more than {} bytes", LONGEST)]
    Long {
        /// The line, from 1.
        line: usize,
    },
}

impl Diagnostic for TurnLineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let form = "a line is `buyer: what was said`, with seller, buyer or other, or {\"speaker\":\"buyer\",\"text\":\"what was said\"}";
        Some(form.to_owned())
    }
}

/// What comes next.
#[derive(Debug)]
pub enum NextTurn {
    /// Somebody said something.
    Turn(Turn),
    /// A line that is passed over.
    Rejected(TurnLineError),
    /// There is no more for now; a file may grow.
    Nothing,
}

/// Reads turns, one a line, from something that may still grow.
///
/// A line is a turn in JSON or `speaker: text`; blank lines are passed over. A line without an end is waited for, unless
/// the source is [closed](Self::close).
#[derive(Debug)]
pub struct TurnLines<R> {
    source: R,
    begun: Vec<u8>,
    line: usize,
    too_long: bool,
    closed: bool,
}

impl<R: BufRead> TurnLines<R> {
    /// From a source that may grow.
    pub fn new(source: R) -> Self {
        Self {
            source,
            begun: Vec::new(),
            line: 0,
            too_long: false,
            closed: false,
        }
    }

    /// What is read from.
    pub fn source(&self) -> &R {
        &self.source
    }

    /// Nothing more will come: the last line needs no end.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// The next turn, or that there is none for now.
    ///
    /// # Errors
    ///
    /// If the source can't be read.
    pub fn next_turn(&mut self) -> io::Result<NextTurn> {
        loop {
            if !self.read_line()? {
                return Ok(NextTurn::Nothing);
            }
            let line = std::mem::take(&mut self.begun);
            self.line += 1;
            if std::mem::take(&mut self.too_long) {
                return Ok(NextTurn::Rejected(TurnLineError::Long { line: self.line }));
            }
            match turn(&line, self.line) {
                Ok(Some(turn)) if turn.text.trim().is_empty() => {
                    return Ok(NextTurn::Rejected(TurnLineError::Silent {
                        line: self.line,
                    }));
                }
                Ok(Some(turn)) => return Ok(NextTurn::Turn(turn)),
                Ok(None) => {}
                Err(error) => return Ok(NextTurn::Rejected(error)),
            }
        }
    }

    /// Whether a whole line stands in `begun`; of one that is too long only the first bytes do.
    fn read_line(&mut self) -> io::Result<bool> {
        loop {
            let available = self.source.fill_buf()?;
            if available.is_empty() {
                return Ok(self.closed && !self.begun.is_empty());
            }
            let end = memchr::memchr(b'\n', available);
            let taken = end.map_or(available.len(), |end| end + 1);
            let room = LONGEST.saturating_sub(self.begun.len());
            self.too_long |= taken > room.saturating_add(1);
            self.begun
                .extend(available.iter().take(taken.min(room)).copied());
            self.source.consume(taken);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// The turn of a line; none if it is blank.
fn turn(line: &[u8], number: usize) -> Result<Option<Turn>, TurnLineError> {
    let text = std::str::from_utf8(line).map_err(|_| TurnLineError::Encoding { line: number })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.starts_with('{') {
        let turn = serde_json::from_str(text);
        return turn.map(Some).map_err(|source| TurnLineError::Json {
            line: number,
            source,
        });
    }
    let (who, said) = text.split_once(':').unwrap_or((text, ""));
    let all = [Speaker::Seller, Speaker::Buyer, Speaker::Other];
    let is = |speaker: &Speaker| who.trim().eq_ignore_ascii_case(speaker.as_str());
    match all.into_iter().find(is) {
        Some(speaker) => Ok(Some(Turn::new(speaker, said.trim()))),
        None => Err(TurnLineError::NoSpeaker {
            line: number,
            got: Quoted::new(who.trim()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &[u8]) -> Vec<String> {
        let mut lines = TurnLines::new(text);
        lines.close();
        let mut told = Vec::new();
        loop {
            match lines.next_turn().unwrap() {
                NextTurn::Turn(turn) => {
                    told.push(format!("{} says {}", turn.speaker.as_str(), turn.text));
                }
                NextTurn::Rejected(error) => told.push(error.to_string()),
                NextTurn::Nothing => return told,
            }
        }
    }

    #[test]
    fn both_forms_are_turns_and_other_lines_are_named() {
        let text = "seller: hello: you\n\n{\"speaker\":\"buyer\",\"text\":\"no\"}\nwho\r\n Buyer : yes \n{\"speaker\":\"cat\"}\nother:";
        let told = all(text.as_bytes());
        assert_eq!(told[..2], ["seller says hello: you", "buyer says no"]);
        assert_eq!(told[2], "line 4 does not say who speaks: `who`");
        assert_eq!(told[3], "buyer says yes");
        assert!(
            told[4].starts_with("line 6 is no turn: unknown variant `cat`"),
            "{told:?}"
        );
        assert_eq!(told[5], "line 7 says nothing");
        assert_eq!(
            all(b"{\"speaker\":\"buyer\",\"text\":\" \"}\nseller: a"),
            ["line 1 says nothing", "seller says a"]
        );
        assert_eq!(
            all(b"seller: \xff\nbuyer: a"),
            ["line 1 is not UTF-8", "buyer says a"]
        );
    }

    #[test]
    fn an_endless_line_is_passed_over() {
        let mut text = vec![b'x'; LONGEST + 1];
        text.extend(b"\nbuyer: here");
        assert_eq!(
            all(&text),
            ["line 1 has more than 1048576 bytes", "buyer says here"]
        );
    }

    #[test]
    fn half_a_line_is_waited_for() {
        let mut lines = TurnLines::new(io::Cursor::new(b"buyer: ye".to_vec()));
        assert!(matches!(lines.next_turn().unwrap(), NextTurn::Nothing));
        lines.source.get_mut().extend(b"s\n");
        let NextTurn::Turn(turn) = lines.next_turn().unwrap() else {
            panic!("no turn");
        };
        assert_eq!(turn.text, "yes");
    }

    proptest! {
        #[test]
        fn a_turn_in_json_is_read_as_it_was_written(text: String, start: Option<u64>) {
            let turn = Turn { start_ms: start, ..Turn::new(Speaker::Buyer, text) };
            let line = serde_json::to_string(&turn).unwrap();
            prop_assert_eq!(super::turn(line.as_bytes(), 1).unwrap(), Some(turn));
        }

        #[test]
        fn rubbish_is_never_more_than_rejected(bytes: Vec<u8>) {
            all(&bytes);
        }
    }
}
