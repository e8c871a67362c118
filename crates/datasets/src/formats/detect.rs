//! Which form a file has, by its name and its first bytes: [`format`].

use std::path::Path;

use super::{cues, json_keys, text};
use crate::Format;
use crate::sources;

/// See [`Format::detect`].
pub(crate) fn format(name: Option<&Path>, head: &[u8]) -> Option<Format> {
    let extension = name.and_then(extension);
    let by_name = extension.as_deref().and_then(by_extension);
    if head.starts_with(b"PAR1") {
        return by_name
            .is_none_or(|name| name == Format::Parquet)
            .then_some(Format::Parquet);
    }
    let head = sources::decoded_head(head.get(..Format::HEAD).unwrap_or(head));
    let by_content = by_marks(&head).or_else(|| by_keys(&json_keys::keys(&head)));
    match (by_name, by_content) {
        (Some(name), Some(content)) => (name == content).then_some(name),
        (Some(format), None) | (None, Some(format)) => Some(format),
        (None, None) if matches!(extension.as_deref(), Some("jsonl" | "ndjson")) => {
            Some(Format::Jsonl)
        }
        (None, None) => by_shape(&head),
    }
}

/// The extension in small letters, below that of a packed file.
fn extension(path: &Path) -> Option<String> {
    let extension = |path: &Path| Some(path.extension()?.to_str()?.to_ascii_lowercase());
    let outer = extension(path)?;
    if sources::is_packed(&outer) {
        return extension(Path::new(path.file_stem()?));
    }
    Some(outer)
}

/// The form that an extension stands for alone; `json`, `jsonl` and `txt` hold several.
fn by_extension(extension: &str) -> Option<Format> {
    match extension {
        "vtt" => Some(Format::Vtt),
        "srt" => Some(Format::Srt),
        "csv" | "tsv" => Some(Format::Csv),
        "parquet" | "pq" => Some(Format::Parquet),
        _ => None,
    }
}

/// Subtitles: a signature, or a line of times near the start.
fn by_marks(head: &str) -> Option<Format> {
    if let Some(rest) = head.strip_prefix("WEBVTT") {
        return (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(Format::Vtt);
    }
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).take(3);
    lines
        .any(|line| cues::timing(line).is_some())
        .then_some(Format::Srt)
}

/// The makers of JSON by the keys that only they write.
fn by_keys(keys: &[String]) -> Option<Format> {
    let has = |name: &str| keys.iter().any(|key| key == name);
    let is_told = |names: &[&str]| names.iter().all(|name| has(name));
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    let found: Vec<Format> = [
        (Format::Gong, has("callTranscripts")),
        (
            Format::Deepgram,
            has("results.channels") || has("results.utterances"),
        ),
        (
            Format::AssemblyAi,
            any(&[
                "audio_duration",
                "audio_url",
                "speech_model",
                "acoustic_model",
            ]) && any(&["utterances", "words", "text"]),
        ),
        (
            Format::Whisper,
            has("segments")
                && (any(&["word_segments", "language"])
                    || is_told(&["segments[].start", "segments[].end", "segments[].text"])),
        ),
        (
            Format::Chat,
            is_told(&["messages[].role", "messages[].content"])
                || is_told(&["[].role", "[].content"]),
        ),
        (
            Format::Jsonl,
            is_told(&["id", "turns"]) || has("turns[].speaker"),
        ),
    ]
    .into_iter()
    .filter_map(|(format, fits)| fits.then_some(format))
    .collect();
    match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// What nothing but the look of its lines tells.
fn by_shape(head: &str) -> Option<Format> {
    if head.trim_start().starts_with(['{', '[']) && !json_keys::keys(head).is_empty() {
        return None;
    }
    if is_table(head) {
        return Some(Format::Csv);
    }
    let is_dialogue = text::counts(head).is_ok_and(|counts| counts.is_dialogue());
    is_dialogue.then_some(Format::Text)
}

/// Whether the first line is a header: short names of columns, one of them for what was said.
fn is_table(head: &str) -> bool {
    const SAID: [&str; 9] = [
        "text",
        "utterance",
        "transcript",
        "message",
        "content",
        "body",
        "sentence",
        "turns",
        "words",
    ];
    let header = head.lines().next().unwrap_or_default();
    [',', ';', '\t'].into_iter().any(|comma| {
        let cells = || {
            header
                .split(comma)
                .map(|cell| cell.trim().trim_matches('"'))
        };
        let is_name = |cell: &str| {
            cell.len() <= 64
                && cell.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && cell
                    .chars()
                    .all(|c| c.is_alphanumeric() || " _-./()#".contains(c))
        };
        let is_said = |cell: &str| SAID.contains(&cell.to_lowercase().as_str());
        cells().count() >= 2 && cells().all(is_name) && cells().any(is_said)
    })
}

#[cfg(test)]
mod tests;
