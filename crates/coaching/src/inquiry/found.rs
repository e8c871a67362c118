//! Moments of other calls as sentences.

use std::collections::BTreeMap;

use upturn_core::{ConversationId, Outcome, ScoredDocument, Speaker, Turn};

use super::MOST;
use crate::explanation::{Register, counted, more_usual, one_line, shortened};
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

    /// Whether this buyer objects so, how the calls ended in which others do, what those say, and how many of those found do not; by the
    /// word lists.
    pub(super) fn who_objected(
        &self,
        about: Option<ObjectionKind>,
        found: &[ScoredDocument],
        register: &mut Register<'_>,
    ) -> Vec<CitedSentence> {
        let mut objecting: Vec<(&ScoredDocument, String)> = Vec::new();
        let mut rest: Vec<&ScoredDocument> = Vec::new();
        for it in self.of_other_calls(found) {
            match objection_in(it, about) {
                Some(said) => objecting.push((it, said)),
                None => rest.push(it),
            }
        }
        let own = self.objection(about).is_none();
        let own = own.then(|| no_objection_here(register)).flatten();
        let mut sentences: Vec<CitedSentence> = own.into_iter().collect();
        sentences.extend(ends(&objecting, register));
        let quotes = objecting.iter().take(MOST - 3);
        sentences.extend(
            quotes.filter_map(|(it, said)| quoted(it, "The buyer objects there", said, register)),
        );
        sentences.extend(without(&rest, objecting.is_empty(), register));
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
            .filter_map(|it| {
                let said = &it.document.page_content;
                quoted(it, "Found for the question", said, register)
            })
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
    said: &str,
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
        shortened(&one_line(said), SAYING),
    );
    CitedSentence::new(text, cite(found, register))
}

fn no_objection_here(register: &mut Register<'_>) -> Option<CitedSentence> {
    let text = "In this call the word lists find no such objection; these are near to the question itself.";
    CitedSentence::new(text.to_owned(), register.whole())
}

/// How the calls ended in which the buyer objects so; nothing where none of them has ended.
fn ends(
    objecting: &[(&ScoredDocument, String)],
    register: &mut Register<'_>,
) -> Option<CitedSentence> {
    let mut ended: BTreeMap<&ConversationId, (&ScoredDocument, bool)> = BTreeMap::new();
    for (it, _) in objecting {
        let known = &it.document.metadata;
        if let Some(outcome) = known.outcome {
            let call = ended.entry(&known.conversation);
            call.or_insert((*it, outcome.is_won()));
        }
    }
    let won = ended.values().filter(|(_, won)| *won).count();
    let text = format!(
        "Of {} found in which the buyer objects so, {won} {} won.",
        counted(ended.len(), "other call"),
        if won == 1 { "was" } else { "were" },
    );
    let cited = ended.values().take(MOST);
    let cited: Vec<_> = cited.filter_map(|(it, _)| cite(it, register)).collect();
    CitedSentence::new(text, cited)
}

/// How many of the moments found hold no such objection; nothing if all do.
fn without(
    rest: &[&ScoredDocument],
    alone: bool,
    register: &mut Register<'_>,
) -> Option<CitedSentence> {
    let more = if alone { "" } else { " more" };
    let text = format!(
        "In {}{more} of the moments found, the word lists find no such objection.",
        rest.len()
    );
    let cited = rest.iter().take(MOST);
    let cited: Vec<_> = cited.filter_map(|it| cite(it, register)).collect();
    CitedSentence::new(text, cited)
}

/// The first turn in it in which the buyer objects, by the word lists.
fn objection_in(found: &ScoredDocument, about: Option<ObjectionKind>) -> Option<String> {
    if !WordObjections.reads(found.document.metadata.language.as_deref()) {
        return None;
    }
    let turns = buyers_turns(&found.document.page_content);
    let kinds = WordObjections.objections(&turns.iter().collect::<Vec<_>>());
    let mut raised = turns.into_iter().zip(kinds);
    let (turn, _) = raised.find(|(_, kinds)| raises(kinds, about))?;
    Some(turn.text)
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
