//! All sources, one after the other, in batches that go beyond the end of a source: [`Feed`].
//!
//! Small sources are opened and read side by side, so that a folder of small files keeps all processors busy.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use rayon::prelude::*;

use super::open::{Opening, open};
use super::{IngestError, IngestSettings};
use crate::{Format, Record, Records, Source, SourceKind};

/// Records of a batch, beyond which no further source is added.
const RECORDS: usize = 256;

/// Bytes of text after which the reading of a source pauses, and bytes on disk of sources that are opened together.
const BYTES: usize = 4 << 20;

/// Sources that are opened together at most; each may hold an open file.
const TOGETHER: usize = 64;

/// Records and bytes of text that are read ahead of each source that is opened with others.
const AHEAD: (usize, usize) = (16, 1 << 18);

/// Some records of a source, in its order.
pub(super) struct Piece<'a> {
    pub(super) source: &'a Source,
    /// Number of the source, from 1.
    pub(super) number: usize,
    pub(super) items: Vec<Item>,
    /// Whether nothing of the source follows.
    pub(super) is_last: bool,
}

/// What is read of a source; each counts as one record.
pub(super) enum Item {
    /// A record of this form.
    Record(Format, Box<Record>),
    /// The source, or the rest of it, can't be read.
    Unread {
        reason: &'static str,
        message: String,
    },
}

/// Reads sources in their order.
pub(super) struct Feed<'a> {
    sources: &'a [Source],
    settings: &'a IngestSettings,
    bytes: Arc<AtomicU64>,
    /// The next source that is not open yet, and records of it that are done already.
    next: usize,
    done: u64,
    streams: VecDeque<Stream<'a>>,
}

impl<'a> Feed<'a> {
    /// Begins with the source of this place, after its first `done` records. `bytes` grows by what is read.
    pub(super) const fn new(
        sources: &'a [Source],
        settings: &'a IngestSettings,
        bytes: Arc<AtomicU64>,
        (next, done): (usize, u64),
    ) -> Self {
        Self {
            sources,
            settings,
            bytes,
            next,
            done,
            streams: VecDeque::new(),
        }
    }

    /// The next records, of one source or of several; empty at the end of all.
    ///
    /// # Errors
    ///
    /// [`IngestError::Table`] if the only source is a table without the needed columns.
    pub(super) fn batch(&mut self) -> Result<Vec<Piece<'a>>, IngestError> {
        if self.streams.is_empty() {
            self.open_some()?;
        }
        let (most, mut taken, mut pieces) = (self.most(), 0, Vec::new());
        while taken < most {
            let Some(mut stream) = self.streams.pop_front() else {
                break;
            };
            stream.read(most - taken, BYTES);
            let piece = stream.piece();
            taken += piece.items.len();
            let is_last = piece.is_last;
            pieces.push(piece);
            if !is_last {
                self.streams.push_front(stream);
                break;
            }
        }
        Ok(pieces)
    }

    /// Records of a batch: no more than lie between two checkpoints.
    fn most(&self) -> usize {
        let checkpoint = usize::try_from(self.settings.checkpoint).unwrap_or(RECORDS);
        checkpoint.clamp(1, RECORDS)
    }

    fn open_some(&mut self) -> Result<(), IngestError> {
        let first = self.next;
        let sources = self.sources.get(first..).unwrap_or_default();
        let sources = sources.get(..self.together(sources)).unwrap_or_default();
        let (ahead, bytes) = AHEAD;
        let ahead = ahead.min(self.most());
        let how = Opener {
            settings: self.settings,
            bytes: &self.bytes,
            is_only: self.sources.len() == 1,
        };
        let done = self.done;
        let opened = sources.par_iter().enumerate().map(|(place, source)| {
            let mut stream = how.open(source, first + place + 1)?;
            stream.skip(if place == 0 { done } else { 0 });
            stream.read(ahead, bytes);
            Ok(stream)
        });
        let opened: Result<VecDeque<_>, IngestError> = opened.collect();
        self.streams = opened?;
        self.next += sources.len();
        self.done = 0;
        Ok(())
    }

    /// How many of these sources are opened together: at least one, or as many as are small.
    fn together(&self, sources: &[Source]) -> usize {
        let mut bytes = 0_u64;
        let small = sources.iter().take(TOGETHER.min(self.most()));
        let small = small.take_while(|source| {
            bytes = bytes.saturating_add(size(source).unwrap_or(u64::MAX));
            bytes <= BYTES as u64
        });
        small.count().max(1)
    }
}

/// Opens sources, several at a time.
struct Opener<'a> {
    settings: &'a IngestSettings,
    bytes: &'a Arc<AtomicU64>,
    is_only: bool,
}

impl Opener<'_> {
    fn open<'a>(&self, source: &'a Source, number: usize) -> Result<Stream<'a>, IngestError> {
        let mut stream = Stream {
            source,
            number,
            items: Vec::new(),
            rest: None,
        };
        match open(source, self.settings, self.bytes) {
            Ok(Opening::Records(format, records)) => stream.rest = Some((format, records)),
            Ok(Opening::UnknownFormat) => {
                let message =
                    "neither its name nor its start tells its form: name it with `--from`";
                stream.unread("unknown-format", message.to_owned());
            }
            Ok(Opening::Unreadable(error)) => stream.broken(&error),
            Err(IngestError::Table { source, .. }) if !self.is_only => {
                stream.unread("unknown-columns", source.to_string());
            }
            Err(error) => return Err(error),
        }
        Ok(stream)
    }
}

/// A source that has been opened.
struct Stream<'a> {
    source: &'a Source,
    number: usize,
    /// What was read and not handed on.
    items: Vec<Item>,
    /// What is left to read; none at the end.
    rest: Option<(Format, Box<dyn Records>)>,
}

impl<'a> Stream<'a> {
    /// Reads until so many records are there, so many bytes of text were read, or nothing follows.
    fn read(&mut self, records: usize, bytes: usize) {
        let mut read = 0;
        while self.items.len() < records && read < bytes {
            let Some((format, rest)) = &mut self.rest else {
                return;
            };
            match rest.next_record() {
                Ok(Some(record)) => {
                    read += text_bytes(&record);
                    self.items.push(Item::Record(*format, Box::new(record)));
                }
                Ok(None) => self.rest = None,
                Err(error) => {
                    self.rest = None;
                    self.broken(&error);
                }
            }
        }
    }

    /// Passes over records that an earlier run has done.
    fn skip(&mut self, number: u64) {
        for _ in 0..number {
            let next = self.rest.as_mut().map(|(_, rest)| rest.next_record());
            if !matches!(next, Some(Ok(Some(_)))) {
                return;
            }
        }
    }

    fn broken(&mut self, error: &io::Error) {
        self.unread("unreadable", error.to_string());
    }

    fn unread(&mut self, reason: &'static str, message: String) {
        self.items.push(Item::Unread { reason, message });
    }

    /// Hands on what was read.
    fn piece(&mut self) -> Piece<'a> {
        Piece {
            source: self.source,
            number: self.number,
            items: std::mem::take(&mut self.items),
            is_last: self.rest.is_none(),
        }
    }
}

/// Bytes of a source on disk; none for standard input and what the system hides.
pub(super) fn size(source: &Source) -> Option<u64> {
    match source.kind {
        SourceKind::File => fs_err::metadata(&source.path).map(|told| told.len()).ok(),
        SourceKind::StandardInput => None,
    }
}

fn text_bytes(record: &Record) -> usize {
    let said = record.content.iter().flat_map(|call| &call.utterances);
    said.map(|said| said.text.len()).sum()
}
