//! What stays of a file of metrics when a fine-tuning goes on: [`kept`].

use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;

/// Where a fine-tuning goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position<'a> {
    pub(super) name: &'a str,
    /// Steps that are done.
    pub(super) step: usize,
}

#[derive(Debug, Deserialize)]
struct Head<'a> {
    r#type: &'a str,
    fine_tuning: &'a str,
    step: usize,
}

/// Removes the lines of steps that come again, and a line that was cut; the file, ready for more.
///
/// An epoch's line is written before the checkpoint of its end, so it stays; an early stop is told behind it, so it comes
/// again.
///
/// # Errors
///
/// Those of the system; the file is then as it was.
pub(super) fn kept(path: &Path, position: Position<'_>) -> io::Result<fs_err::File> {
    let text = fs_err::read_to_string(path)?;
    let stays: String = text
        .split_inclusive('\n')
        .filter(|line| stays(line, position))
        .collect();
    if stays.len() < text.len() {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(".part");
        let part = path.with_file_name(name);
        let mut file = fs_err::File::create(&part)?;
        file.write_all(stays.as_bytes())?;
        file.sync_all()?;
        fs_err::rename(&part, path)?;
    }
    fs_err::OpenOptions::new().append(true).open(path)
}

fn stays(line: &str, position: Position<'_>) -> bool {
    let Some(head) = line
        .ends_with('\n')
        .then(|| serde_json::from_str::<Head<'_>>(line).ok())
        .flatten()
    else {
        return false;
    };
    let again = match head.r#type {
        "begin" => position.step == 0,
        "early_stop" => head.step >= position.step,
        _ => head.step > position.step,
    };
    head.fine_tuning != position.name || !again
}
