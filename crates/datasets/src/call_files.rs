//! A data set in the canonical form, read from its first line to its last: [`CallFiles`].

use std::path::{Path, PathBuf};

use crate::call_stream::CallStream;
use crate::{
    Corpus, Counted, DatasetError, IngestMonitor, ReadOptions, RejectReason, Rejected, files,
};

/// A file, or all `*.jsonl` and `*.json` files of a folder, in their order.
#[derive(Debug, Clone)]
pub(crate) struct CallFiles {
    files: Vec<PathBuf>,
    options: ReadOptions,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At {
    /// Place of the file, from 0.
    pub(crate) file: u32,
    /// Line in it, from 1.
    pub(crate) line: u64,
}

impl CallFiles {
    /// Finds the files.
    ///
    /// # Errors
    ///
    /// Those of [`files::of`].
    pub(crate) fn of(path: &Path, options: &ReadOptions) -> Result<Self, DatasetError> {
        Ok(Self {
            files: files::of(path, Corpus::Jsonl, &["jsonl", "json"])?,
            options: options.clone(),
        })
    }

    /// Goes through all lines once, as one stage of the monitor; `each` gets what `work` made of them, in their order.
    /// Tells how many records were read, counted before anything is made of them.
    ///
    /// A file without any record is one that is rejected as empty.
    ///
    /// # Errors
    ///
    /// Those of the stream, those of `each`, and [`DatasetError::Empty`] if the only file is.
    pub(crate) fn pass<T: Send, E: From<DatasetError>>(
        &self,
        stage: &str,
        monitor: &dyn IngestMonitor,
        work: impl Fn(String) -> Result<T, RejectReason> + Sync,
        mut each: impl FnMut(At, Result<T, Rejected>) -> Result<(), E>,
    ) -> Result<u64, E> {
        monitor.stage(stage, self.bytes());
        let mut records = 0;
        for (file, path) in (0..).zip(&self.files) {
            let mut stream = CallStream::open(path, &self.options, monitor)?;
            loop {
                let batch = stream.next_batch(&work)?;
                if batch.is_empty() {
                    break;
                }
                for worked in batch {
                    let line = worked.line;
                    let content = worked.content;
                    let content = content.map_err(|reason| stream.rejected(line, reason));
                    each(At { file, line }, content)?;
                }
            }
            records += stream.records();
            if stream.records() == 0 {
                records += 1;
                each(At { file, line: 1 }, Err(self.empty(&stream)?))?;
            }
        }
        Ok(records)
    }

    /// The record that stands for a file without any.
    fn empty(&self, stream: &CallStream<'_>) -> Result<Rejected, DatasetError> {
        if self.files.len() == 1 {
            let path = stream.name().to_owned();
            return Err(DatasetError::Empty { path });
        }
        Ok(stream.rejected(1, RejectReason::EmptyFile))
    }

    /// The record of a place, which can't be used.
    pub(crate) fn rejected(&self, at: At, reason: RejectReason) -> Rejected {
        Rejected {
            file: self.path(at).to_owned(),
            line: at.line,
            counted: Counted::Lines,
            reason,
        }
    }

    /// A place as `file:line`.
    pub(crate) fn name(&self, at: At) -> String {
        format!("{}:{}", self.path(at).display(), at.line)
    }

    /// The file of a place.
    pub(crate) fn path(&self, at: At) -> &Path {
        let file = usize::try_from(at.file).ok();
        let path = file.and_then(|file| self.files.get(file));
        path.map_or(Path::new(""), PathBuf::as_path)
    }

    /// Whether they can be read twice.
    ///
    /// # Errors
    ///
    /// [`DatasetError::NoStream`] for a pipe.
    pub(crate) fn twice(self) -> Result<Self, DatasetError> {
        match self.files.iter().find(|path| !path.is_file()) {
            Some(path) => Err(DatasetError::NoStream { path: path.clone() }),
            None => Ok(self),
        }
    }

    /// Their size on disk; none if one of them doesn't tell.
    fn bytes(&self) -> Option<u64> {
        let size = |path: &PathBuf| fs_err::metadata(path).map(|told| told.len()).ok();
        self.files.iter().map(size).sum()
    }
}
