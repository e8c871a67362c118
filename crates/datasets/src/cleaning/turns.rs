//! From cleaned utterances to turns: loops and crosstalk go, the pieces of broken turns are joined: [`Turns`].
//!
//! Turns stand on a pile. An utterance is joined to the topmost or laid on it; before another is laid on a turn, that
//! turn is *settled*: it goes if it is boilerplate or crosstalk. A piece that is crosstalk by itself is never joined. Whatever goes leaves the pile as it was before, so a
//! second cleaning does the same with what is left, which is nothing.

use super::boilerplate::Boilerplate;
use super::loops::{self, Runs};
use super::words::{push_words, shield};
use super::{CleaningCounts, CleaningOptions, echoes};
use crate::Utterance;

/// How far apart crosstalk begins, in milliseconds.
const CROSSTALK_MS: u64 = 5_000;
/// How many turns back crosstalk is looked for.
const CROSSTALK_TURNS: usize = 3;

/// For how many words of an utterance memory is taken before they are read.
const WORDS_EXPECTED: usize = 16;

/// The turns of a transcript so far.
pub(super) struct Turns<'c> {
    options: &'c CleaningOptions,
    boilerplate: &'c Boilerplate,
    pile: Vec<Turn>,
    /// The words of all turns on the pile, one turn after the other.
    words: Vec<u32>,
    /// Those of the utterance at hand; kept for its memory.
    pending: Vec<u32>,
    pub(super) counts: CleaningCounts,
}

/// The words of all turns as numbers.
#[derive(Debug, Default)]
pub(super) struct SaidWords {
    /// Where those of each turn begin.
    starts: Vec<usize>,
    words: Vec<u32>,
}

impl SaidWords {
    /// Those of the turn at a place, if they are known.
    pub(super) fn of(&self, place: usize) -> Option<&[u32]> {
        let start = *self.starts.get(place)?;
        let end = self.starts.get(place + 1).copied();
        self.words.get(start..end.unwrap_or(self.words.len()))
    }
}

/// An utterance whose text is clean by itself.
#[derive(Debug)]
pub(super) struct Piece {
    /// With clean characters and without artefacts; not empty.
    pub(super) said: Utterance,
    /// Whether it has brackets or asterisks.
    pub(super) brackets: bool,
    /// Whether one of them is open at its end.
    pub(super) unclosed: bool,
}

/// A turn on the pile.
struct Turn {
    piece: Piece,
    /// Place of its first word.
    start: usize,
    runs: Runs,
    /// Whether it may be crosstalk: it, or what lies below it, is not what it was when its first piece was looked at.
    is_changed: bool,
}

impl<'c> Turns<'c> {
    pub(super) fn new(
        options: &'c CleaningOptions,
        boilerplate: &'c Boilerplate,
        expected: usize,
    ) -> Self {
        Self {
            options,
            boilerplate,
            pile: Vec::with_capacity(expected),
            words: Vec::with_capacity(expected.saturating_mul(WORDS_EXPECTED)),
            pending: Vec::new(),
            counts: CleaningCounts::default(),
        }
    }

    /// Joins a piece to the last turn, or begins another; or drops it as crosstalk.
    pub(super) fn push(&mut self, piece: Piece) {
        let mut words = std::mem::take(&mut self.pending);
        words.clear();
        push_words(&piece.said.text, &mut words);
        if piece.brackets {
            shield(&piece.said.text, &mut words);
        }
        if self.options.crosstalk && self.is_crosstalk(&piece.said, &words, &self.pile) {
            self.counts.crosstalk += 1;
        } else {
            let mut is_changed = false;
            while !self.joins_last(&piece) && self.settle() {
                is_changed = true;
            }
            if self.joins_last(&piece) {
                self.join(piece, &words);
            } else {
                self.begin(piece, &words, is_changed);
            }
        }
        self.pending = words;
    }

    /// The turns and their words, with what was counted.
    pub(super) fn finish(mut self) -> (Vec<Utterance>, SaidWords, CleaningCounts) {
        while self.settle() {}
        let words = SaidWords {
            starts: self.pile.iter().map(|turn| turn.start).collect(),
            words: self.words,
        };
        let said: Vec<_> = self.pile.into_iter().map(|turn| turn.piece.said).collect();
        self.counts.utterances_out += said.len() as u64;
        (said, words, self.counts)
    }

    /// Whether a piece goes on with the last turn.
    fn joins_last(&self, piece: &Piece) -> bool {
        let top = self.pile.last();
        top.is_some_and(|top| self.joins(top, self.words.len(), piece))
    }

    /// Whether a piece goes on with a turn whose words end at `end`.
    ///
    /// A bracket that might be closed by the piece parts them: together they could be an artefact.
    fn joins(&self, turn: &Turn, end: usize, piece: &Piece) -> bool {
        let (before, after) = (&turn.piece.said, &piece.said);
        let gap = match (before.end_ms, after.start_ms) {
            (Some(end), Some(start)) => start.saturating_sub(end),
            _ => 0,
        };
        let room = self.options.max_turn_words.saturating_sub(end - turn.start);
        self.options.merge
            && before.party.is_some()
            && before.party == after.party
            && gap <= self.options.merge_gap_ms
            && !(turn.piece.unclosed && piece.brackets)
            && fits(&after.text, room)
    }

