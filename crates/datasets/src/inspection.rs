//! What a data set holds and whether it leaks: [`inspect`].

use std::io::{self, BufRead};
use std::path::Path;

use rayon::prelude::*;

use crate::lines::Lines;
use crate::{
    Card, CardBuilder, CardContext, CardOptions, Corpus, Counted, DatasetError, LeakGuard,
    LeakOptions, ReadOptions, RejectReason, Rejected, files, record,
};

/// Lines that are parsed together at most.
const LINES: usize = 256;

/// Bytes after which they are.
const BYTES: usize = 4 << 20;

/// A data set seen through once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// What it holds; the leak guard's report is part of it.
    pub card: Card,
    /// Records that are no conversations.
    pub rejected: Vec<Rejected>,
}

/// Goes through a file of the canonical form, or a folder of them, once, holding one call at a time.
///
/// `about` is what is known of how it came to be; if it says nothing of records read, they are counted here.
///
/// # Errors
///
/// A [`DatasetError`] if nothing can be read.
pub fn inspect(
    path: &Path,
    about: CardContext,
    leaks: LeakOptions,
    options: &ReadOptions,
) -> Result<Inspection, DatasetError> {
    let mut seen = Seen {
        guard: LeakGuard::new(leaks),
        card: CardBuilder::new(CardOptions::default()),
        rejected: Vec::new(),
        calls: 0,
    };
    let mut read = 0;
    for file in files::of(path, Corpus::Jsonl, &["jsonl", "json"])? {
        let failed = |source| DatasetError::io(&file, Some(Corpus::Jsonl), source);
        let input = std::io::BufReader::new(fs_err::File::open(&file).map_err(failed)?);
        let mut lines = Lines::new(input, options.max_line_bytes);
        loop {
            let lines = batch(&mut lines).map_err(failed)?;
            if lines.is_empty() {
                break;
            }
            read += lines.len() as u64;
            seen.add(&file, lines);
        }
    }
    let mut about = about;
    if about.read == 0 {
        (about.read, about.written) = (read, seen.calls);
        if read > seen.calls {
            let broken = read - seen.calls;
            about.set_aside.insert("broken".to_owned(), broken);
        }
    }
    about.leaks = Some(seen.guard.report());
    Ok(Inspection {
        card: seen.card.finish(about),
        rejected: seen.rejected,
    })
}

/// What is known so far.
struct Seen {
    guard: LeakGuard,
    card: CardBuilder,
    rejected: Vec<Rejected>,
    calls: u64,
}

/// A line's number and its text, which may be none.
type Numbered = (u64, Result<String, RejectReason>);

/// The next lines that are not blank; none at the end.
fn batch(lines: &mut Lines<impl BufRead>) -> io::Result<Vec<Numbered>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < LINES && bytes < BYTES {
        let Some(line) = lines.next_line()? else {
            break;
        };
        if line.text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let text = line.text.map(str::to_owned);
        bytes += text.as_ref().map_or(0, String::len);
        batch.push((line.number, text));
    }
    Ok(batch)
}

impl Seen {
    /// Adds lines in their order; they are parsed side by side.
    fn add(&mut self, file: &Path, lines: Vec<Numbered>) {
        let parse = |text: String| record::parse(&text).map(|call| (text, call));
        let parsed: Vec<_> = lines
            .into_par_iter()
            .map(|(number, text)| (number, text.and_then(parse)))
            .collect();
        for (line, parsed) in parsed {
            match parsed {
                Ok((text, call)) => {
                    self.calls += 1;
                    self.guard.observe(&call, Some(file));
                    self.card.observe_line(&call, text.as_bytes());
                }
                Err(reason) => self.rejected.push(Rejected {
                    file: file.to_owned(),
                    line,
                    counted: Counted::Lines,
                    reason,
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_counted_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("calls.jsonl");
        let call = r#"{"id":"ID","turns":[{"speaker":"seller","text":"a"},{"speaker":"buyer","text":"b"}],"outcome":"won"}"#;
        let lines = [&call.replace("ID", "1"), "", "{", &call.replace("ID", "2")];
        fs_err::write(&file, lines.join("\n")).unwrap();
        let about = CardContext::default();
        let options = ReadOptions::default();
        let found = inspect(&file, about, LeakOptions::default(), &options).unwrap();
        let about = &found.card.about;
        assert_eq!(
            (about.read, about.written, about.all_set_aside()),
            (3, 2, 1)
        );
        assert_eq!(found.card.calls.won, 2);
        assert!(found.rejected[0].to_string().contains("calls.jsonl:3: "));
    }
}
