//! The ledger itself: [`Ledger`].

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bytes::Bytes;
use upturn_core::{ConversationId, Fingerprint};
use xxhash_rust::xxh3::xxh3_128;

use crate::indexed::Indexed;
use crate::manifest::{Entry, Manifest, Segment};
use crate::{IndexedCall, Known, LedgerError, NameDigest, durable, segment};

/// What an encoder that indexed nothing has indexed.
static NONE: LazyLock<HashMap<ConversationId, Known>> = LazyLock::new(HashMap::new);

/// How a file of points is called.
pub(crate) const EXTENSION: &str = "parquet";

/// What was indexed, in a folder.
///
/// # Laws
///
/// - **Durability.** What [`append`](Self::append) returned from is on the disk: a process killed afterwards loses none of
///   it, one killed before leaves the ledger as it was.
/// - **Order.** Of several entries of one call by one encoder the last counts; a removed call is gone for every encoder.
/// - **Truth.** What is read is what was written, to the bit, or an error names the file that is not.
/// - **Room.** Held are one file of points and one line a call, never all points.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    /// Read where it is first needed: who only wants to know the revision reads no points.
    pub(crate) indexed: Option<Indexed>,
}

impl Ledger {
    /// Opens the ledger in `folder` for writing, or makes an empty one; what a killed process left half-written is removed.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but [`LedgerError::NotFound`].
    pub fn open_or_create(folder: impl Into<PathBuf>) -> Result<Self, LedgerError> {
        let folder = folder.into();
        fs_err::create_dir_all(&folder).map_err(LedgerError::io(&folder))?;
        let ledger = match Self::open(&folder) {
            Err(LedgerError::NotFound { .. }) if files(&folder)?.is_empty() => Self {
                manifest: Manifest::create(&folder)?,
                folder,
                indexed: None,
            },
            Err(LedgerError::NotFound { .. }) => {
                return Err(LedgerError::damaged(&folder, "its manifest is missing"));
            }
            opened => opened?,
        };
        ledger.remove_strangers()?;
        Ok(ledger)
    }

