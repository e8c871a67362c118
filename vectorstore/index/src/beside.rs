//! What lies beside a collection's folder: the next generation, the one before, what killed processes left.

use std::io;
use std::path::{Path, PathBuf};

use crate::IndexError;
use crate::index::LEDGER;
use crate::lock::lock;

/// Number of a generation within its ledger's folder; 1 where there is none.
pub(crate) const NUMBER: &str = "generation";

/// Where the next generation is filled.
pub(crate) fn part(folder: &Path) -> io::Result<PathBuf> {
    beside(folder, "rebuild")
}

/// The folder itself where a link leads to it: only its neighbours are on the same disk.
pub(crate) fn real(folder: &Path) -> io::Result<PathBuf> {
    match fs_err::canonicalize(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(folder),
        found => found,
    }
}

/// `.NAME.what` in the same folder as `NAME`.
pub(crate) fn beside(folder: &Path, what: &str) -> io::Result<PathBuf> {
    let folder = real(folder)?;
    let name = folder.file_name().unwrap_or_default();
    Ok(folder.with_file_name(format!(".{}.{what}", name.display())))
}

pub(crate) fn number(folder: &Path) -> u64 {
    let text = fs_err::read_to_string(folder.join(LEDGER).join(NUMBER));
    text.ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(1)
}

/// Removes what lies beside a folder that is held: an old generation, an unfinished new one, and what killed processes left.
pub(crate) fn sweep(folder: &Path) -> Result<(), IndexError> {
    let failed = IndexError::io(folder);
    let part = part(folder).map_err(&failed)?;
    if part.join(LEDGER).is_dir() {
        drop(lock(&part)?);
    }
    let swept = discard(&part, folder).and_then(|()| sweep_scratch(folder));
    swept.map_err(failed)
}

/// Removes the folders beside a folder that is held which processes that were killed filled or made.
pub(crate) fn sweep_scratch(folder: &Path) -> io::Result<()> {
    sweep_named(folder, is_scratch)
}

/// Removes those of them in which the folder's own store was filled again.
pub(crate) fn sweep_refills(folder: &Path) -> io::Result<()> {
    sweep_named(folder, is_refill)
}

fn sweep_named(folder: &Path, is_it: fn(&str, &str) -> bool) -> io::Result<()> {
    let folder = real(folder)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let above = folder.parent().unwrap_or(&folder);
    for entry in fs_err::read_dir(above)? {
        let path = entry?.path();
        let found = path.file_name().unwrap_or_default().to_string_lossy();
        if is_it(&found, &name) && path.is_dir() {
            clear(&path)?;
        }
    }
    Ok(())
}

/// `.NAME.123.refill`, `.NAME.123.part`, and the same of `.NAME.rebuild`: the number is that of a process.
fn is_scratch(found: &str, name: &str) -> bool {
    let hidden = found
        .strip_prefix('.')
        .map(|rest| rest.trim_start_matches('.'));
    let rest = hidden.and_then(|rest| rest.strip_prefix(name.trim_start_matches('.')));
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix('.')) else {
        return false;
    };
    let is_ours =
        |word: &str| word.parse::<u32>().is_ok() || ["refill", "part", "rebuild"].contains(&word);
    let last = rest.rsplit_once('.').map(|(_, last)| last);
    rest.split('.').all(is_ours) && matches!(last, Some("refill" | "part"))
}

/// `.NAME.123.refill`.
fn is_refill(found: &str, name: &str) -> bool {
    let rest = found
        .strip_prefix('.')
        .and_then(|rest| rest.strip_prefix(name));
    let process = rest.and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".refill"));
    process.is_some_and(|process| process.parse::<u32>().is_ok())
}

/// Removes an old generation that a process killed after publishing left beside a folder that is held.
pub(crate) fn sweep_old(folder: &Path) -> io::Result<()> {
    let part = part(folder)?;
    let is_old = number(folder) > 1 && number(&part) < number(folder);
    // One that was begun just now has no number yet, but is held.
    if is_old && part.join(LEDGER).is_dir() && lock(&part).is_ok() {
        return discard(&part, folder);
    }
    clear(&old(folder)?)
}

/// Where an old generation is deleted, so that half of one is never taken for a new one.
fn old(folder: &Path) -> io::Result<PathBuf> {
    beside(folder, "old")
}

pub(crate) fn discard(part: &Path, folder: &Path) -> io::Result<()> {
    let old = old(folder)?;
    clear(&old)?;
    if part.exists() {
        fs_err::rename(part, &old)?;
    }
    clear(&old)
}

pub(crate) fn clear(folder: &Path) -> io::Result<()> {
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// The two folders change names in one step.
#[cfg(target_os = "linux")]
pub(crate) fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE)?)
}

/// The two folders change names; a process killed meanwhile may leave none at the old name, and the new one beside it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    let aside = new.with_extension("part");
    fs_err::rename(old, &aside)?;
    fs_err::rename(new, old).or_else(|error| fs_err::rename(&aside, old).and(Err(error)))?;
    fs_err::rename(&aside, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scratch_is_what_processes_left_of_this_folder_and_nothing_else() {
        for name in [
            ".store.12.refill",
            ".store.12.part",
            "..store.rebuild.7.part",
            "..store.rebuild.7.refill",
            "..store.12.refill.12.part",
        ] {
            assert!(is_scratch(name, "store"), "{name}");
        }
        for name in [
            "store",
            "store.12.part",
            ".store.rebuild",
            ".store.jsonl.12.part",
            ".stores.12.refill",
            ".store.part",
            ".other.12.refill",
        ] {
            assert!(!is_scratch(name, "store"), "{name}");
        }
        assert!(is_scratch("..hidden.3.refill", ".hidden"));
    }

    #[test]
    fn a_refill_is_one_of_this_very_folder() {
        assert!(is_refill(".store.12.refill", "store"));
        assert!(is_refill("..hidden.3.refill", ".hidden"));
        for name in [
            "store.12.refill",
            ".store.12.part",
            "..store.rebuild.7.refill",
            ".store.x.refill",
        ] {
            assert!(!is_refill(name, "store"), "{name}");
        }
    }
}
