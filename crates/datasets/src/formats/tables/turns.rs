//! Rows of turns, gathered into calls: [`Turns`].

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io;

use upturn_core::{ConversationError, ConversationId};

use crate::RejectReason;

use super::Field;
use super::cell::Row;
use super::draft::Draft;
use super::layout::Layout;
use super::reader::Out;

/// Gathers the rows of each call.
///
/// Where rows of a call stand together, one call is held at a time, and of each earlier one a hash of its id: 8 bytes and
/// at most as much again for the table that holds it. Two ids with the same hash would look like one call that comes
/// back, so the second is rejected, not merged: among 1,000,000 calls the chance is 3 in 100 million.
pub(crate) struct Turns {
    limit: usize,
    gathering: Gathering,
}

enum Gathering {
    Together {
        open: Option<Box<Call>>,
        unread: Option<Unread>,
        seen: HashSet<u64>,
        hasher: RandomState,
    },
    Scattered {
        calls: Vec<Call>,
        places: HashMap<String, usize>,
        bytes: u64,
    },
}

/// A call in the making.
struct Call {
    id: String,
    place: u64,
    rows: u64,
    bytes: u64,
    content: Result<Draft, RejectReason>,
}

/// A row of which not even the call is known.
struct Unread {
    place: u64,
    reason: RejectReason,
}

impl Turns {
    /// Most bytes of scattered calls that are held.
    const MOST_SCATTERED: u64 = 512 * 1024 * 1024;

    /// A call of more than `limit` bytes is rejected.
    pub(crate) fn new(limit: usize, is_scattered: bool) -> Self {
        let gathering = if is_scattered {
            Gathering::Scattered {
                calls: Vec::new(),
                places: HashMap::new(),
                bytes: 0,
            }
        } else {
            Gathering::Together {
                open: None,
                unread: None,
                seen: HashSet::new(),
                hasher: RandomState::new(),
            }
        };
        Self { limit, gathering }
    }

    /// Takes in a row.
    ///
    /// # Errors
    ///
    /// If scattered calls exceed what may be held.
    pub(crate) fn take(&mut self, mut row: Row, layout: &Layout, out: &mut Out) -> io::Result<()> {
        match id_of(&mut row, layout) {
            Ok(id) => self.add(&id, row, layout, out),
            Err(reason) => {
                self.set_aside(
                    Unread {
                        place: row.place,
                        reason,
                    },
                    layout,
                    out,
                );
                Ok(())
            }
        }
    }

    fn add(&mut self, id: &str, row: Row, layout: &Layout, out: &mut Out) -> io::Result<()> {
        let limit = self.limit;
        match &mut self.gathering {
            Gathering::Together {
                open: Some(call),
                unread,
                ..
            } if call.id == id => {
                if let Some(Unread { reason, .. }) = unread.take() {
                    call.rows += 1;
                    call.set_aside(reason);
                }
                call.add(row, layout, limit);
            }
            Gathering::Together {
                open,
                unread,
                seen,
                hasher,
            } => {
                close(open, unread, layout, out);
                let mut call = Box::new(Call::new(id, row.place));
                if !seen.insert(hasher.hash_one(id)) {
                    call.content = Err(RejectReason::NotTogether { id: named(id) });
                }
                call.add(row, layout, limit);
                *open = Some(call);
            }
            Gathering::Scattered {
                calls,
                places,
                bytes,
            } => {
                *bytes += row.bytes;
                if *bytes > Self::MOST_SCATTERED {
                    let what = format!(
                        "more than {} bytes of scattered rows: sort the table by call",
                        Self::MOST_SCATTERED
                    );
                    out.push(row.place, 1, Err(RejectReason::CutOff));
                    return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                }
                let place = *places.entry(id.to_owned()).or_insert_with(|| {
                    calls.push(Call::new(id, row.place));
                    calls.len() - 1
                });
                if let Some(call) = calls.get_mut(place) {
                    call.add(row, layout, limit);
                }
            }
        }
        Ok(())
    }

    /// A row whose call is unknown: its own record, unless it stands between rows of one call, which then is broken.
    fn set_aside(&mut self, row: Unread, layout: &Layout, out: &mut Out) {
        match &mut self.gathering {
            Gathering::Together {
                open: Some(_),
                unread: unread @ None,
                ..
            } => *unread = Some(row),
            Gathering::Together { open, unread, .. } => {
                close(open, unread, layout, out);
                out.push(row.place, 1, Err(row.reason));
            }
            Gathering::Scattered { .. } => out.push(row.place, 1, Err(row.reason)),
        }
    }