    /// Opens the ledger in `folder` for reading.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NotFound`], [`LedgerError::Damaged`], [`LedgerError::Foreign`] or [`LedgerError::Io`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, LedgerError> {
        let folder = folder.into();
        let Some(manifest) = Manifest::read(&folder)? else {
            return Err(LedgerError::NotFound { folder });
        };
        Ok(Self {
            folder,
            manifest,
            indexed: None,
        })
    }

    /// Files that no entry names: of a process that was killed before it wrote the entry, or after a compaction.
    pub(crate) fn remove_strangers(&self) -> Result<(), LedgerError> {
        let failed = LedgerError::io(&self.folder);
        for file in self.strangers()? {
            fs_err::remove_file(file).map_err(&failed)?;
        }
        Ok(())
    }

    pub(crate) fn strangers(&self) -> Result<Vec<PathBuf>, LedgerError> {
        let segments = self.manifest.segments();
        let known: HashSet<&OsStr> = segments.map(|segment| segment.file.as_ref()).collect();
        let mut files = files(&self.folder)?;
        files.retain(|file| file.file_name().is_none_or(|name| !known.contains(name)));
        Ok(files)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Grows by one with each change of what it says.
    pub fn revision(&self) -> u64 {
        self.manifest.revision()
    }

    /// The encoder of the last points written, if any were.
    pub fn last_encoder(&self) -> Option<Fingerprint> {
        let last = self.manifest.segments().last();
        last.map(|segment| segment.fingerprint.clone())
    }

    /// Adds calls by one encoder and waits until they are on the disk.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Io`], and then the ledger is as it was.
    pub fn append(
        &mut self,
        encoder: &Fingerprint,
        calls: &[IndexedCall],
    ) -> Result<(), LedgerError> {
        if calls.iter().all(|call| call.points.is_empty()) {
            return Ok(());
        }
        self.load()?;
        let revision = self.revision() + 1;
        let segment = write_segment(&self.folder, &self.next_file(), revision, encoder, calls)?;
        self.manifest.append(Entry::Points(segment))?;
        let place = self.manifest.entries.len() - 1;
        if let Some(indexed) = &mut self.indexed {
            for call in calls {
                for _ in &call.points {
                    indexed.note(encoder, place, (call.conversation.clone(), call.content));
                }
            }
        }
        Ok(())
    }

    /// Notes that calls are gone, whatever encoder indexed them. Their bytes go with the next [`compact`](Self::compact).
    ///
    /// # Errors
    ///
    /// [`LedgerError::Io`], and then the ledger is as it was.
    pub fn remove(&mut self, conversations: &[ConversationId]) -> Result<(), LedgerError> {
        if conversations.is_empty() {
            return Ok(());
        }
        self.load()?;
        let conversations: Vec<_> = conversations
            .iter()
            .map(|call| NameDigest::of(call.as_str()))
            .collect();
        if let Some(indexed) = &mut self.indexed {
            indexed.remove(&conversations);
        }
        let revision = self.revision() + 1;
        self.manifest.append(Entry::Removed {
            revision,
            conversations,
        })
    }

    /// Gives up the points of all other encoders. Their bytes go with the next [`compact`](Self::compact).
    ///
    /// # Errors
    ///
    /// [`LedgerError::Io`], and then the ledger is as it was.
    pub fn keep(&mut self, encoders: &[Fingerprint]) -> Result<(), LedgerError> {
        self.load()?;
        let Some(indexed) = &mut self.indexed else {
            return Ok(());
        };
        if indexed.encoders().all(|encoder| encoders.contains(encoder)) {
            return Ok(());
        }
        indexed.keep(encoders);
        self.manifest.append(Entry::Kept {
            revision: self.manifest.revision() + 1,
            encoders: encoders.to_vec(),
        })
    }

    /// The calls indexed by an encoder, with what they were made of.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Damaged`] or [`LedgerError::Io`].
    pub fn indexed(
        &mut self,
        encoder: &Fingerprint,
    ) -> Result<&HashMap<ConversationId, Known>, LedgerError> {
        self.load()?;
        let indexed = self.indexed.as_ref();
        Ok(indexed
            .and_then(|indexed| indexed.of(encoder))
            .unwrap_or(&NONE))
    }

    /// About how many bytes the points of an encoder take here, without those that are void.
    ///
    /// # Errors
    ///
    /// As [`indexed`](Self::indexed).
    pub fn bytes(&mut self, encoder: &Fingerprint) -> Result<u64, LedgerError> {
        let live: usize = self
            .indexed(encoder)?
            .values()
            .map(|known| known.points)
            .sum();
        let segments = self.manifest.segments();
        let own = segments.filter(|segment| segment.fingerprint == *encoder);
        let (rows, bytes) = own.fold((0, 0), |(rows, bytes), segment| {
            (rows + segment.rows as u64, bytes + segment.bytes)
        });
        Ok(bytes.div_ceil(rows.max(1)) * live as u64)
    }

    /// The calls indexed by an encoder with their points, file by file, in the order in which they were written.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Damaged`] or [`LedgerError::Io`], here or in the midst of it.
    pub fn calls(&mut self, encoder: &Fingerprint) -> Result<Calls<'_>, LedgerError> {
        self.load()?;
        Ok(Calls {
            ledger: self,
            encoder: encoder.clone(),
            next: 0,
        })
    }

    /// All points that are on the disk, of every encoder and void ones too, file by file: what a compaction would leave out
    /// is among them.
    ///
    /// # Errors
    ///
    /// As [`calls`](Self::calls), in the midst of it.
    pub fn everything(&self) -> impl Iterator<Item = Result<Vec<IndexedCall>, LedgerError>> + '_ {
        self.manifest.segments().map(|segment| {
            self.read(segment)
                .and_then(|bytes| self.decode(segment, bytes))
        })
    }

    /// Reads which calls there are.
    pub(crate) fn load(&mut self) -> Result<(), LedgerError> {
        if self.indexed.is_some() {
            return Ok(());
        }
        let mut indexed = Indexed::default();
        for (place, entry) in self.manifest.entries.iter().enumerate() {
            match entry {
                Entry::Begun { .. } => {}
                Entry::Removed { conversations, .. } => indexed.remove(conversations),
                Entry::Kept { encoders, .. } => indexed.keep(encoders),
                Entry::Points(segment) => {
                    let keys = segment::keys(self.read(segment)?);
                    for key in keys.map_err(|error| self.broken(segment, &error))? {
                        indexed.note(&segment.fingerprint, place, key);
                    }
                }
            }
        }
        self.indexed = Some(indexed);
        Ok(())
    }

    /// The bytes of a file, if they are those that were written.
    pub(crate) fn read(&self, segment: &Segment) -> Result<Bytes, LedgerError> {
        read_segment(&self.folder, segment)
    }

    fn decode(&self, segment: &Segment, bytes: Bytes) -> Result<Vec<IndexedCall>, LedgerError> {
        segment::decode(bytes).map_err(|error| self.broken(segment, &error))
    }

    fn broken(&self, segment: &Segment, error: &parquet::errors::ParquetError) -> LedgerError {
        LedgerError::damaged(&self.folder.join(&segment.file), error.to_string())
    }

    /// A name that no file has.
    pub(crate) fn next_file(&self) -> String {
        let number = |segment: &Segment| segment.file.split('.').next()?.parse::<u64>().ok();
        let last = self.manifest.segments().filter_map(number).max();
        file_name(last.unwrap_or(0) + 1)
    }
}

