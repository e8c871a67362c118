//! How it went on: [`said_next`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Document, DocumentKind, DocumentMetadata, Filter, Point, Speaker, TurnRange, VectorStore,
    VectorStoreError,
};

/// Moments of one call read at once.
const PAGE: usize = 256;

/// What one side said when it next had the word after a moment, with its citation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SaidNext {
    /// Its turns; those of the whole following moment where the text of that does not tell its turns apart.
    pub turns: TurnRange,
    /// What was said until the other side had the word, one line a turn.
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

/// What `speaker` said when they first had the word in the moment that follows `moment` in its call, and nothing behind the
/// other side's answer; none if `moment` was the last, or the speaker had no word in the next.
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
            let Document {
                page_content,
                metadata,
            } = &next.document;
            return Ok(quoted(page_content, metadata.turns, speaker));
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

/// The first that `speaker` said in a moment of these turns, up to another's answer.
fn quoted(text: &str, whole: TurnRange, speaker: Speaker) -> Option<SaidNext> {
    let said = turns_of(text);
    let first = said.iter().position(|(who, _)| *who == speaker)?;
    let run = said.iter().skip(first);
    let run = run.take_while(|(who, _)| *who == speaker);
    let texts: Vec<&str> = run.map(|(_, text)| text.as_str()).collect();
    let turns = if said.len() == whole.len() {
        let start = whole.start + first;
        TurnRange {
            start,
            end: start + texts.len(),
        }
    } else {
        whole
    };
    Some(SaidNext {
        turns,
        text: texts.join("\n"),
    })
}

/// The turns of a moment's text, each behind its speaker's mark (`seller: `), which stands at the beginning of a line.
fn turns_of(text: &str) -> Vec<(Speaker, String)> {
    let mut said: Vec<(Speaker, String)> = Vec::new();
    for line in text.lines() {
        if let Some((who, words)) = marked(line) {
            said.push((who, words.trim().to_owned()));
        } else if let Some((_, last)) = said.last_mut() {
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

    fn said(
        text: &str,
        turns: (usize, usize),
        speaker: Speaker,
    ) -> Option<(String, (usize, usize))> {
        let (start, end) = turns;
        let said = quoted(text, TurnRange { start, end }, speaker)?;
        Some((said.text, (said.turns.start, said.turns.end)))
    }

    #[test]
    fn what_one_side_said_ends_where_the_other_answers() {
        let text = "buyer: seller, you said?\nseller: Good: let us see.\nTwo lines\nseller: Yes?\nbuyer: Well.\nseller: Bye";
        let first = "Good: let us see. Two lines\nYes?".to_owned();
        assert_eq!(said(text, (4, 9), Speaker::Seller), Some((first, (5, 7))));
        let first = "seller, you said?".to_owned();
        assert_eq!(said(text, (4, 9), Speaker::Buyer), Some((first, (4, 5))));
        assert_eq!(said(text, (4, 9), Speaker::Other), None);
        assert_eq!(said("no mark", (0, 1), Speaker::Seller), None);
    }

    #[test]
    fn where_turns_are_not_told_apart_the_moment_is_cited() {
        let text = "seller: A turn\nseller: of two lines that look like two turns";
        let (_, turns) = said(text, (3, 4), Speaker::Seller).unwrap();
        assert_eq!(turns, (3, 4));
    }
}
