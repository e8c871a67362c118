//! Turns to moments: [`pack`]; a turn by itself: [`alone`].
//!
//! Turns are packed greedily from the first one on, each behind its speaker's mark where the speaker changes, until
//! the next would not fit the window. No turn is cut unless it alone is too long; then its last tokens stay, from a
//! word's beginning. Because packing only looks back, an appended turn changes at most the last moment.

use upturn_core::{Turn, TurnRange};

use crate::tokenizer::{TextTokenizer, TokenizedTurn, mark};
use crate::{EncoderError, Sequence};

/// A moment that is not encoded yet.
#[derive(Clone, PartialEq, Eq)]
pub struct PackedMoment {
    /// Which turns it holds.
    pub turns: TurnRange,
    /// Its text: each turn behind its speaker's mark.
    pub text: String,
    /// How many tokens its text has, special ones included; at most the window.
    pub tokens: usize,
}

impl std::fmt::Debug for PackedMoment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackedMoment")
            .field("turns", &self.turns)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

/// Packs turns into moments of at most `window` tokens, special ones included.
///
/// Laws: the moments' turns follow each other without gap and hold every turn; appending a turn changes at most the
/// last moment.
///
/// # Errors
///
/// [`EncoderError::Tokenizer`].
pub fn pack(
    tokenizer: &TextTokenizer,
    turns: &[Turn],
    window: usize,
) -> Result<Vec<PackedMoment>, EncoderError> {
    let mut packer = Packer::starting_at(0, tokenizer, window);
    for turn in turns {
        packer.push(turn, &tokenizer.turn(&turn.text)?);
    }
    Ok(packer.so_far())
}

/// Packs turns whose tokens are at hand, one after another.
pub(crate) struct Packer<'a> {
    tokenizer: &'a TextTokenizer,
    room: usize,
    full: Vec<PackedMoment>,
    open: OpenMoment,
}

impl<'a> Packer<'a> {
    /// Begins with a turn that begins a moment.
    pub(crate) fn starting_at(turn: usize, tokenizer: &'a TextTokenizer, window: usize) -> Self {
        Self {
            tokenizer,
            room: window.saturating_sub(2),
            full: Vec::new(),
            open: OpenMoment::starting_at(turn),
        }
    }

    /// Takes the next turn.
    pub(crate) fn push(&mut self, turn: &Turn, tokens: &TokenizedTurn) {
        let Self {
            tokenizer,
            room,
            full,
            open,
        } = self;
        if !open.fits(tokenizer, turn, tokens, *room) {
            let next = OpenMoment::starting_at(open.turns.end);
            full.push(std::mem::replace(open, next).close());
        }
        open.push(tokenizer, turn, tokens, *room);
    }

    /// The moments, but for those that were full when this was asked before; the last may grow still.
    pub(crate) fn so_far(&mut self) -> Vec<PackedMoment> {
        let mut packed = std::mem::take(&mut self.full);
        if !self.open.is_empty() {
            packed.push(self.open.clone().close());
        }
        packed
    }
}

/// A moment that may still take turns.
#[derive(Clone)]
struct OpenMoment {
    turns: TurnRange,
    text: String,
    /// Without the special ones.
    tokens: usize,
    last: Option<upturn_core::Speaker>,
}

impl OpenMoment {
    fn starting_at(turn: usize) -> Self {
        let turns = TurnRange {
            start: turn,
            end: turn,
        };
        Self {
            turns,
            text: String::new(),
            tokens: 0,
            last: None,
        }
    }

    fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    fn fits(
        &self,
        tokenizer: &TextTokenizer,
        turn: &Turn,
        tokens: &TokenizedTurn,
        room: usize,
    ) -> bool {
        let mark = if self.last == Some(turn.speaker) {
            0
        } else {
            tokenizer.mark(turn.speaker).len()
        };
        self.is_empty() || self.tokens + mark + tokens.ids.len() <= room
    }

    fn push(
        &mut self,
        tokenizer: &TextTokenizer,
        turn: &Turn,
        tokens: &TokenizedTurn,
        room: usize,
    ) {
        if self.last == Some(turn.speaker) {
            self.text.push(' ');
        } else {
            self.tokens += tokenizer.mark(turn.speaker).len().min(room);
            if !self.is_empty() {
                self.text.push('\n');
            }
            self.text.push_str(mark(turn.speaker));
            self.text.push(' ');
        }
        let (ids, text) = tail(tokens, &turn.text, room.saturating_sub(self.tokens));
        self.tokens += ids.len();
        self.text.push_str(text);
        self.last = Some(turn.speaker);
        self.turns.end += 1;
    }

    fn close(self) -> PackedMoment {
        let Self {
            turns,
            text,
            tokens,
            last: _,
        } = self;
        PackedMoment {
            turns,
            text,
            tokens: tokens + 2,
        }
    }
}

/// The tokens of one turn without its speaker's mark, special ones included; at most `window`, of which the last stay.
///
/// # Errors
///
/// [`EncoderError::Tokenizer`].
pub fn alone(
    tokenizer: &TextTokenizer,
    turn: &Turn,
    window: usize,
) -> Result<Sequence, EncoderError> {
    Ok(sequence(tokenizer, &tokenizer.turn(&turn.text)?, window))
}

/// The same of a turn whose tokens are at hand.
pub(crate) fn sequence(
    tokenizer: &TextTokenizer,
    tokens: &TokenizedTurn,
    window: usize,
) -> Sequence {
    let ids = tail_ids(tokens, window.saturating_sub(2));
    Sequence {
        ids: tokenizer.framed(ids.iter().copied()),
    }
}

/// The tokens of [`tail`].
fn tail_ids(tokens: &TokenizedTurn, room: usize) -> &[u32] {
    tail(tokens, "", room).0
}

/// The last `room` tokens and their text, from a word's beginning (inside a word only if it alone is too long); all of
/// it where it fits.
fn tail<'a>(tokens: &'a TokenizedTurn, text: &'a str, room: usize) -> (&'a [u32], &'a str) {
    let length = tokens.ids.len();
    if length <= room {
        return (&tokens.ids, text);
    }
    let earliest = length - room;
    let cut = (earliest..length)
        .find(|&at| tokens.begins_word.get(at) == Some(&true))
        .unwrap_or(earliest);
    let byte = tokens.starts.get(cut).copied().unwrap_or(text.len());
    (
        tokens.ids.get(cut..).unwrap_or_default(),
        text.get(byte..).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests;
