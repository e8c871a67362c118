//! A transcript in the making: [`Draft`].

use std::collections::HashMap;

use serde_json::Value;
use upturn_core::{ConversationError, Metadata};

use super::language;
use super::span::Span;
use crate::{Party, RejectReason, Transcript, Utterance};

/// Fills a [`Transcript`] and finds its parties without searching, since hostile files name many.
pub(crate) struct Draft {
    transcript: Transcript,
    places: HashMap<String, usize>,
}

impl Draft {
    /// An empty one. `source` is the program that wrote the file.
    pub(crate) fn new(id: impl Into<String>, source: &str) -> Self {
        let metadata = Metadata {
            source: Some(source.to_owned()),
            ..Metadata::default()
        };
        let transcript = Transcript {
            id: id.into(),
            metadata,
            ..Transcript::default()
        };
        Self {
            transcript,
            places: HashMap::new(),
        }
    }

    /// Place of the party with this label, which is added if it is new.
    pub(crate) fn party(&mut self, label: &str) -> usize {
        if let Some(place) = self.places.get(label) {
            return *place;
        }
        let place = self.transcript.parties.len();
        self.transcript.parties.push(Party::new(label));
        self.places.insert(label.to_owned(), place);
        place
    }

    /// The party with this label, which is added if it is new, to learn more about it.
    pub(crate) fn describe(&mut self, label: &str, learn: impl FnOnce(&mut Party)) -> usize {
        let place = self.party(label);
        if let Some(party) = self.transcript.parties.get_mut(place) {
            learn(party);
        }
        place
    }

    /// Adds what was said, without the white space around it.
    pub(crate) fn say(&mut self, party: Option<usize>, text: &str, span: Span) {
        self.transcript.utterances.push(Utterance {
            party,
            text: text.trim().to_owned(),
            start_ms: span.start_ms,
            end_ms: span.end_ms,
        });
    }

    /// Adds what the voice with this label said; none stands for a voice that the source does not name.
    pub(crate) fn say_as(&mut self, label: Option<&str>, text: &str, span: Span) {
        let party = label.map(|label| self.party(label));
        self.say(party, text, span);
    }

    /// Keeps a further field under the name that the source gives it; nothing is kept of `null`.
    pub(crate) fn keep(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value.map(Into::into).filter(|value| !value.is_null()) {
            self.metadata().extra.insert(name.to_owned(), value);
        }
    }

    /// Sets the language, if it has the form of one.
    pub(crate) fn language(&mut self, written: Option<&str>) {
        self.metadata().language = written.and_then(language::tag);
    }

    pub(crate) fn metadata(&mut self) -> &mut Metadata {
        &mut self.transcript.metadata
    }

    /// The transcript.
    ///
    /// # Errors
    ///
    /// [`ConversationError::NoTurns`] if nothing was said.
    pub(crate) fn finish(self) -> Result<Transcript, RejectReason> {
        let said = &self.transcript.utterances;
        if said.iter().all(|said| said.text.is_empty()) {
            return Err(ConversationError::NoTurns.into());
        }
        Ok(self.transcript)
    }
}
