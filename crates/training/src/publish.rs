//! A model folder, all of it or nothing: [`publish`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_core::Embeddings;
use upturn_encoder::{Encoder, EncoderError};
use upturn_predict::PredictorFile;

use crate::card::Card;
use crate::{TRAINED_ON_FILE, TrainedModel, TrainingConfig, TrainingError};

/// Parts, blend and calibration, as [`PredictorFile`] in JSON.
pub const PREDICTOR_FILE: &str = "predictor.json";

/// What tells a model folder from any other folder.
const MARK: &str = "fingerprint.json";

/// Writes the model to `folder`, replacing a model that is there.
///
/// Everything is written to a sibling folder first and flushed to disk; then the two change names in one step (on
/// Linux; elsewhere in two). Whoever opens `folder` finds the old model or the new one.
///
/// # Errors
///
/// [`TrainingError::NoModelFolder`] if `folder` holds something else; [`TrainingError::Io`], and then what was there
/// before is untouched and the sibling is gone.
pub fn publish(
    model: &TrainedModel,
    config: &TrainingConfig,
    folder: &Path,
) -> Result<(), TrainingError> {
    let failed = |source| TrainingError::Io {
        path: folder.to_owned(),
        source,
    };
    let replaces = check_target(folder)?;
    let sibling = sibling(folder);
    let written = write(model, config, &sibling).and_then(|()| {
        if replaces {
            exchange(&sibling, folder).map_err(failed)
        } else {
            fs_err::rename(&sibling, folder).map_err(failed)
        }
    });
    // After an exchange the sibling is the old model, after a failure the broken new one.
    let _ = fs_err::remove_dir_all(&sibling);
    written
}

/// Whether there is a model to replace.
fn check_target(folder: &Path) -> Result<bool, TrainingError> {
    if !folder.exists() {
        return Ok(false);
    }
    let empty = || fs_err::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if folder.join(MARK).is_file() || (folder.is_dir() && empty()) {
        Ok(true)
    } else {
        Err(TrainingError::NoModelFolder {
            path: folder.to_owned(),
        })
    }
}

fn sibling(folder: &Path) -> PathBuf {
    let name = folder
        .file_name()
        .map_or_else(|| "model".into(), std::ffi::OsStr::to_string_lossy);
    folder.with_file_name(format!(".{name}.new-{}", std::process::id()))
}

fn write(
    model: &TrainedModel,
    config: &TrainingConfig,
    folder: &Path,
) -> Result<(), TrainingError> {
    let failed = |source| TrainingError::Io {
        path: folder.to_owned(),
        source,
    };
    let _ = fs_err::remove_dir_all(folder);
    fs_err::create_dir_all(folder).map_err(failed)?;
    save_encoder(&model.encoder, folder)?;
    let encoder = Embeddings::fingerprint(&model.encoder).clone();
    let predictor = PredictorFile {
        encoder,
        predictor: model.predictor.clone(),
    };
    fs_err::write(folder.join(PREDICTOR_FILE), serde_json::to_vec(&predictor)?).map_err(failed)?;
    fs_err::write(
        folder.join(TRAINED_ON_FILE),
        serde_json::to_vec(&model.trained_on)?,
    )
    .map_err(failed)?;
    let card = Card::of(model, config);
    fs_err::write(
        folder.join("metrics.json"),
        serde_json::to_vec_pretty(&card.metrics())?,
    )
    .map_err(failed)?;
    fs_err::write(folder.join("card.md"), card.to_string()).map_err(failed)?;
    flush(folder).map_err(failed)
}

fn save_encoder(encoder: &Encoder, folder: &Path) -> Result<(), TrainingError> {
    encoder.save(folder).map_err(|error| {
        if let EncoderError::Io(source) = error {
            let path = folder.to_owned();
            return TrainingError::Io { path, source };
        }
        error.into()
    })
}

/// Flushes every file below `folder`.
fn flush(folder: &Path) -> io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            flush(&path)?;
        } else {
            fs_err::File::open(&path)?.sync_all()?;
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    let aside = old.with_extension("old");
    fs_err::rename(old, &aside)?;
    fs_err::rename(new, old).or_else(|error| fs_err::rename(&aside, old).and(Err(error)))?;
    fs_err::rename(&aside, new)
}

#[cfg(test)]
mod tests;
