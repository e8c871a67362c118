//! What a data set holds and whether it leaks: [`inspect`].

use std::path::{Path, PathBuf};

use crate::call_files::CallFiles;
use crate::{
    Card, CardBuilder, CardContext, CardOptions, Corpus, DatasetError, IngestMonitor, Ingested,
    LeakGuard, LeakOptions, ReadOptions, Rejections, record,
};

/// A data set seen through once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// What it holds; the leak guard's report is part of it.
    pub card: Card,
    /// Records, good or bad, counted as they were read.
    pub read: u64,
    /// Calls that the card is of.
    pub calls: u64,
    /// Records that are no conversations.
    pub rejected: Rejections,
}

/// Goes through a file of the canonical form, or a folder of them, once, holding some calls at a time.
///
/// `about` is what is known of how it came to be; if it says nothing of records read, they are counted here.
///
/// # Errors
///
/// A [`DatasetError`] if nothing can be read or used.
pub fn inspect(
    path: &Path,
    about: CardContext,
    leaks: LeakOptions,
    options: &ReadOptions,
) -> Result<Inspection, DatasetError> {
    inspect_watched(path, about, leaks, options, &())
}

/// [`inspect`], with somebody who is told how far it is and may end it.
///
/// # Errors
///
/// As [`inspect`], and [`DatasetError::Stopped`].
pub fn inspect_watched(
    path: &Path,
    about: CardContext,
    leaks: LeakOptions,
    options: &ReadOptions,
    monitor: &dyn IngestMonitor,
) -> Result<Inspection, DatasetError> {
    let nowhere_else = SourceOfLines::of(&[]);
    see_through(path, nowhere_else, about, leaks, options, monitor)
}

/// The same for the `calls.jsonl` of an ingest: the leak guard looks at the names of the files from which the calls came
/// (`won/17.vtt`), rather than at that of the file in which they stand now. The card says what the ingest did.
///
/// # Errors
///
/// As [`inspect_watched`].
pub fn inspect_ingested(
    calls: &Path,
    done: &Ingested,
    leaks: LeakOptions,
    options: &ReadOptions,
    monitor: &dyn IngestMonitor,
) -> Result<Inspection, DatasetError> {
    let mut about = done.summary.card_context();
    about.made_on = Some(done.as_of.to_string());
    let sources = SourceOfLines::of(&done.sources);
    see_through(calls, sources, about, leaks, options, monitor)
}

fn see_through(
    path: &Path,
    mut sources: SourceOfLines<'_>,
    mut about: CardContext,
    leaks: LeakOptions,
    options: &ReadOptions,
    monitor: &dyn IngestMonitor,
) -> Result<Inspection, DatasetError> {
    let mut guard = LeakGuard::new(leaks);
    let mut card = CardBuilder::new(CardOptions::default());
    let mut rejected = Rejections::default();
    let mut calls = 0;
    let files = CallFiles::of(path, options)?;
    let parse = |text: String| record::parse(&text).map(|call| (text, call));
    let read = files.pass("inspecting", monitor, parse, |at, record| {
        let source = sources.next().unwrap_or_else(|| files.path(at));
        match record {
            Ok((text, call)) => {
                calls += 1;
                guard.observe(&call, Some(source));
                card.observe_line(&call, text.as_bytes());
            }
            Err(reason) => rejected.add(reason),
        }
        Ok::<(), DatasetError>(())
    })?;
    if calls == 0 {
        return Err(DatasetError::NothingUsable {
            path: path.to_owned(),
            corpus: Corpus::Jsonl,
            rejected,
            set_aside: 0,
        });
    }
    if about.read == 0 {
        (about.read, about.written) = (read, calls);
        if !rejected.is_empty() {
            about
                .set_aside
                .insert("broken".to_owned(), rejected.count());
        }
    }
    about.leaks = Some(guard.report());
    Ok(Inspection {
        card: card.finish(about),
        read,
        calls,
        rejected,
    })
}

/// From which file each line came before it stood where it stands.
struct SourceOfLines<'a> {
    sources: std::slice::Iter<'a, (PathBuf, u64)>,
    now: Option<&'a Path>,
    left: u64,
}

impl<'a> SourceOfLines<'a> {
    /// Files with their number of lines.
    fn of(sources: &'a [(PathBuf, u64)]) -> Self {
        Self {
            sources: sources.iter(),
            now: None,
            left: 0,
        }
    }

    /// The file of the next line, if that is known.
    fn next(&mut self) -> Option<&'a Path> {
        while self.left == 0 {
            let (path, lines) = self.sources.next()?;
            (self.now, self.left) = (Some(path.as_path()), *lines);
        }
        self.left -= 1;
        self.now
    }
}

#[cfg(test)]
mod tests;
