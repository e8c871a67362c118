//! The forms of files that can be read: [`Format`].

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use upturn_core::{Diagnostic, ErrorKind};

use super::detect;

/// A form of file, named as on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// The canonical form: one conversation per line of JSON Lines.
    Jsonl,
    /// A table of turns or of calls, parted by commas, semicolons or tabs.
    Csv,
    /// The same in Apache Parquet.
    Parquet,
    /// `WebVTT`, as Zoom and Teams export it.
    Vtt,
    /// SRT (`SubRip`).
    Srt,
    /// Plain text with names: `Name: text`.
    Text,
    /// JSON of Whisper or `WhisperX`.
    Whisper,
    /// JSON of Deepgram.
    Deepgram,
    /// JSON of `AssemblyAI`.
    AssemblyAi,
    /// Call transcripts of Gong.
    Gong,
    /// Messages with `role` and `content`.
    Chat,
}

impl Format {
    /// All of them, in the order in which they are listed to a reader.
    pub const ALL: [Self; 11] = [
        Self::Jsonl,
        Self::Csv,
        Self::Parquet,
        Self::Vtt,
        Self::Srt,
        Self::Text,
        Self::Whisper,
        Self::Deepgram,
        Self::AssemblyAi,
        Self::Gong,
        Self::Chat,
    ];

    /// Bytes of a file's start that [`detect`](Self::detect) should be given, if there are so many.
    pub const HEAD: usize = 64 * 1024;

    /// Its name: `jsonl`, `csv`, `parquet`, `vtt`, `srt`, `text`, `whisper`, `deepgram`, `assemblyai`, `gong`, `chat`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Text => "text",
            Self::Whisper => "whisper",
            Self::Deepgram => "deepgram",
            Self::AssemblyAi => "assemblyai",
            Self::Gong => "gong",
            Self::Chat => "chat",
        }
    }

    /// The form of a file by its name (what it was packed with is looked through: `call.vtt.gz`) and by how it begins,
    /// unpacked, in any encoding.
    ///
    /// `None` if nothing tells, or if name and content say different things: then the user must name it.
    pub fn detect(name: Option<&Path>, head: &[u8]) -> Option<Self> {
        detect::format(name, head)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == name)
            .ok_or_else(|| UnknownFormat {
                name: name.to_owned(),
            })
    }
}

/// A name that no [`Format`] has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{name}`, expected {}", crate::rejected::one_of(&Format::ALL.map(Format::as_str)))]
#[non_exhaustive]
pub struct UnknownFormat {
    /// What was given.
    pub name: String,
}

impl Diagnostic for UnknownFormat {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some("without a format, each file's is found by its name and content".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_format_and_others_list_the_names() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        let error = "docx".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown format `docx`, expected `jsonl`, `csv`, `parquet`, `vtt`, `srt`, `text`, `whisper`, `deepgram`, \
             `assemblyai`, `gong` or `chat`"
        );
    }
}