    /// The rest of the table cannot be read, so no call that is held is known to be complete.
    pub(crate) fn break_off(&mut self) {
        let held: Vec<&mut Call> = match &mut self.gathering {
            Gathering::Together { open, .. } => open.as_deref_mut().into_iter().collect(),
            Gathering::Scattered { calls, .. } => calls.iter_mut().collect(),
        };
        for call in held {
            call.set_aside(RejectReason::CutOff);
        }
    }

    /// Yields what is held.
    pub(crate) fn end(&mut self, layout: &Layout, out: &mut Out) {
        match &mut self.gathering {
            Gathering::Together { open, unread, .. } => close(open, unread, layout, out),
            Gathering::Scattered { calls, .. } => {
                for call in calls.drain(..) {
                    call.finish(layout, out);
                }
            }
        }
    }
}

/// Yields the open call, and the row after it of which no call is known.
fn close(
    open: &mut Option<Box<Call>>,
    unread: &mut Option<Unread>,
    layout: &Layout,
    out: &mut Out,
) {
    if let Some(call) = open.take() {
        call.finish(layout, out);
    }
    if let Some(Unread { place, reason }) = unread.take() {
        out.push(place, 1, Err(reason));
    }
}

impl Call {
    fn new(id: &str, place: u64) -> Self {
        Self {
            id: id.to_owned(),
            place,
            rows: 0,
            bytes: 0,
            content: Ok(Draft::new(id)),
        }
    }

    fn add(&mut self, mut row: Row, layout: &Layout, limit: usize) {
        self.rows += 1;
        self.bytes = self.bytes.saturating_add(row.bytes);
        let Ok(draft) = &mut self.content else {
            return;
        };
        if self.bytes > limit as u64 {
            self.content = Err(RejectReason::LongCall { limit });
            return;
        }
        let added = match row.broken.take() {
            Some(reason) => Err(reason),
            None => turn(draft, &mut row, layout),
        };
        if let Err(reason) = added {
            self.set_aside(reason);
        }
    }

    /// A row of it is broken, so all of it is; only the first reason is told.
    fn set_aside(&mut self, reason: RejectReason) {
        if self.content.is_ok() {
            self.content = Err(RejectReason::BrokenRow {
                id: named(&self.id),
                reason: Box::new(reason),
            });
        }
    }

    fn finish(self, layout: &Layout, out: &mut Out) {
        let content = self.content.map(|draft| draft.finish(layout));
        out.push(self.place, self.rows, content);
    }
}

/// Adds the turn of a row.
fn turn(draft: &mut Draft, row: &mut Row, layout: &Layout) -> Result<(), RejectReason> {
    let mut cell = |field| {
        layout
            .place(field)
            .map(|place| row.take(place))
            .unwrap_or_default()
    };
    let (speaker, start, end) = (cell(Field::Speaker), cell(Field::Start), cell(Field::End));
    let text = cell(Field::Text).into_text();
    let is_not = |field| {
        move |expected| RejectReason::WrongType {
            field: layout.header(field).to_owned(),
            expected,
        }
    };
    let start = layout.start.moment(&start).map_err(is_not(Field::Start))?;
    let end = layout.end.moment(&end).map_err(is_not(Field::End))?;
    draft.say(speaker.text().as_deref(), text, start, end);
    draft.note(row, layout)
}

/// The id of the call of a row.
fn id_of(row: &mut Row, layout: &Layout) -> Result<String, RejectReason> {
    let id = layout
        .place(Field::Call)
        .and_then(|place| row.take(place).text().map(String::from));
    match id {
        Some(id) if id.len() > ConversationId::MAX_BYTES => Err(ConversationError::LongId {
            expected: ConversationId::MAX_BYTES,
            got: id.len(),
        }
        .into()),
        Some(id) => Ok(id),
        None => Err(row.broken.take().unwrap_or_else(|| RejectReason::Missing {
            field: layout.header(Field::Call).to_owned(),
        })),
    }
}

/// An id as it may be shown: the wrong column may hold what was said.
fn named(id: &str) -> String {
    const LONGEST: usize = 64;
    let characters = id.chars().count();
    if characters <= LONGEST && !id.contains(char::is_whitespace) {
        id.to_owned()
    } else {
        format!("of {characters} characters")
    }
}
