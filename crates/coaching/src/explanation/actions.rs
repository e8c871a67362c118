//! What to do next: [`actions`].

use super::shown::one_line;
use super::wording::{capital, open_end};
use super::worth::{Weighed, weighed};
use super::{CitedSentence, EvidenceId, ExplanationParts, Register, shortened};
use crate::measures::kind_of;
use crate::text::{Sentence, sentences};
use crate::{ComparableCall, Warning};

/// Most sellers quoted.
const QUOTED: usize = 3;
/// Longest quote in a sentence, in characters.
pub(super) const SAYING: usize = 160;
/// Words of the shortest question that says what it is about: “What about you?” has three.
const LEAST_WORDS: usize = 4;

/// What the rules advise, then what sellers who won said next at moments like those of this call; last what rules advise that tell
/// nothing on labelled calls.
pub(super) fn actions(
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> Vec<CitedSentence> {
    let (idle, warned): (Vec<_>, Vec<_>) =
        weighed(parts).into_iter().partition(Weighed::tells_nothing);
    let mut actions: Vec<CitedSentence> = advised(&warned, register);
    let won = comparable(parts);
    let said = won.filter_map(|call| {
        let next = call.said_next.as_ref()?;
        (!only_asks(&next.text)).then(|| (call, one_line(&next.text)))
    });
    let quoted: Vec<_> = said.take(QUOTED).collect();
    actions.extend(quoted.into_iter().filter_map(|(call, said)| {
        let text = format!(
            "At a moment like {} of this call, the seller of `{}`, which was won, said next: “{}”",
            call.here,
            one_line(call.id.as_str()),
            shortened(&said, SAYING),
        );
        CitedSentence::new(text, cite_next(call, register))
    }));
    actions.extend(advised(&idle, register));
    actions
}

fn advised(warnings: &[Weighed<'_>], register: &mut Register<'_>) -> Vec<CitedSentence> {
    let all = warnings.iter();
    all.filter_map(|it| advice(it.warning, register)).collect()
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

/// Won calls that may be learnt from; none where nothing known is like this call: the nearest is not near then.
pub(super) fn comparable<'a>(
    parts: &'a ExplanationParts<'_>,
) -> impl Iterator<Item = &'a ComparableCall> {
    let won = parts.comparables.won.iter();
    won.filter(|_| !parts.is_unlike_all())
}

/// The questions that the seller asked next, one behind the other as they were asked; nothing of what stands before, between others
/// or behind. None too short to be asked elsewhere.
pub(super) fn asked_next(call: &ComparableCall) -> Option<String> {
    let next = call.said_next.as_ref()?;
    let asked = sentences(&next.text)
        .skip_while(|text| !asks(text))
        .take_while(|text| asks(text));
    let asked = one_line(&asked.collect::<Vec<_>>().concat());
    (asked.split_whitespace().count() >= LEAST_WORDS).then_some(asked)
}

fn only_asks(text: &str) -> bool {
    sentences(text).all(asks)
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