pub(crate) fn file_name(number: u64) -> String {
    format!("{number:08}.{EXTENSION}")
}

/// Writes calls as a file of their own.
pub(crate) fn write_segment(
    folder: &Path,
    file: &str,
    revision: u64,
    encoder: &Fingerprint,
    calls: &[IndexedCall],
) -> Result<Segment, LedgerError> {
    let bytes = segment::encode(encoder, calls)?;
    durable::write(&folder.join(file), &bytes).map_err(LedgerError::io(folder))?;
    Ok(Segment {
        revision,
        file: file.to_owned(),
        rows: calls.iter().map(|call| call.points.len()).sum(),
        bytes: bytes.len() as u64,
        xxh3: format!("{:032x}", xxh3_128(&bytes)),
        fingerprint: encoder.clone(),
    })
}

pub(crate) fn read_segment(folder: &Path, segment: &Segment) -> Result<Bytes, LedgerError> {
    let path = folder.join(&segment.file);
    let bytes = match fs_err::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(LedgerError::damaged(&path, "it is missing"));
        }
        Err(source) => return Err(LedgerError::io(folder)(source)),
    };
    if format!("{:032x}", xxh3_128(&bytes)) != segment.xxh3 {
        return Err(LedgerError::damaged(&path, "its check sum is another one"));
    }
    Ok(bytes.into())
}

/// The files of points in a folder, named in a manifest or not, and those half-written.
fn files(folder: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    let failed = LedgerError::io(folder);
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).map_err(&failed)? {
        let path = entry.map_err(&failed)?.path();
        let ends = path.extension().and_then(|word| word.to_str());
        if ends.is_some_and(|word| word == EXTENSION || word == "part") {
            files.push(path);
        }
    }
    Ok(files)
}

/// The calls of a ledger by one encoder, file by file; see [`Ledger::calls`].
#[derive(Debug)]
pub struct Calls<'a> {
    ledger: &'a Ledger,
    encoder: Fingerprint,
    next: usize,
}

impl Iterator for Calls<'_> {
    type Item = Result<Vec<IndexedCall>, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let place = self.next;
            let entry = self.ledger.manifest.entries.get(place)?;
            self.next += 1;
            if let Entry::Points(segment) = entry
                && segment.fingerprint == self.encoder
                && let Some(calls) = self.live(place, segment).transpose()
            {
                return Some(calls);
            }
        }
    }
}

impl Calls<'_> {
    /// The calls of a file that no later entry made void; none if there is none.
    fn live(
        &self,
        place: usize,
        segment: &Segment,
    ) -> Result<Option<Vec<IndexedCall>>, LedgerError> {
        let indexed = self.ledger.indexed.as_ref();
        let Some(known) = indexed.and_then(|indexed| indexed.of(&self.encoder)) else {
            return Ok(None);
        };
        let mut calls = self.ledger.decode(segment, self.ledger.read(segment)?)?;
        calls.retain(|call| {
            known
                .get(&call.conversation)
                .is_some_and(|known| known.place == place)
        });
        Ok(Some(calls).filter(|calls| !calls.is_empty()))
    }
}

#[cfg(test)]
mod tests;
