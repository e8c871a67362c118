//! What a recorder wrote, before anybody knows who sells: [`Transcript`], its [`Party`] and [`Utterance`].

use std::fmt;

use upturn_core::{Conversation, ConversationError, ConversationId, Metadata, Outcome};
use upturn_core::{Speaker, Turn};

/// A conversation whose speakers are parties, not yet sides.
///
/// Readers write it, roles decide its sides, and [`into_conversation`](Self::into_conversation) makes the canonical form
/// of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transcript {
    /// Name within its source, as the recorder or the file gives it; empty if neither does.
    pub id: String,
    /// What was said, in its order.
    pub utterances: Vec<Utterance>,
    /// Who took part, in the order in which they were first named.
    pub parties: Vec<Party>,
    /// How it ended, where the source says so.
    pub outcome: Option<Outcome>,
    /// What else the source knows.
    pub metadata: Metadata,
}

/// Somebody who took part.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// What the source calls this voice (`SPEAKER_00`, `agent`, `Jane Doe`); unique within a transcript.
    pub label: String,
    /// The person's name, if the source knows it apart from the label.
    pub name: Option<String>,
    /// The person's e-mail address.
    pub email: Option<String>,
    /// The side, if the source states it.
    pub side: Option<Speaker>,
}

/// What one voice said in one piece.
///
/// `Debug` shows the length, never the text: transcripts are personal data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Utterance {
    /// Place of the voice in [`Transcript::parties`]; none if the source names nobody.
    pub party: Option<usize>,
    /// What was said.
    pub text: String,
    /// Milliseconds from the start of the call to the first word.
    pub start_ms: Option<u64>,
    /// Milliseconds from the start of the call to the last word.
    pub end_ms: Option<u64>,
}

impl Transcript {
    /// Place of the party with this label, which is added if it is new.
    pub fn party(&mut self, label: &str) -> usize {
        let known = self.parties.iter().position(|party| party.label == label);
        known.unwrap_or_else(|| {
            self.parties.push(Party::new(label));
            self.parties.len() - 1
        })
    }

    /// The canonical form, with the side of each party; whoever has none becomes [`Speaker::Other`].
    ///
    /// Utterances keep their order and their number.
    ///
    /// # Errors
    ///
    /// The laws of [`Conversation`] and [`ConversationId`].
    pub fn into_conversation(self, sides: &[Speaker]) -> Result<Conversation, ConversationError> {
        let side = |party: Option<usize>| party.and_then(|party| sides.get(party)).copied();
        let turn = |said: Utterance| Turn {
            speaker: side(said.party).unwrap_or(Speaker::Other),
            text: said.text,
            start_ms: said.start_ms,
            end_ms: said.end_ms,
        };
        let turns = self.utterances.into_iter().map(turn).collect();
        let conversation = Conversation::new(ConversationId::new(self.id)?, turns)?;
        Ok(conversation
            .with_outcome(self.outcome)
            .with_metadata(self.metadata))
    }
}

impl From<Conversation> for Transcript {
    /// Its sides become parties whose side is stated.
    fn from(conversation: Conversation) -> Self {
        let mut transcript = Self {
            id: conversation.id().as_str().to_owned(),
            outcome: conversation.outcome(),
            metadata: conversation.metadata().clone(),
            ..Self::default()
        };
        for turn in conversation.turns() {
            let party = transcript.party(turn.speaker.as_str());
            transcript.utterances.push(Utterance {
                party: Some(party),
                text: turn.text.clone(),
                start_ms: turn.start_ms,
                end_ms: turn.end_ms,
            });
            if let Some(party) = transcript.parties.get_mut(party) {
                party.side = Some(turn.speaker);
            }
        }
        transcript
    }
}

impl Party {
    /// A party of which only the label is known.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Party")
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Utterance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Utterance")
            .field("party", &self.party)
            .field("chars", &self.text.chars().count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_survives_the_way_through_a_transcript() {
        let line = r#"{"id":"a","turns":[{"speaker":"seller","text":"hello","start_ms":1},{"speaker":"other","text":"beep"},{"speaker":"buyer","text":"hi"}],"outcome":"won","metadata":{"account":"acme"}}"#;
        let conversation: Conversation = serde_json::from_str(line).unwrap();
        let transcript = Transcript::from(conversation.clone());
        let sides: Vec<Speaker> = transcript.parties.iter().filter_map(|p| p.side).collect();
        assert_eq!(transcript.into_conversation(&sides), Ok(conversation));
    }

    #[test]
    fn a_label_is_one_party_however_often_it_speaks() {
        let mut transcript = Transcript::default();
        let places = ["Ann", "Bob", "Ann"].map(|label| transcript.party(label));
        assert_eq!((places, transcript.parties.len()), ([0, 1, 0], 2));
    }
}