    /// Joins a piece to the last turn.
    fn join(&mut self, piece: Piece, words: &[u32]) {
        let Some(mut turn) = self.pile.pop() else {
            return self.begin(piece, words, true);
        };
        self.counts.merged += 1;
        turn.is_changed = true;
        turn.piece.brackets |= piece.brackets;
        turn.piece.unclosed |= piece.unclosed;
        join_times(&mut turn.piece.said, &piece.said);
        self.add_text(&mut turn, piece.said.text, words);
        self.pile.push(turn);
    }

    /// Lays a turn on the pile.
    fn begin(&mut self, mut piece: Piece, words: &[u32], is_changed: bool) {
        let text = std::mem::take(&mut piece.said.text);
        let (start, runs) = (self.words.len(), Runs::default());
        let mut turn = Turn {
            piece,
            start,
            runs,
            is_changed,
        };
        self.add_text(&mut turn, text, words);
        self.pile.push(turn);
    }

    /// Adds a text to the turn whose words are the last, and cuts the loops that arise.
    fn add_text(&mut self, turn: &mut Turn, text: String, words: &[u32]) {
        let from = self.words.len();
        self.words.extend_from_slice(words);
        let all = self.words.get(turn.start..).unwrap_or_default();
        let whole = &mut turn.piece.said.text;
        if self.options.loops && turn.runs.advance(all, from - turn.start) {
            self.words.truncate(from);
            let (runs, cut) = loops::append(whole, &mut self.words, turn.start, (&text, words));
            turn.runs = runs;
            self.counts.loops += cut.loops;
            self.counts.loop_words += cut.words;
        } else if whole.is_empty() {
            *whole = text;
        } else {
            whole.reserve(text.len() + 1);
            whole.push(' ');
            whole.push_str(&text);
        }
    }

    /// Takes the last turn away if it is boilerplate or crosstalk, or joins it to the one before; `false` if it stays.
    fn settle(&mut self) -> bool {
        let Some((top, below)) = self.pile.split_last() else {
            return false;
        };
        let start = top.start;
        let words = self.words.get(start..).unwrap_or_default();
        if self.options.artefacts && self.boilerplate.is_all_of(words) {
            self.counts.boilerplate += 1;
        } else if self.options.crosstalk
            && top.is_changed
            && self.is_crosstalk(&top.piece.said, words, below)
        {
            self.counts.crosstalk += 1;
        } else if below
            .last()
            .is_some_and(|before| self.joins(before, start, &top.piece))
        {
            // It was too long for that, until its loops were cut.
            let words = self.words.split_off(start);
            if let Some(top) = self.pile.pop() {
                self.join(top.piece, &words);
            }
            return true;
        } else {
            return false;
        }
        self.words.truncate(start);
        self.pile.pop();
        true
    }

    /// Whether another party has just said the same.
    fn is_crosstalk(&self, said: &Utterance, words: &[u32], below: &[Turn]) -> bool {
        if words.len() < echoes::FEWEST_WORDS {
            return false;
        }
        below
            .iter()
            .rev()
            .take(CROSSTALK_TURNS)
            .enumerate()
            .any(|(back, turn)| {
                let earlier = &turn.piece.said;
                let is_other =
                    earlier.party.is_some() && said.party.is_some() && earlier.party != said.party;
                is_other
                    && is_near(earlier, said, back == 0)
                    && echoes::is_echo(words, self.words_of(turn, below, back))
            })
    }

    /// The words of a turn that has so many others on it, of those of `below`.
    fn words_of(&self, turn: &Turn, below: &[Turn], back: usize) -> &[u32] {
        let above = below
            .len()
            .checked_sub(back)
            .and_then(|place| below.get(place));
        let end = above.or(self.pile.get(below.len()));
        let end = end.map_or(self.words.len(), |above| above.start);
        self.words.get(turn.start..end).unwrap_or_default()
    }
}

/// Whether a text has at most so many words.
fn fits(text: &str, words: usize) -> bool {
    // A word and its space are two bytes at least.
    text.len().div_ceil(2) <= words || memchr::memchr_iter(b' ', text.as_bytes()).count() < words
}

/// Whether two turns are close enough for crosstalk: by their times, or next to each other where there are none.
fn is_near(earlier: &Utterance, later: &Utterance, is_next: bool) -> bool {
    match (earlier.start_ms, later.start_ms) {
        (Some(from), Some(start)) => {
            let to = earlier.end_ms.unwrap_or(from).max(from);
            start.saturating_add(CROSSTALK_MS) >= from && start <= to.saturating_add(CROSSTALK_MS)
        }
        _ => is_next,
    }
}

/// Gives the first utterance the times of both. An end before the start is dropped.
fn join_times(first: &mut Utterance, second: &Utterance) {
    first.start_ms = first.start_ms.or(second.start_ms);
    first.end_ms = first.end_ms.max(second.end_ms);
    if first.start_ms > first.end_ms {
        first.end_ms = None;
    }
}
