//! Canonical JSON Lines, one record a line: [`JsonlRecords`].
//!
//! Accepts and refuses what [`read`](crate::read()) with [`Corpus::Jsonl`](crate::Corpus::Jsonl) does, for the same
//! reasons, but moves what was said into the transcript where a [`Conversation`](upturn_core::Conversation) would have to be
//! copied.

use std::fmt;
use std::io::{self, BufRead};

use serde::Deserialize;
use upturn_core::{ConversationError, ConversationId, Metadata, Outcome, Speaker, Turn};

use crate::lines::Lines;
use crate::{
    Counted, Party, ReadOptions, Record, Records, RejectReason, Transcript, Utterance, record,
    sources,
};

/// Reads canonical JSON Lines; sides become parties whose side is stated.
///
/// Blank lines are no records. UTF-16 is read if it has a byte order mark; other bytes that are not UTF-8 reject their
/// line. A file without any record yields one that is rejected as empty.
pub struct JsonlRecords {
    lines: Lines<Box<dyn BufRead + Send>>,
    limit: usize,
    any: bool,
}

impl JsonlRecords {
    /// A reader of lines of at most [`ReadOptions::max_line_bytes`].
    pub fn new(input: impl BufRead + Send + 'static, options: &ReadOptions) -> Self {
        Self {
            lines: Lines::new(
                sources::utf8_by_mark(Box::new(input)),
                options.max_line_bytes,
            ),
            limit: options.max_line_bytes,
            any: false,
        }
    }

    /// The next line that is not blank.
    fn next_line(&mut self) -> io::Result<Option<Record>> {
        while let Some(line) = self.lines.next_line()? {
            if line.text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
                continue;
            }
            return Ok(Some(Record {
                place: line.number,
                counted: Counted::Lines,
                content: line.text.and_then(parse),
            }));
        }
        Ok(None)
    }
}

impl Records for JsonlRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        let record = self.next_line()?;
        if record.is_none() && !self.any {
            self.any = true;
            return Ok(Some(Record {
                place: 1,
                counted: Counted::Lines,
                content: Err(RejectReason::EmptyFile),
            }));
        }
        self.any = true;
        Ok(record)
    }
}

impl fmt::Debug for JsonlRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonlRecords")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// The canonical form before its laws are checked, as [`Conversation`](upturn_core::Conversation) reads it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Conversation")]
struct Unchecked {
    id: ConversationId,
    turns: Vec<Turn>,
    #[serde(default)]
    outcome: Option<Outcome>,
    #[serde(default)]
    metadata: Metadata,
}

/// One line, with the laws of a conversation.
fn parse(text: &str) -> Result<Transcript, RejectReason> {
    let unchecked: Unchecked =
        serde_json::from_str(text).map_err(|error| record::refusal(text, &error))?;
    check(&unchecked.turns)?;
    Ok(unchecked.into_transcript())
}

/// The laws of [`Conversation::new`](upturn_core::Conversation::new), then that both sides say something.
fn check(turns: &[Turn]) -> Result<(), RejectReason> {
    let says = |turn: &Turn| !turn.text.trim().is_empty();
    if !turns.iter().any(says) {
        return Err(ConversationError::NoTurns.into());
    }
    for (turn, said) in turns.iter().enumerate() {
        if let (Some(start_ms), Some(end_ms)) = (said.start_ms, said.end_ms)
            && end_ms < start_ms
        {
            return Err(RejectReason::Law(ConversationError::EndsBeforeStart {
                turn,
                start_ms,
                end_ms,
            }));
        }
    }
    for missing in [Speaker::Seller, Speaker::Buyer] {
        if !turns
            .iter()
            .any(|turn| turn.speaker == missing && says(turn))
        {
            return Err(RejectReason::OneSide { missing });
        }
    }
    Ok(())
}

impl Unchecked {
    /// Moves all of it.
    fn into_transcript(self) -> Transcript {
        let mut transcript = Transcript {
            id: self.id.into(),
            utterances: Vec::with_capacity(self.turns.len()),
            outcome: self.outcome,
            metadata: self.metadata,
            ..Transcript::default()
        };
        for turn in self.turns {
            let party = transcript.side(turn.speaker);
            transcript.utterances.push(Utterance {
                party: Some(party),
                text: turn.text,
                start_ms: turn.start_ms,
                end_ms: turn.end_ms,
            });
        }
        transcript
    }
}

impl Transcript {
    /// Place of the party with this side, which is added if it is new.
    fn side(&mut self, side: Speaker) -> usize {
        let known = self
            .parties
            .iter()
            .position(|party| party.side == Some(side));
        known.unwrap_or_else(|| {
            self.parties.push(Party {
                side: Some(side),
                ..Party::new(side.as_str())
            });
            self.parties.len() - 1
        })
    }
}

#[cfg(test)]
mod tests;
