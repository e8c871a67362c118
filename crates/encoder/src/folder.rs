//! The files of a sentence-transformers folder: read and checked, written whole.

use std::collections::BTreeMap;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::bytes::Bytes;
use crate::fingerprint::{Digests, sha256};
use crate::{EncoderError, Pooling};

pub(crate) const CONFIG: &str = "config.json";
pub(crate) const TOKENIZER: &str = "tokenizer.json";
pub(crate) const WEIGHTS: &str = "model.safetensors";
pub(crate) const MODULES: &str = "modules.json";
pub(crate) const POOLING: &str = "1_Pooling/config.json";
pub(crate) const WINDOW: &str = "sentence_bert_config.json";
pub(crate) const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
pub(crate) const HEAD: &str = "head.safetensors";
pub(crate) const FINGERPRINT: &str = "fingerprint.json";

/// Files that are kept as they are, so that other libraries open what we save.
const COMPANIONS: [&str; 13] = [
    MODULES,
    POOLING,
    "2_Normalize/config.json",
    WINDOW,
    "config_sentence_transformers.json",
    TOKENIZER_CONFIG,
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    HEAD,
];

/// Files that decide a vector; the others may be edited freely.
const DECISIVE: [&str; 8] = [
    CONFIG,
    TOKENIZER,
    WEIGHTS,
    MODULES,
    POOLING,
    WINDOW,
    TOKENIZER_CONFIG,
    HEAD,
];

/// Every file of a model's encoder half by its path in the folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    folder: PathBuf,
    files: BTreeMap<&'static str, Bytes>,
}

impl Files {
    /// Reads a folder, and checks it against its `fingerprint.json` where there is one.
    pub(crate) fn read(folder: &Path) -> Result<(Self, Option<Digests>), EncoderError> {
        let mut files = Self {
            folder: folder.to_owned(),
            files: BTreeMap::new(),
        };
        for file in [CONFIG, TOKENIZER, WEIGHTS] {
            let missing = || EncoderError::MissingFile {
                folder: folder.to_owned(),
                file,
            };
            let bytes = read_if_present(&folder.join(file))?.ok_or_else(missing)?;
            files.files.insert(file, bytes);
        }
        for file in COMPANIONS {
            if let Some(bytes) = read_if_present(&folder.join(file))? {
                files.files.insert(file, bytes);
            }
        }
        let recorded = match read_if_present(&folder.join(FINGERPRINT))? {
            Some(bytes) => Some(files.check(&bytes)?),
            None => None,
        };
        Ok((files, recorded))
    }

    fn check(&self, bytes: &[u8]) -> Result<Digests, EncoderError> {
        let recorded: Digests = self.json(FINGERPRINT, bytes)?;
        if !recorded.is_current() {
            return Err(EncoderError::OtherMoments {
                folder: self.folder.clone(),
            });
        }
        for (file, digest) in &recorded.files {
            let now = self.files.get(file.as_str()).map(|bytes| sha256(bytes));
            if now.as_ref() != Some(digest) {
                return Err(EncoderError::Changed { file: file.clone() });
            }
        }
        let whole = self.digests(recorded.moment_tokens);
        if whole == recorded {
            Ok(recorded)
        } else {
            Err(EncoderError::Changed {
                file: FINGERPRINT.to_owned(),
            })
        }
    }

    pub(crate) fn insert(&mut self, file: &'static str, bytes: Vec<u8>) {
        self.files.insert(file, Bytes::from(bytes));
    }

    pub(crate) fn get(&self, file: &str) -> Option<&[u8]> {
        self.files.get(file).map(|bytes| &**bytes)
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Bytes of all files together.
    pub(crate) fn size(&self) -> u64 {
        self.files.values().map(|bytes| bytes.len() as u64).sum()
    }

    pub(crate) fn digests(&self, moment_tokens: usize) -> Digests {
        let decisive = DECISIVE
            .iter()
            .filter_map(|file| Some((*file, self.get(file)?)));
        Digests::new(moment_tokens, decisive)
    }

    /// The memory that a file lies in.
    pub(crate) fn bytes(&self, file: &str) -> Bytes {
        self.files.get(file).cloned().unwrap_or_default()
    }

    /// Writes every file into `folder`, which must exist. Each is renamed into place: one that is open here, in this or
    /// another process, keeps its old contents.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), EncoderError> {
        for (file, bytes) in &self.files {
            let path = folder.join(file);
            if let Some(parent) = path.parent() {
                fs_err::create_dir_all(parent)?;
            }
            let part = path.with_added_extension("part");
            fs_err::write(&part, &**bytes)?;
            fs_err::rename(part, path)?;
        }
        Ok(())
    }

