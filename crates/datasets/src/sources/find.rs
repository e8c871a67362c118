//! Which files the words of a user stand for: [`Sources`].

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use glob::MatchOptions;
use walkdir::WalkDir;

use super::{Source, SourceKind, is_packed};
use crate::DatasetError;

/// What was found, and what was left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sources {
    /// In the order in which they were named; within a folder and a pattern by name. Never empty.
    pub found: Vec<Source>,
    /// Files and folders in a folder whose name begins with a dot; a folder counts once.
    pub hidden: u64,
    /// Files that were named before, by this or another path.
    pub repeated: u64,
    /// Links to a folder that they stand in.
    pub loops: u64,
    /// What is neither file nor folder: pipes, sockets, devices in a folder.
    pub special: u64,
    /// What could not be looked at, such as links to nothing: to be reported.
    pub unreadable: Vec<PathBuf>,
}

impl Sources {
    /// Finds all files that the inputs name: files, folders with all that is in them, patterns (`calls/*.vtt`,
    /// `calls/**/*.json`), and `-` for standard input.
    ///
    /// Laws: the same files give the same sources in the same order; no file comes twice; links are followed, and loops
    /// of them end. A file whose name looks like a pattern is that file. Patterns match no hidden files.
    ///
    /// # Errors
    ///
    /// [`DatasetError::NoInput`] for an input without any file, [`DatasetError::BadPattern`], [`DatasetError::Io`].
    pub fn find(inputs: &[String]) -> Result<Self, DatasetError> {
        let mut search = Search::default();
        for input in inputs {
            let before = search.named();
            search.input(input)?;
            if search.named() == before && search.sources.unreadable.is_empty() {
                return Err(DatasetError::NoInput {
                    input: input.clone(),
                });
            }
        }
        if search.found.is_empty() {
            return Err(DatasetError::NoInput {
                input: inputs.join(" "),
            });
        }
        Ok(search.finish())
    }
}

#[derive(Default)]
struct Search {
    sources: Sources,
    seen: HashSet<PathBuf>,
    roots: Vec<PathBuf>,
    found: Vec<Found>,
}

/// A file and the place of its root in [`Search::roots`]; none for standard input.
struct Found {
    path: PathBuf,
    root: Option<usize>,
}

impl Search {
    /// Files named so far.
    fn named(&self) -> u64 {
        self.found.len() as u64 + self.sources.repeated
    }

    fn input(&mut self, input: &str) -> Result<(), DatasetError> {
        let path = Path::new(input);
        if input == "-" {
            self.add(path.to_owned(), path.to_owned(), None);
            return Ok(());
        }
        let exists = path
            .try_exists()
            .map_err(|source| DatasetError::io(path, None, source))?;
        if exists {
            let root = if path.is_dir() {
                Some(path)
            } else {
                path.parent()
            };
            let root = self.root(root.unwrap_or(path).to_owned());
            return self.path(path, root);
        }
        self.pattern(input)
    }

    fn root(&mut self, root: PathBuf) -> usize {
        self.roots.push(root);
        self.roots.len() - 1
    }

    fn path(&mut self, path: &Path, root: usize) -> Result<(), DatasetError> {
        if path.is_dir() {
            return self.folder(path, root);
        }
        self.file(path.to_owned(), root);
        Ok(())
    }

    fn pattern(&mut self, pattern: &str) -> Result<(), DatasetError> {
        let options = MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let matches =
            glob::glob_with(pattern, options).map_err(|error| DatasetError::BadPattern {
                pattern: pattern.to_owned(),
                place: error.pos + 1,
            })?;
        let is_plain = |part: &OsStr| !part.to_string_lossy().contains(['*', '?', '[']);
        let root = self.root(
            Path::new(pattern)
                .iter()
                .take_while(|part| is_plain(part))
                .collect(),
        );
        for path in matches {
            match path {
                // The pattern finds what is in such a folder by itself.
                Ok(path) if pattern.contains("**") && path.is_dir() => {}
                Ok(path) => self.path(&path, root)?,
                Err(error) => self.sources.unreadable.push(error.path().to_owned()),
            }
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path, root: usize) -> Result<(), DatasetError> {
        let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
        let mut entries = walk.into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.loop_ancestor().is_some() => {
                    self.sources.loops += 1;
                    continue;
                }
                Err(error) if error.depth() == 0 => {
                    return Err(DatasetError::io(folder, None, error.into()));
                }
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    self.sources.unreadable.push(path);
                    continue;
                }
            };
            let kind = entry.file_type();
            if entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.') {
                self.sources.hidden += 1;
                if kind.is_dir() {
                    entries.skip_current_dir();
                }
            } else if kind.is_file() {
                self.file(entry.into_path(), root);
            } else if !kind.is_dir() {
                self.sources.special += 1;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, root: usize) {
        match fs_err::canonicalize(&path) {
            Ok(canonical) => self.add(canonical, path, Some(root)),
            Err(_) => self.sources.unreadable.push(path),
        }
    }

    fn add(&mut self, canonical: PathBuf, path: PathBuf, root: Option<usize>) {
        if self.seen.insert(canonical) {
            self.found.push(Found { path, root });
        } else {
            self.sources.repeated += 1;
        }
    }

    /// Gives each file the shortest id that no other has: without extensions, with them, or the whole path.
    fn finish(self) -> Sources {
        let Self {
            mut sources,
            roots,
            found,
            ..
        } = self;
        let root = |found: &Found| found.root.and_then(|root| roots.get(root));
        let mut ids: Vec<String> = found
            .iter()
            .map(|found| short(found, root(found)))
            .collect();
        for longer in [long, |found: &Found, _: Option<&PathBuf>| {
            joined(&found.path)
        }] {
            let repeated = repeated(&ids);
            for (id, found) in ids.iter_mut().zip(&found) {
                if repeated.contains(id) {
                    *id = longer(found, root(found));
                }
            }
        }
        sources.found = found
            .into_iter()
            .zip(ids)
            .map(|(found, id)| Source {
                kind: match found.root {
                    Some(_) => SourceKind::File,
                    None => SourceKind::StandardInput,
                },
                path: found.path,
                id,
            })
            .collect();
        sources
    }
}

/// Ids that stand more than once.
fn repeated(ids: &[String]) -> HashSet<String> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    let repeated = counts.into_iter().filter(|(_, count)| *count > 1);
    repeated.map(|(id, _)| id.to_owned()).collect()
}

/// The path below the root, without the extensions of packing and form.
fn short(found: &Found, root: Option<&PathBuf>) -> String {
    const FORMS: [&str; 12] = [
        "vtt", "srt", "txt", "text", "json", "jsonl", "ndjson", "csv", "tsv", "parquet", "pq", "md",
    ];
    if found.root.is_none() {
        return "stdin".to_owned();
    }
    let long = long(found, root);
    let unpacked = without(&long, is_packed);
    without(unpacked, |extension| FORMS.contains(&extension)).to_owned()
}

/// The name without its extension, if that is one of some.
fn without(name: &str, is_one: impl Fn(&str) -> bool) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_one(&extension.to_ascii_lowercase()) => {
            stem
        }
        _ => name,
    }
}

/// The path below the root.
fn long(found: &Found, root: Option<&PathBuf>) -> String {
    let below = root.and_then(|root| found.path.strip_prefix(root).ok());
    joined(below.unwrap_or(&found.path))
}

/// The parts of a path with `/` between them.
fn joined(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(OsStr::to_string_lossy).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests;
