//! Moments of other calls as sentences.

use upturn_core::{ConversationId, Outcome, ScoredDocument, Speaker, Turn};

use super::MOST;
use crate::explanation::{Register, more_usual, one_line, shortened};
use crate::{
    CitedSentence, ComparableCall, Explanation, MeasureName, ObjectionDetector, ObjectionKind,
    WordObjections,
};

/// Longest quote in a sentence, in characters.
const SAYING: usize = 200;

impl Explanation {
    pub(super) fn is_usual_among_lost(&self, measure: MeasureName) -> bool {
        let known = self.standings.iter().find(|it| it.measure == measure);
        known.is_some_and(|it| more_usual(it) == Outcome::Lost)
    }

    /// Those found in which the buyer objects by the word lists, then how many of those found do not.
    pub(super) fn who_objected(
        &self,
        about: Option<ObjectionKind>,
        found: &[ScoredDocument],
        register: &mut Register<'_>,
    ) -> Vec<CitedSentence> {
        let others: Vec<&ScoredDocument> = self.of_other_calls(found).collect();
        let (objecting, rest): (Vec<&ScoredDocument>, Vec<_>) =
            others.into_iter().partition(|it| objects(it, about));
        let mut sentences: Vec<CitedSentence> = objecting
            .iter()
            .take(MOST - 1)
            .filter_map(|it| quoted(it, "The buyer objects there", register))
            .collect();
        if !rest.is_empty() {
            let more = if sentences.is_empty() { "" } else { " more" };
            let text = format!(
                "In {}{more} of the moments found, the word lists find no such objection.",
                rest.len()
            );
            let cited = rest.iter().take(MOST);
            let cited: Vec<_> = cited.filter_map(|it| cite(it, register)).collect();
            sentences.extend(CitedSentence::new(text, cited));
        }
        sentences
    }

    /// Those found, nearest first.
    pub(super) fn nearest(
        &self,
        found: &[ScoredDocument],
        register: &mut Register<'_>,
    ) -> Vec<CitedSentence> {
        let others = self.of_other_calls(found).take(MOST);
        others
            .filter_map(|it| quoted(it, "Found for the question", register))
            .collect()
    }

    fn of_other_calls<'a>(
        &self,
        found: &'a [ScoredDocument],
    ) -> impl Iterator<Item = &'a ScoredDocument> {
        let own: ConversationId = self.conversation.clone();
        found
            .iter()
            .filter(move |it| it.document.metadata.conversation != own)
    }
}

/// Where a won call went another way.
pub(super) fn parting(call: &ComparableCall, register: &mut Register<'_>) -> Option<CitedSentence> {
    let parted = call.parted.as_ref()?;
    let there = register.there(&call.id, Some(call.outcome), parted.there, &parted.text);
    let here = register.here(parted.here);
    let text = format!(
        "`{}`, which was won, went another way at {} of this call; there it was: “{}”",
        one_line(call.id.as_str()),
        parted.here,
        shortened(&one_line(&parted.text), SAYING),
    );
    CitedSentence::new(text, there.into_iter().chain(here))
}

/// Where another call is like this one.
pub(super) fn likeness(
    call: &ComparableCall,
    register: &mut Register<'_>,
) -> Option<CitedSentence> {
    let there = register.there(&call.id, Some(call.outcome), call.there, &call.text);
    let here = register.here(call.here);
    let text = format!(
        "`{}`, which was {}, is like this call at {}; there it was: “{}”",
        one_line(call.id.as_str()),
        call.outcome.as_str(),
        call.here,
        shortened(&one_line(&call.text), SAYING),
    );
    CitedSentence::new(text, there.into_iter().chain(here))
}

fn cite(found: &ScoredDocument, register: &mut Register<'_>) -> Option<crate::EvidenceId> {
    let it = &found.document;
    register.there(
        &it.metadata.conversation,
        it.metadata.outcome,
        it.metadata.turns,
        &it.page_content,
    )
}

fn quoted(
    found: &ScoredDocument,
    what: &str,
    register: &mut Register<'_>,
) -> Option<CitedSentence> {
    let known = &found.document.metadata;
    let outcome = match known.outcome {
        Some(Outcome::Won) => "won",
        Some(Outcome::Lost) => "lost",
        None => "still open",
    };
    let text = format!(
        "{what}: `{}` ({outcome}), {}: “{}”",
        one_line(known.conversation.as_str()),
        known.turns,
        shortened(&one_line(&found.document.page_content), SAYING),
    );
    CitedSentence::new(text, cite(found, register))
}

/// Whether the buyer objects in it, by the word lists.
fn objects(found: &ScoredDocument, about: Option<ObjectionKind>) -> bool {
    if !WordObjections.reads(found.document.metadata.language.as_deref()) {
        return false;
    }
    let turns = buyers_turns(&found.document.page_content);
    let kinds = WordObjections.objections(&turns.iter().collect::<Vec<_>>());
    kinds.iter().any(|kinds| raises(kinds, about))
}

/// Whether one of these kinds is asked for.
pub(super) fn raises(kinds: &[ObjectionKind], about: Option<ObjectionKind>) -> bool {
    let asked = |kind: &ObjectionKind| about.is_none_or(|about| about == *kind);
    kinds.iter().any(asked)
}

/// The lines behind the buyer's mark.
fn buyers_turns(text: &str) -> Vec<Turn> {
    let mark = format!("{}:", Speaker::Buyer.as_str());
    let said = text.lines().filter_map(|line| line.strip_prefix(&mark));
    said.map(|it| Turn::new(Speaker::Buyer, it.trim()))
        .collect()
}
