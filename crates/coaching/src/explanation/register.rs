//! The register while it grows: [`Register`].

use upturn_core::{ConversationId, Outcome, PartName, Prediction, Turn, TurnRange};

use super::evidence::shortened;
use super::{Citation, EvidenceId, Source};
use crate::Cite;

/// Most turn ranges that one value cites; a price that is named thirty times needs no thirty citations.
const RANGES: usize = 3;

/// Gives every citation its id, the same for the same.
#[derive(Debug)]
pub(crate) struct Register<'a> {
    conversation: &'a ConversationId,
    turns: &'a [Turn],
    citations: Vec<Citation>,
}

impl<'a> Register<'a> {
    /// Of one call, continuing what is there already.
    pub(crate) fn new(
        conversation: &'a ConversationId,
        turns: &'a [Turn],
        citations: Vec<Citation>,
    ) -> Self {
        Self {
            conversation,
            turns,
            citations,
        }
    }

    pub(crate) fn into_citations(self) -> Vec<Citation> {
        self.citations
    }

    fn id_of(&mut self, source: Source, quote: Option<String>) -> EvidenceId {
        let same = |known: &&Citation| known.source == source && known.quote == quote;
        if let Some(known) = self.citations.iter().find(same) {
            return known.id;
        }
        let id = EvidenceId::at(self.citations.len());
        self.citations.push(Citation { id, source, quote });
        id
    }

    /// Turns of this call; none outside of what is known.
    pub(crate) fn here(&mut self, turns: TurnRange) -> Option<EvidenceId> {
        let said = self.turns.get(turns.start..turns.end)?;
        if said.is_empty() {
            return None;
        }
        let all = said.len() == self.turns.len() && said.len() > 1;
        let quote = (!all).then(|| shortened(&marked(said), Citation::QUOTE));
        let source = Source::Said {
            conversation: self.conversation.clone(),
            turns,
            outcome: None,
        };
        Some(self.id_of(source, quote))
    }

    /// All that is known of this call.
    pub(crate) fn whole(&mut self) -> Option<EvidenceId> {
        self.here(TurnRange {
            start: 0,
            end: self.turns.len(),
        })
    }

    /// Turns of another call.
    pub(crate) fn there(
        &mut self,
        conversation: &ConversationId,
        outcome: Option<Outcome>,
        turns: TurnRange,
        text: &str,
    ) -> Option<EvidenceId> {
        let source = Source::Said {
            conversation: conversation.clone(),
            turns,
            outcome,
        };
        let quote = Some(shortened(text, Citation::QUOTE));
        (!turns.is_empty()).then(|| self.id_of(source, quote))
    }

    /// A field of the metadata and its value.
    pub(crate) fn metadata(&mut self, field: &str, value: &str) -> EvidenceId {
        let field = field.to_owned();
        self.id_of(
            Source::Metadata { field },
            Some(shortened(value, Citation::QUOTE)),
        )
    }

    /// The prediction as a whole.
    pub(crate) fn prediction(&mut self, prediction: &Prediction) -> EvidenceId {
        let interval = prediction.interval.map_or_else(String::new, |interval| {
            let (low, high) = (interval.low.value(), interval.high.value());
            format!(" [{low:.4}, {high:.4}]")
        });
        let probability = prediction.probability.value();
        let quote = format!(
            "probability {probability:.4}{interval}, logit {:+.4}",
            prediction.logit
        );
        self.id_of(Source::Model { part: None }, Some(quote))
    }

    /// One part of the logit.
    pub(crate) fn part(&mut self, part: PartName, logit: f64) -> EvidenceId {
        let quote = format!("{} {logit:+.4}", part.as_str());
        self.id_of(Source::Model { part: Some(part) }, Some(quote))
    }

    /// The first turn ranges that a value rests on, or the field of the metadata it stands in.
    pub(crate) fn cite(&mut self, cite: &Cite) -> Vec<EvidenceId> {
        if cite.turns.is_empty() {
            return vec![self.metadata(&cite.about, &cite.value.to_string())];
        }
        self.ranges(&cite.turns)
    }

    /// The first of some turn ranges of this call.
    pub(crate) fn ranges(&mut self, turns: &[TurnRange]) -> Vec<EvidenceId> {
        let first = turns.iter().take(RANGES);
        first.filter_map(|turns| self.here(*turns)).collect()
    }
}

/// Turns as lines behind their speaker's mark, as moments have them.
pub(crate) fn marked(turns: &[Turn]) -> String {
    let line = |turn: &Turn| format!("{}: {}", turn.speaker.as_str(), turn.text);
    turns.iter().map(line).collect::<Vec<_>>().join("\n")
}
