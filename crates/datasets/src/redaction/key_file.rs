//! What undoes a redaction: [`KeyFile`], written by [`KeyFileWriter`].
//!
//! JSON Lines, one conversation a line: `{"conversation":"c1","pseudonyms":[["[PERSON_1]","Jane"],…]}`, with a pair for
//! each place, in the order of the places, because `Jane` and `Jane Doe` are the same `[PERSON_1]`. Its owner alone may
//! read it (mode 0600 on Unix).

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};
use serde::{Deserialize, Serialize};
use upturn_core::Conversation;

use super::parts::Parts;
use super::{Redacted, RedactionError, placeholder};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    conversation: String,
    pseudonyms: Vec<(String, String)>,
}

/// Writes a key file, conversation by conversation.
#[derive(Debug)]
pub struct KeyFileWriter {
    path: PathBuf,
    file: BufWriter<File>,
    length: u64,
}

impl KeyFileWriter {
    /// A new file.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Exists`] or [`RedactionError::Io`].
    pub fn create(path: &Path) -> Result<Self, RedactionError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        owner_only(&mut options);
        let file = options.open(path).map_err(|source| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                return RedactionError::Exists {
                    path: path.to_owned(),
                };
            }
            failed(path, source)
        })?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            length: 0,
        })
    }

    /// Goes on with a file after its first `length` bytes; what follows them is cut off.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Truncated`] if it is shorter, or [`RedactionError::Io`].
    pub fn resume(path: &Path, length: u64) -> Result<Self, RedactionError> {
        let open = || {
            let mut file = OpenOptions::new().write(true).open(path)?;
            let got = file.metadata()?.len();
            if got >= length {
                file.set_len(length)?;
                file.seek(SeekFrom::Start(length))?;
            }
            Ok((file, got))
        };
        let (file, got) = open().map_err(|source| failed(path, source))?;
        if got < length {
            return Err(RedactionError::Truncated {
                path: path.to_owned(),
                expected: length,
                got,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            length,
        })
    }

    /// Writes what restores a conversation; nothing if nothing was replaced.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Io`].
    pub fn write(&mut self, redacted: &Redacted) -> Result<(), RedactionError> {
        if redacted.pseudonyms.is_empty() {
            return Ok(());
        }
        let pairs = redacted
            .pseudonyms
            .iter()
            .map(|one| (one.pseudonym.clone(), one.original.clone()));
        self.write_pairs(redacted.conversation.id().as_str(), pairs.collect())
    }

    /// Writes what stands for what in something that is called `name`.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Io`].
    pub(crate) fn write_pairs(
        &mut self,
        name: &str,
        pseudonyms: Vec<(String, String)>,
    ) -> Result<(), RedactionError> {
        let line = Line {
            conversation: name.to_owned(),
            pseudonyms,
        };
        let mut bytes =
            serde_json::to_vec(&line).map_err(|error| failed(&self.path, error.into()))?;
        bytes.push(b'\n');
        self.file
            .write_all(&bytes)
            .map_err(|source| failed(&self.path, source))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Hands all that was written to the disk; returns the length of the file in bytes, with which to
    /// [`resume`](Self::resume).
    ///
    /// # Errors
    ///
    /// [`RedactionError::Io`].
    pub fn flush(&mut self) -> Result<u64, RedactionError> {
        let flushed = self
            .file
            .flush()
            .and_then(|()| self.file.get_ref().sync_data());
        flushed.map_err(|source| failed(&self.path, source))?;
        Ok(self.length)
    }
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) {
    use fs_err::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn owner_only(_: &mut OpenOptions) {}

fn failed(path: &Path, source: io::Error) -> RedactionError {
    RedactionError::Io {
        path: path.to_owned(),
        source,
    }
}

/// All of a key file, in memory: about the size of the file.
///
/// `Debug` shows how many conversations it has.
#[derive(Default)]
pub struct KeyFile {
    conversations: HashMap<String, Originals>,
}

/// What stood in the places of each pseudonym of a conversation, in their order.
type Originals = HashMap<String, Vec<String>>;

impl KeyFile {
    /// Reads a key file.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Io`] or [`RedactionError::BrokenLine`].
    pub fn read(path: &Path) -> Result<Self, RedactionError> {
        let file = File::open(path).map_err(|source| failed(path, source))?;
        let mut keys = Self::default();
        for (place, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|source| failed(path, source))?;
            let broken = |_| RedactionError::BrokenLine {
                path: path.to_owned(),
                line: place as u64 + 1,
            };
            keys.add(serde_json::from_str(&line).map_err(broken)?);
        }
        Ok(keys)
    }

    /// What restores one conversation.
    pub fn of(redacted: &Redacted) -> Self {
        let pairs = redacted
            .pseudonyms
            .iter()
            .map(|one| (one.pseudonym.clone(), one.original.clone()));
        let mut keys = Self::default();
        keys.add(Line {
            conversation: redacted.conversation.id().as_str().to_owned(),
            pseudonyms: pairs.collect(),
        });
        keys
    }

    fn add(&mut self, line: Line) {
        let originals = self.conversations.entry(line.conversation).or_default();
        for (pseudonym, original) in line.pseudonyms {
            originals.entry(pseudonym).or_default().push(original);
        }
    }

    /// The conversation as it was. Law: `restore(redact(x)) == x`, byte for byte; a conversation that is not in the file
    /// is returned as it is. Of turns dropped since, a name may come back in another of its spellings.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Law`] if the file was tampered with.
    pub fn restore(&self, conversation: &Conversation) -> Result<Conversation, RedactionError> {
        let Some(originals) = self.conversations.get(conversation.id().as_str()) else {
            return Ok(conversation.clone());
        };
        let mut parts = Parts::of(conversation.clone());
        let mut restoring = Restoring {
            originals,
            used: HashMap::new(),
        };
        for text in parts.texts(true) {
            *text = restoring.text(text);
        }
        for field in [&mut parts.metadata.rep, &mut parts.metadata.account]
            .into_iter()
            .flatten()
        {
            restoring.field(field);
        }
        restoring.field(&mut parts.id);
        parts.rename_keys(&mut |mut key| {
            restoring.field(&mut key);
            key
        });
        Ok(parts.into_conversation()?)
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile")
            .field("conversations", &self.conversations.len())
            .finish_non_exhaustive()
    }
}

/// How many places of each pseudonym have been restored.
struct Restoring<'k> {
    originals: &'k Originals,
    used: HashMap<&'k str, usize>,
}

impl<'k> Restoring<'k> {
    fn text(&mut self, text: &str) -> String {
        let mut restored = String::with_capacity(text.len());
        let mut at = 0;
        for place in placeholder::all(text) {
            let written = text.get(place.range.clone()).unwrap_or_default();
            if let Some(original) = self.next(written) {
                restored.push_str(text.get(at..place.range.start).unwrap_or_default());
                restored.push_str(original);
                at = place.range.end;
            }
        }
        restored.push_str(text.get(at..).unwrap_or_default());
        restored
    }

    /// What stood in the next place of a pseudonym; beyond the last, what stood there.
    fn next(&mut self, pseudonym: &str) -> Option<&'k str> {
        let (key, originals) = self.originals.get_key_value(pseudonym)?;
        let used = self.used.entry(key).or_default();
        let original = originals.get(*used).or(originals.last())?;
        *used += 1;
        Some(original)
    }

    /// A whole field whose hash is known. Placeholders are none: they stand in texts.
    fn field(&self, field: &mut String) {
        if field.starts_with('[') {
            return;
        }
        if let Some(original) = self
            .originals
            .get(field.as_str())
            .and_then(|originals| originals.first())
        {
            original.clone_into(field);
        }
    }
}
