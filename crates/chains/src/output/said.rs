//! Sentences of an answer and the ids beside them: [`said`].

use unicode_segmentation::UnicodeSegmentation as _;

use super::groups::{Piece, pieces};
use super::lines::{is_code_fence, unmarked};

/// Words that end in a full stop and no sentence.
const ABBREVIATIONS: [&str; 14] = [
    "approx.", "co.", "dr.", "e.g.", "i.e.", "inc.", "ltd.", "mr.", "mrs.", "ms.", "no.", "prof.",
    "st.", "vs.",
];

/// A sentence as it was said.
pub(super) struct Said<'a> {
    /// Without ids.
    pub(super) text: String,
    /// Wherever they stand in it.
    pub(super) ids: Vec<&'a str>,
    /// Whether some of them stand at its end.
    pub(super) at_end: bool,
}

/// A line without its ids, and where they stood: behind how many bytes.
struct Line<'a> {
    words: String,
    groups: Vec<(usize, Vec<&'a str>)>,
}

/// The sentences of an answer in order. No sentence goes over the end of a line; a line of ids alone belongs to the sentence
/// before it.
pub(super) fn said(text: &str) -> Vec<Said<'_>> {
    let mut all: Vec<Said<'_>> = Vec::new();
    for line in text.lines().filter(|line| !is_code_fence(line)) {
        let line = Line::new(unmarked(line).0);
        if line.words.is_empty()
            && let Some(last) = all.last_mut()
        {
            last.at_end |= !line.groups.is_empty();
            last.ids
                .extend(line.groups.into_iter().flat_map(|(_, ids)| ids));
        } else {
            all.extend(line.sentences());
        }
    }
    all
}

impl<'a> Line<'a> {
    fn new(line: &'a str) -> Self {
        let (mut words, mut groups) = (String::new(), Vec::new());
        for piece in pieces(line) {
            match piece {
                Piece::Ids(ids) => groups.push((words.trim_end().len(), ids)),
                Piece::Words(more) => {
                    // `nobody signs [e1].` has no blank before its full stop.
                    if more.starts_with(['.', ',', ';', ':', '!', '?']) {
                        words.truncate(words.trim_end().len());
                    }
                    words.push_str(more);
                }
            }
        }
        Self { words, groups }
    }

    fn sentences(&self) -> Vec<Said<'a>> {
        let leads = self.groups.first().is_some_and(|&(at, _)| at == 0);
        let mut all = Vec::new();
        let mut from = 0;
        for (begin, sentence) in self.words.split_sentence_bound_indices() {
            let to = begin + sentence.len();
            let last = begin + sentence.trim_end().len();
            let cites = self.groups.iter().any(|&(at, _)| at == last);
            if to < self.words.len() && !cites && goes_on(sentence) {
                continue;
            }
            let mut said = self.said(from, to);
            said.at_end &= !leads;
            if said.text.contains(char::is_alphanumeric) {
                all.push(said);
            }
            from = to;
        }
        all
    }

    /// What stands between two places.
    fn said(&self, from: usize, to: usize) -> Said<'a> {
        let text = self.words.get(from..to).unwrap_or_default();
        let mut said = Said {
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            ids: Vec::new(),
            at_end: false,
        };
        for (at, ids) in self.groups.iter().filter(|&&(at, _)| from < at && at <= to) {
            said.ids.extend(ids);
            let behind = self.words.get(*at..to).unwrap_or_default();
            said.at_end |= !behind.contains(char::is_alphanumeric);
        }
        said
    }
}

/// Whether what looks like the end of a sentence is that of an abbreviation.
fn goes_on(sentence: &str) -> bool {
    let last = sentence.split_whitespace().next_back();
    last.is_some_and(|last| ABBREVIATIONS.contains(&last.to_lowercase().as_str()))
}
