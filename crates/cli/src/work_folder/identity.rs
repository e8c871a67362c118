//! Which run it is: [`Identity`].

use std::path::Path;

use serde::{Deserialize, Serialize};
use upturn::{Conversation, Fingerprint};

use super::seal::digest;
use super::{IDENTITY, WorkError};
use crate::error::CliError;
use crate::output_file::OutputFile;

/// Version of the files; another one is not taken up.
const VERSION: u32 = 1;

/// `run.json`: what decides the answer of a run. A digest of each, so that no text of a call is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    version: u32,
    /// Of upturn.
    program: String,
    calls: String,
    folds: String,
    encoders: Vec<Fingerprint>,
    options: String,
}

impl Identity {
    /// Of the labelled calls in their order, the fold of each, the encoders to start from, and all else that was typed and
    /// decides the answer.
    ///
    /// # Errors
    ///
    /// [`CliError::Json`].
    pub(crate) fn of(
        calls: &[&Conversation],
        folds: &[usize],
        encoders: Vec<Fingerprint>,
        options: &impl Serialize,
    ) -> Result<Self, CliError> {
        Ok(Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            calls: of(&calls)?,
            folds: of(&folds)?,
            encoders,
            options: of(options)?,
        })
    }

    /// Refuses a folder of another run.
    pub(super) fn check(&self, folder: &Path) -> Result<(), WorkError> {
        let there = fs_err::read(folder.join(IDENTITY)).ok();
        let there = there.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let path = folder.to_owned();
        match there.map(|there| there.difference(self)) {
            None => Err(WorkError::DamagedRun { path }),
            Some(Some(has)) => Err(WorkError::OtherRun { path, has }),
            Some(None) => Ok(()),
        }
    }

    /// Says on disk which run it is.
    pub(super) fn write(&self, folder: &Path) -> Result<(), WorkError> {
        let mut file = OutputFile::create(&folder.join(IDENTITY))?;
        file.line(&serde_json::to_string_pretty(self).map_err(CliError::Json)?)?;
        Ok(file.publish()?)
    }

    /// The first thing in which two runs differ.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let Self {
            version,
            program,
            calls,
            folds,
            encoders,
            options,
        } = self;
        [
            (
                *version != other.version || *program != other.program,
                "another version of upturn",
            ),
            (*calls != other.calls, "other calls"),
            (*folds != other.folds, "other folds"),
            (*encoders != other.encoders, "another encoder"),
            (*options != other.options, "other options"),
        ]
        .into_iter()
        .find_map(|(differs, what)| differs.then_some(what))
    }
}

fn of(what: &impl Serialize) -> Result<String, CliError> {
    Ok(digest(&serde_json::to_vec(what)?))
}
