//! A report as files: [`Report::write`].

use std::path::Path;

use super::Report;
use crate::EvalError;
use crate::table::write::replace;

impl Report {
    /// Writes `report.html`, `report.md` and `report.json` into a folder, which is made if it is not there. Each file is
    /// written beside its place and moved there, so a reader sees the old one or the new one.
    ///
    /// # Errors
    ///
    /// [`EvalError::WriteReport`] if the folder or a file cannot be written.
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<(), EvalError> {
        let folder = folder.as_ref();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| EvalError::WriteReport { path, source }
        };
        fs_err::create_dir_all(folder).map_err(failed(folder))?;
        let files = [
            ("report.html", self.to_html()),
            ("report.md", self.to_markdown()),
            ("report.json", self.to_json()),
        ];
        for (name, text) in files {
            let path = folder.join(name);
            replace(&path, text.as_bytes()).map_err(failed(&path))?;
        }
        Ok(())
    }
}
