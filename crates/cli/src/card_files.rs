//! The card of a data set as files.

use std::path::Path;

use upturn::datasets::Card;

use crate::error::CliError;
use crate::output_file::OutputFile;

/// Writes `card.json`, `card.md` and `card.html` into a folder.
///
/// # Errors
///
/// [`CliError::Write`].
pub(crate) fn write(card: &Card, folder: &Path) -> Result<(), CliError> {
    for (name, text) in [
        ("card.json", card.to_json()),
        ("card.md", card.to_markdown()),
        ("card.html", card.to_html()),
    ] {
        let mut file = OutputFile::create(&folder.join(name))?;
        file.line(text.trim_end())?;
        file.publish()?;
    }
    Ok(())
}
