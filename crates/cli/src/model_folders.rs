//! Model folders, and whether they learnt from calls that are to be forgotten.

use std::path::{Path, PathBuf};

use upturn::ConversationId;
use upturn::training::{PREDICTOR_FILE, TrainedOn};
use upturn::vectorstore::index::{Matched, ModelSeen};
use upturn::vectorstore::ledger::Names;

use crate::error::CliError;

/// The file of a training that goes on, or was interrupted.
const RUN: &str = "run.json";

/// Looks at the models in these folders: each is one, or holds some.
///
/// A training that is not finished does not tell what it learns from.
///
/// # Errors
///
/// [`CliError::NoModels`] if a folder is none and holds none.
pub(crate) fn look(
    folders: &[PathBuf],
    names: &Names,
    matched: &Matched,
) -> Result<Vec<ModelSeen>, CliError> {
    let mut seen = Vec::new();
    for folder in folders {
        let found = models(folder);
        if found.is_empty() {
            let path = folder.clone();
            return Err(CliError::NoModels { path });
        }
        seen.extend(found.into_iter().map(|folder| ModelSeen {
            learnt_from: learnt_from(&folder, names, matched),
            folder,
        }));
    }
    Ok(seen)
}

fn models(folder: &Path) -> Vec<PathBuf> {
    if is_model(folder) {
        return vec![folder.to_owned()];
    }
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|folder| is_model(folder))
        .collect();
    found.sort();
    found
}

fn is_model(folder: &Path) -> bool {
    [PREDICTOR_FILE, RUN]
        .iter()
        .any(|file| folder.join(file).is_file())
}

/// None if the folder does not tell, or not in a form that can be read.
fn learnt_from(folder: &Path, names: &Names, matched: &Matched) -> Option<usize> {
    let told = TrainedOn::read(folder).ok()??;
    let asked = names.conversations.iter().chain(&matched.conversations);
    Some(told.count(
        asked.map(ConversationId::as_str),
        names.accounts.iter().map(String::as_str),
        names.persons.iter().map(String::as_str),
    ))
}
