//! What a data set holds and whether it leaks: [`inspect`].

use std::path::Path;

use crate::lines::Lines;
use crate::{
    Card, CardBuilder, CardContext, CardOptions, Corpus, Counted, DatasetError, LeakGuard,
    LeakOptions, ReadOptions, Rejected, files, record,
};

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
    let mut guard = LeakGuard::new(leaks);
    let mut card = CardBuilder::new(CardOptions::default());
    let mut rejected = Vec::new();
    let mut about = about;
    let (mut read, mut written) = (0, 0);
    for file in files::of(path, Corpus::Jsonl, &["jsonl", "json"])? {
        let failed = |source| DatasetError::io(&file, Some(Corpus::Jsonl), source);
        let input = std::io::BufReader::new(fs_err::File::open(&file).map_err(failed)?);
        let mut lines = Lines::new(input, options.max_line_bytes);
        while let Some(line) = lines.next_line().map_err(failed)? {
            if line.text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
                continue;
            }
            read += 1;
            match line.text.and_then(|text| Ok((text, record::parse(text)?))) {
                Ok((text, conversation)) => {
                    written += 1;
                    guard.observe(&conversation, Some(&file));
                    card.observe_line(&conversation, text.as_bytes());
                }
                Err(reason) => rejected.push(Rejected {
                    file: file.clone(),
                    line: line.number,
                    counted: Counted::Lines,
                    reason,
                }),
            }
        }
    }
    if about.read == 0 {
        (about.read, about.written) = (read, written);
        if read > written {
            about.set_aside.insert("broken".to_owned(), read - written);
        }
    }
    about.leaks = Some(guard.report());
    Ok(Inspection {
        card: card.finish(about),
        rejected,
    })
}
