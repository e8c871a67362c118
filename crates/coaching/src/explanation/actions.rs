//! What to do next: [`actions`].

use super::shown::one_line;
use super::wording::{capital, open_end};
use super::{CitedSentence, EvidenceId, ExplanationParts, Register, shortened};
use crate::measures::kind_of;
use crate::text::{Sentence, sentences};
use crate::{ComparableCall, Warning};

/// Most sellers quoted.
const QUOTED: usize = 3;
/// Longest quote in a sentence, in characters.
pub(super) const SAYING: usize = 160;

/// What the rules advise, then what sellers who won said next at moments like those of this call.
pub(super) fn actions(
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> Vec<CitedSentence> {
    let warnings = parts.judgement.warnings.iter();
    let mut actions: Vec<CitedSentence> = warnings
        .filter_map(|warning| advice(warning, register))
        .collect();
    let won = parts.comparables.won.iter();
    let said = won.filter_map(|call| {
        let (statements, _) = next_of(call)?;
        (!statements.is_empty()).then_some((call, statements))
    });
    let quoted: Vec<_> = said.take(QUOTED).collect();
    actions.extend(quoted.into_iter().filter_map(|(call, statements)| {
        let text = format!(
            "At a moment like {} of this call, the seller of `{}`, which was won, said next: “{}”",
            call.here,
            one_line(call.id.as_str()),
            shortened(&statements, SAYING),
        );
        CitedSentence::new(text, cite_next(call, register))
    }));
    actions
}

/// This call's moment, the other's, and what its seller said next.
pub(super) fn cite_next(call: &ComparableCall, register: &mut Register<'_>) -> Vec<EvidenceId> {
    let outcome = Some(call.outcome);
    let next = call.said_next.as_ref();
    let next = next.and_then(|it| register.there(&call.id, outcome, it.turns, &it.text));
    let there = register.there(&call.id, outcome, call.there, &call.text);
    let here = register.here(call.here);
    next.into_iter().chain(there).chain(here).collect()
}

/// What the seller said next, parted into what does not ask and what does.
pub(super) fn next_of(call: &ComparableCall) -> Option<(String, String)> {
    let next = call.said_next.as_ref()?;
    let (asks, says): (Vec<&str>, Vec<&str>) = sentences(&next.text).partition(|text| asks(text));
    Some((one_line(&says.concat()), one_line(&asks.concat())))
}

fn asks(text: &str) -> bool {
    let sentences = Sentence::all(text);
    sentences
        .iter()
        .any(|it| it.marked || kind_of(it).is_some())
}

fn advice(warning: &Warning, register: &mut Register<'_>) -> Option<CitedSentence> {
    let advice = warning.advice.as_deref()?;
    let cites = warning.evidence.iter();
    let evidence: Vec<_> = cites.flat_map(|cite| register.cite(cite)).collect();
    let text = format!(
        "{}: {}.",
        capital(open_end(advice)),
        open_end(&warning.says)
    );
    CitedSentence::new(text, evidence)
}