    /// How tokens become a vector: `1_Pooling/config.json`, or the mean where there is none.
    pub(crate) fn pooling(&self) -> Result<Pooling, EncoderError> {
        self.check_modules()?;
        let Some(bytes) = self.get(POOLING) else {
            return Ok(Pooling::Mean);
        };
        let raw: RawPooling = self.json(POOLING, bytes)?;
        raw.pooling()
    }

    fn check_modules(&self) -> Result<(), EncoderError> {
        let Some(bytes) = self.get(MODULES) else {
            return Ok(());
        };
        let modules: Vec<RawModule> = self.json(MODULES, bytes)?;
        let name = |module: &RawModule| {
            module
                .kind
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let foreign = modules
            .iter()
            .map(name)
            .find(|name| !["Transformer", "Pooling", "Normalize"].contains(&name.as_str()));
        foreign.map_or(Ok(()), |got| {
            Err(EncoderError::Unsupported {
                setting: "modules.json",
                got,
                known: "`Transformer`, `Pooling` and `Normalize`",
            })
        })
    }

    /// Longest text in tokens, special ones included: what the folder says, at most `positions`.
    pub(crate) fn window(&self, positions: usize) -> Result<usize, EncoderError> {
        let said = match (self.get(WINDOW), self.get(TOKENIZER_CONFIG)) {
            (Some(bytes), other) => {
                match (self.json::<RawWindow>(WINDOW, bytes)?.max_seq_length, other) {
                    (None, Some(bytes)) => self.tokenizer_window(bytes)?,
                    (said, _) => said,
                }
            }
            (None, Some(bytes)) => self.tokenizer_window(bytes)?,
            (None, None) => None,
        };
        Ok(said.map_or(positions, |said| said.min(positions)))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and positions bound it"
    )]
    fn tokenizer_window(&self, bytes: &[u8]) -> Result<Option<usize>, EncoderError> {
        // Some tokenizers write 1e30 for "no limit", hence f64.
        Ok(self
            .json::<RawTokenizer>(TOKENIZER_CONFIG, bytes)?
            .model_max_length
            .map(|length| length as usize))
    }

    fn json<'a, T: Deserialize<'a>>(&self, file: &str, bytes: &'a [u8]) -> Result<T, EncoderError> {
        serde_json::from_slice(bytes).map_err(|source| EncoderError::Json {
            path: self.path(file),
            source,
        })
    }
}

#[derive(Deserialize)]
struct RawModule {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct RawWindow {
    max_seq_length: Option<usize>,
}

#[derive(Deserialize)]
struct RawTokenizer {
    model_max_length: Option<f64>,
}

/// Both forms in use: one word since sentence-transformers 6, flags before.
#[derive(Deserialize)]
struct RawPooling {
    #[serde(rename = "pooling_mode")]
    mode: Option<String>,
    #[serde(default, rename = "pooling_mode_cls_token")]
    cls: bool,
    #[serde(default, rename = "pooling_mode_mean_tokens")]
    mean: bool,
}

impl RawPooling {
    fn pooling(&self) -> Result<Pooling, EncoderError> {
        match (self.mode.as_deref(), self.cls, self.mean) {
            (Some("mean"), ..) | (None, false, true) => Ok(Pooling::Mean),
            (Some("cls"), ..) | (None, true, false) => Ok(Pooling::Cls),
            (mode, ..) => Err(EncoderError::Unsupported {
                setting: "pooling_mode",
                got: mode.unwrap_or("another mode, or several").to_owned(),
                known: "`mean` and `cls`",
            }),
        }
    }
}

fn read_if_present(path: &Path) -> Result<Option<Bytes>, EncoderError> {
    match Bytes::open(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
