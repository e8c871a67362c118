//! The numbers that an explanation gives for what is cited.

use super::super::{EvidenceId, Explanation, Source};
use super::number::{Named, named_numbers};

impl Explanation {
    /// Those in the quotes and places of the citations, in the turns of this call that they name, and in the sentences and
    /// logits that cite any of them.
    pub(super) fn given_numbers(&self, ids: &[EvidenceId]) -> Vec<Named> {
        let mut given = Vec::new();
        for citation in ids.iter().filter_map(|id| self.citation(*id)) {
            given.extend(named_numbers(&self.place(citation)));
            given.extend(citation.quote.iter().flat_map(|it| named_numbers(it)));
            if let Source::Said {
                conversation,
                turns,
                ..
            } = &citation.source
                && *conversation == self.conversation
            {
                let said = self.transcript.get(turns.start..turns.end);
                given.extend(
                    said.unwrap_or_default()
                        .iter()
                        .flat_map(|it| named_numbers(&it.text)),
                );
            }
        }
        let cites = |evidence: &[EvidenceId]| evidence.iter().any(|id| ids.contains(id));
        for sentence in self.sentences().filter(|it| cites(&it.evidence)) {
            given.extend(named_numbers(&sentence.text));
        }
        for reason in self
            .reasons
            .iter()
            .filter(|it| cites(&it.sentence.evidence))
        {
            let logit = reason.logit.map(|it| format!("{it:+.4}"));
            given.extend(logit.iter().flat_map(|it| named_numbers(it)));
        }
        given
    }
}
