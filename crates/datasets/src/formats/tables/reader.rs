//! From rows to records, in either shape: [`TableReader`].

use std::collections::VecDeque;
use std::io;

use upturn_core::ConversationError;

use crate::{Counted, Record, RejectReason};

use super::cell::{Row, Rows};
use super::draft::Draft;
use super::layout::Layout;
use super::turns::Turns;
use super::{Field, Shape, spoken};

/// How many rows of a table were read, and what became of them: `read` is always `used` and `rejected` together, once
/// there are no more records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowCounts {
    /// Rows that are not blank.
    pub read: u64,
    /// Rows of sound records.
    pub used: u64,
    /// Rows of rejected records.
    pub rejected: u64,
}

/// Reads the calls of a table.
pub(crate) struct TableReader<R> {
    rows: R,
    layout: Layout,
    turns: Turns,
    out: Out,
    failed: Option<io::Error>,
    is_over: bool,
}

/// Records that are ready, and the count of their rows.
pub(crate) struct Out {
    counted: Counted,
    ready: VecDeque<Record>,
    pub(crate) counts: RowCounts,
}

impl Out {
    /// Adds a record that so many rows make.
    pub(crate) fn push(
        &mut self,
        place: u64,
        rows: u64,
        content: Result<crate::Transcript, RejectReason>,
    ) {
        let counts = &mut self.counts;
        let count = if content.is_ok() {
            &mut counts.used
        } else {
            &mut counts.rejected
        };
        *count += rows;
        self.ready.push_back(Record {
            place,
            counted: self.counted,
            content,
        });
    }
}

impl<R: Rows> TableReader<R> {
    /// Reads rows of this layout; a call of more than `limit` bytes is rejected.
    pub(crate) fn new(
        rows: R,
        layout: Layout,
        limit: usize,
        is_scattered: bool,
        counted: Counted,
    ) -> Self {
        Self {
            rows,
            layout,
            turns: Turns::new(limit, is_scattered),
            out: Out {
                counted,
                ready: VecDeque::new(),
                counts: RowCounts::default(),
            },
            failed: None,
            is_over: false,
        }
    }

    pub(crate) fn counts(&self) -> RowCounts {
        self.out.counts
    }

    pub(crate) fn shape(&self) -> Shape {
        self.layout.shape
    }

    /// The next call; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the stream; what was read before it is yielded first.
    pub(crate) fn next_record(&mut self) -> io::Result<Option<Record>> {
        loop {
            if let Some(record) = self.out.ready.pop_front() {
                return Ok(Some(record));
            }
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            if self.is_over {
                return Ok(None);
            }
            if let Err(error) = self.step() {
                self.turns.break_off();
                self.end();
                self.failed = Some(error);
            }
        }
    }

    fn step(&mut self) -> io::Result<()> {
        let Some(row) = self.rows.next_row()? else {
            self.end();
            return Ok(());
        };
        self.out.counts.read += 1;
        match self.layout.shape {
            Shape::Turns => self.turns.take(row, &self.layout, &mut self.out),
            Shape::Calls => {
                let place = row.place;
                let call = call(row, &self.layout);
                self.out.push(place, 1, call);
                Ok(())
            }
        }
    }

    fn end(&mut self) {
        self.is_over = true;
        self.turns.end(&self.layout, &mut self.out);
    }
}

/// The call of a row that holds all of it.
fn call(mut row: Row, layout: &Layout) -> Result<crate::Transcript, RejectReason> {
    if let Some(broken) = row.broken.take() {
        return Err(broken);
    }
    let id = layout
        .place(Field::Call)
        .and_then(|place| row.take(place).text().map(String::from));
    let mut draft = Draft::new(&id.unwrap_or_default());
    let transcript = layout.place(Field::Transcript).map(|place| row.take(place));
    spoken::speak(&mut draft, transcript.unwrap_or_default(), layout)?;
    if draft.is_silent() {
        return Err(ConversationError::NoTurns.into());
    }
    draft.note(&mut row, layout)?;
    Ok(draft.finish(layout))
}
