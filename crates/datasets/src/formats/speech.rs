//! From lines to utterances: [`Piece`], [`Counts`] and [`Speech`], shared by subtitles and plain text.
//!
//! A file is gone through twice: first to count what may be names, then to take the lines. `Note: we met` is split only
//! where the file as a whole speaks for it.

use std::collections::HashMap;

use upturn_core::ConversationError;

use super::labels;
use crate::{RejectReason, Transcript, Utterance};

/// Most different voices of one call. More than any meeting has; it bounds memory on a hostile file.
const MOST_VOICES: usize = 10_000;

/// A line, and what it may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Piece<'t> {
    /// What is said if the line begins with no name.
    pub(crate) line: &'t str,
    /// What may be the name of a voice, and what is said if it is.
    pub(crate) label: Option<(&'t str, &'t str)>,
    pub(crate) start_ms: Option<u64>,
    pub(crate) end_ms: Option<u64>,
    /// Its form leaves no doubt that the name is one.
    pub(crate) is_certain: bool,
    /// It opens a cue or a paragraph, where names stand.
    pub(crate) opens: bool,
    /// It is an utterance of its own even without a name, and not more of what was said before.
    pub(crate) stands_alone: bool,
}

/// How often each name may stand in a file.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    labels: HashMap<String, u32>,
    lines: Share,
    openings: Share,
    stamps: Share,
}

/// How many of some lines begin with what may be a name.
#[derive(Debug, Default)]
struct Share {
    all: u64,
    labelled: u64,
}

impl Share {
    fn count(&mut self, is_labelled: bool) {
        self.all += 1;
        self.labelled += u64::from(is_labelled);
    }

    fn is_half(&self) -> bool {
        self.labelled * 2 >= self.all
    }
}

impl Counts {
    /// Counts a line.
    ///
    /// # Errors
    ///
    /// [`RejectReason::TooManyVoices`].
    pub(crate) fn add(&mut self, piece: &Piece<'_>) -> Result<(), RejectReason> {
        let is_strong = piece
            .label
            .is_some_and(|(label, _)| labels::is_strong(label));
        self.lines.count(is_strong);
        if piece.opens {
            self.openings.count(is_strong);
        }
        let Some((label, _)) = piece.label else {
            return Ok(());
        };
        self.stamps.count(piece.is_certain);
        if let Some(count) = self.labels.get_mut(label) {
            *count = count.saturating_add(1);
            return Ok(());
        }
        room(self.labels.len())?;
        self.labels.insert(label.to_owned(), 1);
        Ok(())
    }

    /// Whether what may be a name is taken for one: its form is certain, or it stands in the file more than once, or
    /// half of all lines, or of the lines where names stand if this is one of them, begin with a name. In a file whose
    /// names have time stamps, the last is not enough.
    pub(crate) fn accepts(&self, piece: &Piece<'_>) -> bool {
        let Some((label, _)) = piece.label else {
            return false;
        };
        let is_usual = self.lines.is_half() || (piece.opens && self.openings.is_half());
        piece.is_certain
            || self.labels.get(label).is_some_and(|count| *count > 1)
            || (is_usual && labels::is_strong(label) && !self.is_stamped())
    }

    /// Whether half of the names have a time stamp.
    fn is_stamped(&self) -> bool {
        self.stamps.labelled > 0 && self.stamps.is_half()
    }

    /// Whether the file looks like a dialogue: at least two lines begin with a name, and half of all lines or openings
    /// do, or a quarter of the lines with one of several names that recur.
    pub(crate) fn is_dialogue(&self) -> bool {
        let recurring = || self.labels.values().filter(|count| **count > 1);
        let lines: u64 = recurring().map(|count| u64::from(*count)).sum();
        let recur = recurring().count() >= 2 && lines * 4 >= self.lines.all;
        self.lines.labelled >= 2 && (self.lines.is_half() || self.openings.is_half() || recur)
    }
}

/// Gathers utterances.
#[derive(Debug)]
pub(crate) struct Speech {
    transcript: Transcript,
    places: HashMap<String, usize>,
    counts: Counts,
    unread: u64,
}

impl Speech {
    pub(crate) fn new(counts: Counts) -> Self {
        Self {
            transcript: Transcript::default(),
            places: HashMap::new(),
            counts,
            unread: 0,
        }
    }

