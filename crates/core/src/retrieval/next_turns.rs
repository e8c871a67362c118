//! How it went on: [`said_next`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    DocumentKind, DocumentMetadata, Filter, Point, Speaker, TurnRange, VectorStore,
    VectorStoreError,
};

/// Moments of one call read at once.
const PAGE: usize = 256;

/// What one side said after a moment, with its citation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaidNext {
    /// The turns of the following moment; what is quoted is a part of them.
    pub turns: TurnRange,
    /// What was said, one line for each time the speaker had the word.
    pub text: String,
}

impl fmt::Debug for SaidNext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaidNext")
            .field("turns", &self.turns)
            .field("chars", &self.text.chars().count())
            .finish()
    }
}

/// What `speaker` said in the moment that follows `moment` in its call; none if it was the last, or the speaker had no word in it.
///
/// # Errors
///
/// The store's own.
pub fn said_next(
    store: &dyn VectorStore,
    moment: &DocumentMetadata,
    speaker: Speaker,
) -> Result<Option<SaidNext>, VectorStoreError> {
    let filter = Filter {
        kind: Some(DocumentKind::Moment),
        conversations: vec![moment.conversation.clone()],
        ..Filter::default()
    };
    let mut after = None;
    loop {
        let page = store.scroll(&filter, after, PAGE)?;
        let next = page.iter().find(|point| follows(point, moment));
        if let Some(next) = next {
            return Ok(quoted(next, speaker));
        }
        after = page.last().map(|point| point.document.id());
        if page.len() < PAGE {
            return Ok(None);
        }
    }
}

fn follows(point: &Point, moment: &DocumentMetadata) -> bool {
    point.document.metadata.turns.start == moment.turns.end
}

fn quoted(point: &Point, speaker: Speaker) -> Option<SaidNext> {
    let lines = said_by(&point.document.page_content, speaker);
    (!lines.is_empty()).then(|| SaidNext {
        turns: point.document.metadata.turns,
        text: lines.join("\n"),
    })
}

/// The parts of a moment's text behind a speaker's mark (`seller: `), which stands at the beginning of a line.
fn said_by(text: &str, speaker: Speaker) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let mut has_word = false;
    for line in text.lines() {
        if let Some((who, words)) = marked(line) {
            has_word = who == speaker;
            if has_word {
                said.push(words.trim().to_owned());
            }
        } else if let Some(last) = said.last_mut().filter(|_| has_word) {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    said
}

fn marked(line: &str) -> Option<(Speaker, &str)> {
    let (mark, words) = line.split_once(':')?;
    let speakers = [Speaker::Seller, Speaker::Buyer, Speaker::Other];
    let who = speakers.into_iter().find(|who| who.as_str() == mark)?;
    Some((who, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_said_is_told_apart_from_the_other() {
        let text = "seller: Good: let us see.\nTwo lines\nbuyer: seller, you said?\nseller: Yes";
        assert_eq!(
            said_by(text, Speaker::Seller),
            ["Good: let us see. Two lines", "Yes"]
        );
        assert_eq!(said_by(text, Speaker::Buyer), ["seller, you said?"]);
        assert!(said_by(text, Speaker::Other).is_empty());
        assert!(said_by("no mark", Speaker::Seller).is_empty());
    }
}
