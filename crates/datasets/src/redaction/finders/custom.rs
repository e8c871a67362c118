//! Patterns of the user: [`Pattern`].

use std::sync::Arc;

use regex::Regex;

use crate::redaction::boundaries::widened;
use crate::redaction::{CustomPattern, RedactionError, RedactionKind, placeholder, span::Span};

/// A pattern with the kind of what it finds.
#[derive(Debug)]
pub(crate) struct Pattern {
    kind: RedactionKind,
    regex: Regex,
}

impl Pattern {
    /// All patterns of the options.
    ///
    /// # Errors
    ///
    /// [`RedactionError::PatternName`] or [`RedactionError::Pattern`].
    pub(crate) fn all(patterns: &[CustomPattern]) -> Result<Vec<Self>, RedactionError> {
        let mut all: Vec<Self> = Vec::with_capacity(patterns.len());
        for (place, CustomPattern { name, pattern }) in patterns.iter().enumerate() {
            let is_own = !RedactionKind::is_taken(name)
                && all.iter().all(|other| other.kind.as_str() != name);
            if !placeholder::is_name(name) || !is_own {
                return Err(RedactionError::PatternName { place: place + 1 });
            }
            all.push(Self {
                kind: RedactionKind::Custom(Arc::from(name.as_str())),
                regex: super::compiled(name, pattern)?,
            });
        }
        Ok(all)
    }

    pub(crate) fn kind(&self) -> &RedactionKind {
        &self.kind
    }

    /// All that it finds, each widened to whole words; blank and empty matches are none.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>) {
        let mut at = 0;
        while let Some(found) = self.regex.find_at(text, at) {
            let range = widened(text, found.range());
            let is_blank = found.as_str().trim().is_empty();
            let next = if is_blank { found.end() } else { range.end };
            at = if next > at { next } else { following(text, at) };
            if !is_blank {
                spans.push(Span::new(range, self.kind.clone()));
            }
            if at > text.len() {
                return;
            }
        }
    }
}

/// The place after the next character.
fn following(text: &str, at: usize) -> usize {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    at + next.map_or(1, char::len_utf8)
}