    /// Lines before the first utterance that belong to none: titles, lists of attendees.
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// Takes a line in.
    ///
    /// # Errors
    ///
    /// [`RejectReason::TooManyVoices`].
    pub(crate) fn add(&mut self, piece: &Piece<'_>) -> Result<(), RejectReason> {
        let label = piece.label.filter(|_| self.counts.accepts(piece));
        if let Some((label, said)) = label {
            return self.say(Some(label), said, piece.start_ms, piece.end_ms);
        }
        if piece.stands_alone {
            return self.say(None, piece.line, piece.start_ms, piece.end_ms);
        }
        match self.transcript.utterances.last_mut() {
            Some(last) => append(&mut last.text, piece.line),
            None => self.unread += u64::from(!piece.line.trim().is_empty()),
        }
        Ok(())
    }

    /// Adds an utterance of a voice, or of nobody known.
    ///
    /// # Errors
    ///
    /// [`RejectReason::TooManyVoices`].
    pub(crate) fn say(
        &mut self,
        voice: Option<&str>,
        said: &str,
        start_ms: Option<u64>,
        end_ms: Option<u64>,
    ) -> Result<(), RejectReason> {
        let party = voice.map(|voice| self.place(voice)).transpose()?;
        let mut text = String::new();
        append(&mut text, said);
        self.transcript.utterances.push(Utterance {
            party,
            text,
            start_ms,
            end_ms,
        });
        Ok(())
    }

    /// Place of a voice; unlike [`Transcript::party`] in the same time however many there are.
    fn place(&mut self, voice: &str) -> Result<usize, RejectReason> {
        if let Some(place) = self.places.get(voice) {
            return Ok(*place);
        }
        room(self.places.len())?;
        let place = self.transcript.parties.len();
        self.transcript.parties.push(crate::Party::new(voice));
        self.places.insert(voice.to_owned(), place);
        Ok(place)
    }

    /// What was gathered, without utterances that say nothing.
    ///
    /// # Errors
    ///
    /// [`ConversationError::NoTurns`] if nothing is left.
    pub(crate) fn finish(mut self) -> Result<Transcript, RejectReason> {
        self.transcript
            .utterances
            .retain(|said| !said.text.is_empty());
        if self.transcript.utterances.is_empty() {
            return Err(ConversationError::NoTurns.into());
        }
        Ok(self.transcript)
    }
}

fn room(voices: usize) -> Result<(), RejectReason> {
    if voices < MOST_VOICES {
        return Ok(());
    }
    Err(RejectReason::TooManyVoices { limit: MOST_VOICES })
}

/// Adds the words of a text, parted by single spaces.
fn append(text: &mut String, more: &str) {
    for word in more.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(lines: &[&str]) -> Counts {
        let mut counts = Counts::default();
        for line in lines {
            counts.add(&piece(line)).unwrap();
        }
        counts
    }

    fn piece(line: &str) -> Piece<'_> {
        Piece {
            line,
            label: labels::split(line),
            ..Piece::default()
        }
    }

    #[test]
    fn a_name_is_one_if_the_file_speaks_for_it() {
        let mixed = counts(&["Ann: a", "b", "c", "Ann: d", "e", "Note: f", "g"]);
        assert!(mixed.accepts(&piece("Ann: a")));
        assert!(!mixed.accepts(&piece("Note: f")));
        assert!(mixed.accepts(&Piece {
            is_certain: true,
            ..piece("Note: f")
        }));
        let labelled = counts(&["Ann: a", "b", "Note: f"]);
        assert!(labelled.accepts(&piece("Note: f")));
        assert!(!labelled.accepts(&piece("and then: f")));
    }

    #[test]
    fn where_names_have_stamps_others_must_recur() {
        let mut stamped = counts(&["Bob: b", "Bob: c", "Note: d"]);
        for _ in 0..3 {
            let stamp = Piece {
                is_certain: true,
                ..piece("Ann: a")
            };
            stamped.add(&stamp).unwrap();
        }
        assert!(stamped.accepts(&piece("Ann: x")) && stamped.accepts(&piece("Bob: x")));
        assert!(!stamped.accepts(&piece("Note: x")));
    }

    #[test]
    fn ten_thousand_voices_are_enough() {
        let lines: Vec<String> = (0..=MOST_VOICES).map(|n| format!("v{n}: x")).collect();
        let mut counts = Counts::default();
        let refused = lines.iter().find_map(|line| counts.add(&piece(line)).err());
        let limit = RejectReason::TooManyVoices { limit: MOST_VOICES };
        assert_eq!(refused, Some(limit.clone()));
        let mut speech = Speech::new(Counts::default());
        let refused = lines
            .iter()
            .find_map(|line| speech.say(Some(line), "x", None, None).err());
        assert_eq!(refused, Some(limit));
    }
}
